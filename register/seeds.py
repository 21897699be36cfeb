"""Addresses that people or searches found, as start addresses of a locality: read, spelled alike, told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field

from register.charities import charities_of
from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.hosts import host_of
from register.locality import Source, is_loopback, is_private
from register.places import Atlas, Home

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[\d.]+|[0-9a-f]*:[0-9a-f:.]+)$")
_HOST = re.compile(r"^(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}\.?$")


def plain_address(text: str) -> str:
    """A web address as people write it, in one spelling: "www.x.org" and "HTTPS://www.X.org " are one.

    Raises ValueError for what is none: an e-mail address, words, another scheme.
    """
    wanted = "a web address such as https://www.example.org/ or www.example.org"
    words = text.strip().strip("<>").rstrip(",;")
    if not _SCHEME.match(words) or re.match(r"^[\w.-]+:\d", words):
        words = f"https://{words.removeprefix('//')}"
    try:
        parts = urlsplit(words)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ValueError(wanted) from error
    named = _HOST.match(host) or _NUMBERED.match(host) or host == "localhost"
    if parts.scheme.lower() not in ("http", "https") or not host or " " in words or "@" in parts.netloc or not named:
        raise ValueError(wanted)
    address = f"[{host}]" if ":" in host else host
    return urlunsplit(
        (parts.scheme.lower(), f"{address}:{port}" if port else address, parts.path or "/", parts.query, "")
    )


PlainAddress = Annotated[str, AfterValidator(plain_address)]


class Listed(DataModel):
    """A row of a CSV of addresses (`kind = "addresses"`)."""

    url: PlainAddress
    name: str = ""
    note: str = ""


class Result(DataModel):
    """A row of saved search results (`kind = "search"`): `rank` counts from 1 within its query."""

    query: str = Field(min_length=1)
    rank: int = Field(ge=1)
    title: str = ""
    url: PlainAddress
    found_at: datetime


class Platform(DataModel):
    """A row of `platforms.csv`: a host that many organisations share, which is not crawled."""

    host: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One address that a seed file names; `where` is its file and line, `found_at` when a search gave it."""

    url: str
    name: str
    where: str

    @property
    def host(self) -> str:
        return host_of(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedList:
    """What a seed source names: addresses to crawl, those on shared platforms for a person to look at, and how many
    rows of the file had no address."""

    seeds: tuple[Seed, ...]
    shared: tuple[Seed, ...]
    without: int = 0


def read_seeds(source: Source, data: Path, *, atlas: Callable[[], Atlas], home: Callable[[Atlas], Home]) -> SeedList:
    """The addresses of a seed source, each once, in the order of the file.

    `atlas` and `home` are asked for where places matter (a charity register). Raises ConfigError with file, row and
    what was expected for a row that is wrong or names an address on a private network.
    """
    path = data / source.file
    without = 0
    if source.kind == "addresses":
        rows = read_csv(Listed, path)
        found: Iterable[Seed] = (Seed(url=r.url, name=r.name, where=f"{path}:{n}") for n, r in enumerate(rows, 2))
    elif source.kind == "search":
        results = read_csv(Result, path)
        found = (Seed(url=r.url, name=r.title, where=f"{path}:{n}") for n, r in enumerate(results, 2))
    else:
        places = atlas()
        kept, without = charities_of(path, data / source.areas if source.areas else None, places, home(places))
        found = _of_charities(kept)
    platforms = frozenset(row.host for row in read_csv(Platform, data / "platforms.csv"))
    seeds, shared = _told_apart(found, platforms)
    return SeedList(seeds=seeds, shared=shared, without=without)


def on_platform(host: str, platforms: frozenset[str]) -> bool:
    """Whether the host, or one that it is a subdomain of, is a shared platform."""
    parts = host.partition(":")[0].split(".")
    return any(".".join(parts[n:]) in platforms for n in range(len(parts)))


def check_public(seeds: Iterable[Seed], *, allow_loopback: bool) -> None:
    """Raises ConfigError for the first address that lies on a private network."""
    for seed in seeds:
        host = urlsplit(seed.url).hostname or ""
        if is_private(host) and not (allow_loopback and is_loopback(host)):
            raise ConfigError(seed.where, "url", seed.url, "a public host")


def _of_charities(kept: Iterable[tuple[str, str, str]]) -> Iterator[Seed]:
    """A register's own faults (an e-mail address as website) lose the row, and no more: nobody here can mend it."""
    for web, name, where in kept:
        try:
            yield Seed(url=plain_address(web), name=name, where=where)
        except ValueError:
            continue


def _told_apart(found: Iterable[Seed], platforms: frozenset[str]) -> tuple[tuple[Seed, ...], tuple[Seed, ...]]:
    seeds: dict[str, Seed] = {}
    shared: dict[str, Seed] = {}
    for seed in found:
        chosen = shared if on_platform(seed.host, platforms) else seeds
        chosen.setdefault(_key(seed.url), seed)
    return tuple(seeds.values()), tuple(shared.values())


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{host_of(url)}{parts.path.rstrip('/')}?{parts.query}"
