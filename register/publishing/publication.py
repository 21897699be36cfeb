"""A publication: its identity, and the edition that every file of it is made from; pure, so that the same edition
gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from register.codes.codebook import Codebook
from register.models import ServiceRecord
from register.publishing.difference import Comparison
from register.publishing.presentation import Presentation
from register.publishing.telling import Wording
from register.serial import canonical, dump, load, to_text
from register.staleness.freshness import FreshnessRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Which publication it is. `content` is the SHA-256 of its records' lines, `previous` the id of the one before (""
    for the first), so that the ids make a chain: none can be changed, or left out, without all later ones differing."""

    id: str
    number: int
    published_at: datetime
    content: str
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a publication's files are made from, and all that they are made from: no clock, no store.

    `records` may be published as they are (what is private of a person is left out), tombstones among them, in the
    order of the ids; they may be gone through any number of times, and need not be in memory all at once. `words` are
    plain words by `scheme:code`, `labels` those of fields, `localities` names by key, `districts` names by GSS code;
    `find_postcode` gives eastings and northings in metres. `since` is what differs from the publication `before`, None
    for the first; `presentation` has what the files say of themselves, `freshness` how long a check holds.
    """

    publication: Publication
    before: Publication | None
    records: Iterable[ServiceRecord]
    codebook: Codebook
    words: Mapping[str, str]
    labels: Mapping[str, str]
    localities: Mapping[str, str]
    districts: Mapping[str, str]
    find_postcode: Callable[[str], tuple[int, int] | None]
    since: Comparison
    presentation: Presentation
    freshness: FreshnessRules

    @property
    def wording(self) -> Wording:
        return Wording(labels=self.labels, words=self.words, localities=self.localities)

    @property
    def living(self) -> Iterator[ServiceRecord]:
        return (record for record in self.records if record.withdrawn_at is None)

    @property
    def tombstones(self) -> Iterator[ServiceRecord]:
        return (record for record in self.records if record.withdrawn_at is not None)


def name_publication(number: int, *, published_at: datetime, content: str, previous: str) -> Publication:
    """The identity of a publication: its id says the day, and follows from all else."""
    told = canonical([number, to_text(published_at), content, previous])
    short = hashlib.sha256(told.encode()).hexdigest()[:10]
    return Publication(
        id=f"pub-{published_at:%Y-%m-%d}-{short}",
        number=number,
        published_at=published_at,
        content=content,
        previous=previous,
    )


def to_line(record: ServiceRecord) -> str:
    """The record as one line of JSON, the one way of writing it: by this it is kept and hashed. What has its default is
    left out, so that a new column that says nothing yet changes no line."""
    return dump(record, ServiceRecord, sparse=True)


def read_line(line: str) -> ServiceRecord:
    record: ServiceRecord = load(line, ServiceRecord)
    return record


def content_of(lines: Iterable[str]) -> str:
    """The SHA-256 of records' lines, which stand in the order of their ids, each ended by a line feed."""
    seen = hashlib.sha256()
    for line in lines:
        seen.update(f"{line}\n".encode())
    return seen.hexdigest()


def tables_digest(records: Iterable[ServiceRecord]) -> str:
    """The SHA-256 of the canonical tables, in the order of the ids, with all that they hold that is not published."""
    return content_of(to_line(record) for record in records)
