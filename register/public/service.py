"""A published service as anybody may read it: nothing private of a person is in it, and nothing that is undecided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.codes.vocabulary import Status
from register.ended import Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicQuote:
    """Words of the page behind a value; `page` is its address where it is not the service's own. `whole` says that
    nothing was left out of the words."""

    words: str
    whole: bool = True
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicField:
    """One field: its values as text (codes and closed words as the register spells them), its quotes, its dates."""

    name: str
    status: Status
    values: tuple[str, ...] = ()
    quotes: tuple[PublicQuote, ...] = ()
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A postcode and where it lies on the National Grid, in metres."""

    postcode: str
    east: int
    north: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicService:
    """A service, or its tombstone where `withdrawn_at` is set (`gone` then says what became of its page,
    `ended` on what a person retired it, where that was why).

    `place` is the district's name. `in_doubt` says in one word why a person will look at it again: `changed` (its page
    says something else now), `missing` (no longer found there), or nothing. `left_out` says that something of a person
    was left out, `hidden_place` that where it is was, because it must not be known. From `due_at` on its check is
    overdue.
    """

    id: str
    name: str
    locality: str
    gss_code: str
    place: str
    page_url: str
    fields: tuple[PublicField, ...]
    points: tuple[Point, ...]
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime
    withdrawn_at: datetime | None = None
    gone: str = ""
    in_doubt: str = ""
    left_out: bool = False
    hidden_place: bool = False
    due_at: datetime | None = None
    ended: Ended | None = None

    def field(self, name: str) -> PublicField | None:
        return next((field for field in self.fields if field.name == name), None)

    def values(self, name: str) -> tuple[str, ...]:
        field = self.field(name)
        return field.values if field else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEntry:
    """A service to be shown, the facets that it is found by, and the words that a search may find it by.

    `merged_into` is the id of the service that this one turned out to be; its own address then leads there.
    """

    service: PublicService
    facets: tuple[str, ...]
    words: str
    merged_into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """What became of a published record's candidate and page since: `state` of the candidate, whether it is `missing`
    on its page, the page's `status` (0: never asked)."""

    state: str
    missing: bool
    status: int
