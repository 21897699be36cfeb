"""Asks a search engine for a locality's services: queries from places and the codebook, results as rows of a CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from register.codes.codebook import read_codebook
from register.datafile import DataModel, read_csv
from register.errors import ConfigError, TidiermapError
from register.localities.locality import Locality
from register.localities.places import Home, Place, plain_name, read_atlas
from register.localities.seeds import Result, plain_address
from register.models import Clock
from register.publishing.export import safe_cell
from register.serial import to_text

COLUMNS = tuple(Result.model_fields)


class SearchError(TidiermapError):
    """A search provider refused, or gave what cannot be read; what was found before is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result: its address and title, in the provider's order."""

    url: str
    title: str


class Provider(Protocol):
    """A search engine behind an API. `results` is how many a request gives at most."""

    name: str
    results: int

    def search(self, query: str) -> tuple[Hit, ...]:
        """The results of one request. Raises SearchError; its message never holds the key."""


class Words(DataModel):
    """A row of `searches.csv`: words to search a place for, and the type or factor of the codebook that they seek."""

    words: str
    code: str


def queries(locality: Locality, data: Path) -> tuple[str, ...]:
    """The queries for a locality, those that promise most first, each once.

    Every row of `searches.csv` is asked for the district; for its towns (by population) and the places that the
    locality file names, the more promising the row and the larger the place, the sooner.
    """
    rows = _read_words(data)
    atlas = read_atlas(data)
    home = atlas.home(locality.gss_code)
    places = ["", *_towns(home, locality, data)]
    ranked = sorted(((r + 1) * (p + 1), p, r) for r in range(len(rows)) for p in range(len(places)))
    found = (f"{rows[r].words} {places[p]} {home.name}".replace("  ", " ") for _, p, r in ranked)
    return tuple(dict.fromkeys(found))


def search_into(
    path: Path,
    asked: tuple[str, ...],
    provider: Provider,
    *,
    clock: Clock,
    on_query: Callable[[str, int], None] = lambda query, found: None,
) -> int:
    """Asks `provider` the queries that the CSV at `path` does not hold yet, and adds their results; gives how many.

    Each query's rows are written before the next is asked, so that a refusal or Ctrl-C loses nothing.
    """
    known = {row.query for row in read_csv(Result, path)} if path.exists() else set()
    path.parent.mkdir(parents=True, exist_ok=True)
    added = 0
    with path.open("a", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        if not lines.tell():
            writer.writerow(COLUMNS)
        for query in (one for one in asked if one not in known):
            rows = [*_rows(query, provider.search(query), clock)]
            writer.writerows(rows)
            lines.flush()
            added += len(rows)
            on_query(query, len(rows))
    return added


def _rows(query: str, hits: tuple[Hit, ...], clock: Clock) -> Iterator[tuple[str, ...]]:
    """A result whose address cannot be one is left out; the ranks of the others stay."""
    found_at = to_text(clock())
    for rank, hit in enumerate(hits, 1):
        try:
            yield (query, str(rank), str(safe_cell(" ".join(hit.title.split()))), plain_address(hit.url), found_at)
        except ValueError:
            continue


def _read_words(data: Path) -> tuple[Words, ...]:
    path = data / "searches.csv"
    codebook = read_codebook(data)
    known = {code.code for scheme in ("type", "factor") for code in codebook.scheme(scheme)}
    rows = read_csv(Words, path)
    for number, row in enumerate(rows, 2):
        if row.code not in known:
            raise ConfigError(f"{path}:{number}", "code", row.code, "a type or factor of the codebook")
    return rows


def _towns(home: Home, locality: Locality, data: Path) -> list[str]:
    inside = [p for p in read_csv(Place, data / "places.csv") if set(p.districts.split()) <= home.districts]
    ranked = sorted(inside, key=lambda place: (-place.population, place.name))
    names = dict.fromkeys([*(place.name for place in ranked), *locality.places])
    return [name for name in names if plain_name(name) != plain_name(home.name)]
