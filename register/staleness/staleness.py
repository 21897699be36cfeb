"""What a page and a record are taken to be, from looks at them on different days: pure, and driven by a table.

| a look       | failures before    | the page is then                                         |
|--------------|--------------------|----------------------------------------------------------|
| there        | any                | live, or moved; what failed before counts no more         |
| gone         | below the limits   | unknown, soft-404 or parked, as the look's row says      |
| gone         | with it the limits | dead                                                     |
| silent       | below the limits   | unknown                                                  |
| silent       | with it the limits | dead                                                     |
| refused      | below the limits   | blocked                                                  |
| nothing      | below the limits   | unknown                                                  |
| any of these | the limits         | dead, until it is there again                            |
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from register.codes.vocabulary import Cause
from register.datafile import DataModel, Pattern, read_toml

STALENESS_FILE = "staleness.toml"


class Verdict(StrEnum):
    """What is said of a record, and of each field of it."""

    LIVE = "live"
    CHANGED = "changed"
    MOVED = "moved"
    SOFT_404 = "soft-404"
    PARKED = "parked"
    BLOCKED = "blocked"
    DEAD = "dead"
    EXPIRED = "expired"
    CLOSING = "closing"
    UNKNOWN = "unknown"


class Means(StrEnum):
    """What one look says of a page."""

    THERE = "there"
    GONE = "gone"
    SILENT = "silent"
    REFUSED = "refused"
    NOTHING = "nothing"


class Limit(DataModel):
    """How many failures, on different days, over how many days."""

    failures: int = Field(ge=2)
    days: int = Field(ge=8)  # one bad week never counts


class Limits(DataModel):
    gone: Limit
    silent: Limit
    home: Limit


class LookRow(DataModel):
    """A row of `staleness.toml`, whose head says what each key means."""

    cause: Cause
    means: Literal["gone", "silent", "refused", "nothing"]
    verdict: Literal["unknown", "blocked", "soft-404", "parked"]
    words: str = Field(min_length=1)
    error: Pattern = ""


class Expiry(DataModel):
    goes_on: tuple[str, ...]
    ends: Pattern


class StalenessRules(DataModel):
    """`data/staleness.toml`. Every cause has a row that asks for no error."""

    limits: Limits
    look: tuple[LookRow, ...]
    expiry: Expiry

    @model_validator(mode="after")
    def _complete(self) -> StalenessRules:
        told = {row.cause for row in self.look if not row.error}
        if missing := [cause.value for cause in Cause if cause not in told]:
            raise ValueError(f"a row [[look]] without error for the cause {missing[0]}")
        return self

    def row(self, cause: str, error: str = "") -> LookRow:
        """The first row that fits."""
        return next(r for r in self.look if r.cause == cause and (not r.error or re.search(r.error, error, re.I)))


def read_staleness(data: Path) -> StalenessRules:
    """The rules of `staleness.toml`; raises ConfigError for a cause without a row, or a limit below a week."""
    return read_toml(StalenessRules, data / STALENESS_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one visit on a `day` said of a page: `means` and the `verdict` that it gives by itself, with its `cause` in
    words. `home` marks the front page of a site."""

    day: date
    means: Means
    verdict: Verdict
    cause: str = ""
    home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Failures of one way since the page was last there: on how many different days, the first and the last of them."""

    days: int = 0
    first: date | None = None
    last: date | None = None

    def after(self, day: date) -> Failures:
        """One more; a second on the same day, or one told late, counts no more than the first."""
        if self.last is not None and day <= self.last:
            return self
        return Failures(days=self.days + 1, first=self.first or day, last=day)

    def reach(self, limit: Limit) -> bool:
        span = (self.last - self.first).days if self.first and self.last else 0
        return self.days >= limit.failures and span >= limit.days


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What a page is taken to be `since` a day, and why; the last day on which it was there (None: never seen so), and
    its failures since: those that say that it is `gone`, and these with those in which nobody answered (`silent`)."""

    verdict: Verdict = Verdict.UNKNOWN
    cause: str = ""
    since: date | None = None
    there: date | None = None
    gone: Failures = Failures()
    silent: Failures = Failures()


def next_state(state: PageState, look: Look, limits: Limits) -> PageState:
    """The state of a page after one more look."""
    if look.means is Means.THERE:
        return _said(replace(state, there=look.day, gone=Failures(), silent=Failures()), look.verdict, look)
    gone = state.gone.after(look.day) if look.means is Means.GONE else state.gone
    silent = state.silent.after(look.day) if look.means in (Means.GONE, Means.SILENT) else state.silent
    after = replace(state, gone=gone, silent=silent)
    if gone.reach(limits.home if look.home else limits.gone) or silent.reach(limits.silent):
        return _said(after, Verdict.DEAD, look)
    return _said(after, look.verdict, look)


def _said(state: PageState, verdict: Verdict, look: Look) -> PageState:
    since = state.since if state.verdict is verdict and state.since else look.day
    counts = look.means in (Means.THERE, Means.GONE, Means.SILENT)
    cause = look.cause if verdict is not Verdict.DEAD or counts else state.cause
    return replace(state, verdict=verdict, cause=cause, since=since)
