"""Makes the edition of a publication from the register and the data files; an old one is made as a new one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from register.codes.checklist import read_checklist
from register.codes.codebook import Codebook
from register.errors import ConfigError
from register.localities.locality import locality_keys, read_districts, read_locality
from register.localities.postcode_points import known_points
from register.models import ServiceRecord
from register.public.rules import read_plain_words
from register.publishing.difference import compare
from register.publishing.presentation import Presentation, read_presentation
from register.publishing.publication import Edition, Publication, read_line
from register.publishing.telling import Wording
from register.reviewing.rules import read_review_rules
from register.staleness.freshness import FreshnessRules, read_freshness
from register.store import Store
from review.wording import field_labels

FEW = 5_000  # records that are read once and kept in memory while files are written; more are read for each file


@dataclass(frozen=True, slots=True)
class Held:
    """The records of a publication, read from the register each time that they are gone through."""

    store: Store
    number: int

    def __iter__(self) -> Iterator[ServiceRecord]:
        for _, line in self.store.publications.lines(self.number):
            yield read_line(line)


@dataclass(frozen=True, slots=True)
class Spooled:
    """Records whose lines stand in a file, read from there each time that they are gone through."""

    path: Path

    def __iter__(self) -> Iterator[ServiceRecord]:
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            yield from map(read_line, lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an edition needs beside its records."""

    codebook: Codebook
    wording: Wording
    districts: Mapping[str, str]
    presentation: Presentation
    freshness: FreshnessRules


def read_surroundings(data: Path, codebook: Codebook) -> Surroundings:
    """Raises ConfigError where a data file that a format needs is wrong."""
    return Surroundings(
        codebook=codebook,
        wording=read_wording(data, codebook),
        districts={district.gss_code: district.name for district in read_districts(data)},
        presentation=read_presentation(data),
        freshness=read_freshness(data),
    )


def make_edition(store: Store, publication: Publication, *, data: Path, codebook: Codebook) -> Edition:
    """As `edition_of`, of a publication that the register holds, with the data files read for it."""
    held = Held(store, publication.number)
    return edition_of(store, publication, read_surroundings(data, codebook), held)


def edition_of(
    store: Store, publication: Publication, around: Surroundings, records: Iterable[ServiceRecord]
) -> Edition:
    """`records` are the publication's, in the order of the ids; they can be gone through any number of times."""
    before = store.publications.at(publication.number - 1)
    few = tuple(islice(records, FEW + 1))
    records = few if len(few) <= FEW else records
    return Edition(
        publication=publication,
        before=before,
        since=compare(Held(store, before.number) if before else (), records),
        records=records,
        codebook=around.codebook,
        words=around.wording.words,
        labels=around.wording.labels,
        localities=around.wording.localities,
        districts=around.districts,
        find_postcode=known_points().find,
        presentation=around.presentation,
        freshness=around.freshness,
    )


def read_wording(data: Path, codebook: Codebook) -> Wording:
    """In what words fields, values and localities are told."""
    return Wording(
        labels=field_labels(read_checklist(data), read_review_rules(data)),
        words=read_plain_words(data, codebook),
        localities=_localities(data),
    )


def _localities(data: Path) -> Mapping[str, str]:
    """Names by key; a locality whose file cannot be read goes by its key, and a crawl will tell why."""
    names = {}
    for key in locality_keys(data):
        try:
            names[key] = read_locality(data, key).name
        except ConfigError:
            continue
    return names
