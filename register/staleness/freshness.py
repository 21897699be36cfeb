"""How long what a person verified holds (`data/freshness.toml`), and in which words that is told: pure.

A record's interval follows from where it comes from, how often it changed and how often it was found unchanged. From
the interval follows one day on which it is due; whether it is overdue on another day needs no more than that, so that
nothing is rewritten as time passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from register.datafile import DataModel, read_toml


class Freshness(StrEnum):
    """What may be said of a record's last verification."""

    VERIFIED = "verified"
    DUE = "check overdue"
    UNVERIFIED = "not verified"


class Step(StrEnum):
    """What is done about a record that is overdue, one after the other."""

    PROVIDER = "provider"  # its provider's address is made, and a letter waits in the outbox
    REVIEWER = "reviewer"  # it stands in the reviewers' queue
    PUBLIC = "public"  # it is marked as not verified in public


class Source(DataModel):
    """Where records come from: those of which a route is among `routes` hold for `days`; `words` tell of it."""

    key: str
    words: str
    days: int = Field(ge=1, le=3660)
    routes: tuple[str, ...]


class Steps(DataModel):
    """Days after a check was due until each step is taken."""

    provider: int = Field(ge=0, le=366)
    reviewer: int = Field(ge=0, le=366)
    public: int = Field(ge=0, le=732)

    @model_validator(mode="after")
    def _in_order(self) -> Steps:
        if not self.provider <= self.reviewer <= self.public:
            raise ValueError("provider, reviewer and public in this order, none before the one above it")
        return self


class FreshnessRules(DataModel):
    least: int = Field(ge=1)
    most: int = Field(ge=1, le=3660)
    shrink: float = Field(gt=0, le=1)
    window: int = Field(ge=1)
    grow: float = Field(ge=1)
    apart: int = Field(ge=1)
    source: tuple[Source, ...] = Field(min_length=1)
    steps: Steps

    @model_validator(mode="after")
    def _fits(self) -> FreshnessRules:
        if self.least > self.most:
            raise ValueError("least, which is no more than most")
        keys = [one.key for one in self.source]
        if len(set(keys)) < len(keys):
            raise ValueError("each source.key once")
        if [one.key for one in self.source if not one.routes] != keys[-1:]:
            raise ValueError("routes in each source but the last one, which is for all others")
        return self

    def source_of(self, routes: Iterable[str]) -> Source:
        found = set(routes)
        return next((one for one in self.source if found & set(one.routes)), self.source[-1])

    def named(self, key: str) -> Source:
        return next((one for one in self.source if one.key == key), self.source[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a record's interval follows from. `verified_at` is when the value verified longest ago was; `changes` counts
    how often the page said something else lately, `steady` the checks in a row that found all as it was. `expired_at`
    is when somebody let its verification expire, None where nobody did since."""

    source: str
    changes: int
    steady: int
    verified_at: datetime
    has_email: bool = False
    expired_at: datetime | None = None


def read_freshness(data: Path) -> FreshnessRules:
    """Raises ConfigError for the first fault of `data/freshness.toml`, with file and key."""
    return read_toml(FreshnessRules, data / "freshness.toml")


def interval(grounds: Grounds, rules: FreshnessRules) -> int:
    """Days for which a verification holds."""
    days = rules.named(grounds.source).days * rules.shrink**grounds.changes * rules.grow**grounds.steady
    return round(min(max(days, rules.least), rules.most))


def due_at(grounds: Grounds, rules: FreshnessRules) -> datetime:
    """From when on the record is overdue."""
    due = grounds.verified_at + timedelta(days=interval(grounds, rules))
    return min(due, grounds.expired_at) if grounds.expired_at else due


def asks_reviewers_at(grounds: Grounds, rules: FreshnessRules) -> datetime:
    """From when on it stands in the queue: at once where nobody else can be asked, or where somebody let it expire."""
    waits = grounds.has_email and grounds.expired_at is None
    return due_at(grounds, rules) + timedelta(days=rules.steps.reviewer if waits else 0)


def steps_due(due: datetime, rules: FreshnessRules, *, now: datetime, asks_reviewers: datetime) -> tuple[Step, ...]:
    """The steps that are to be taken by now, the first one first."""
    if now < due:
        return ()
    when = {
        Step.PROVIDER: due + timedelta(days=rules.steps.provider),
        Step.REVIEWER: asks_reviewers,
        Step.PUBLIC: due + timedelta(days=rules.steps.public),
    }
    return tuple(step for step, at in when.items() if at <= now)


def freshness_at(due: datetime | None, now: datetime, rules: FreshnessRules) -> Freshness:
    """What may be said at `now` of a record that is due then; one of which no day is known counts as verified."""
    if due is None or now < due:
        return Freshness.VERIFIED
    return Freshness.UNVERIFIED if now >= due + timedelta(days=rules.steps.public) else Freshness.DUE


def steady_checks(days: Sequence[datetime], rules: FreshnessRules, *, since: datetime) -> int:
    """How many of these verifications, oldest first, found again what another had found since the last change."""
    kept: list[datetime] = []
    for day in days:
        if day >= since and (not kept or day - kept[-1] >= timedelta(days=rules.apart)):
            kept.append(day)
    return max(0, len(kept) - 1)


def explain(grounds: Grounds, rules: FreshnessRules) -> str:
    """Why the record is due when it is, in a sentence or two."""
    source, days = rules.named(grounds.source), interval(grounds, rules)
    told = [f"It rests on {source.words}, which holds for {source.days} days"]
    if grounds.changes:
        told.append(f"it changed {_times(grounds.changes)} in the last {rules.window} days, so it is checked sooner")
    if grounds.steady:
        told.append(f"{_checks(grounds.steady)} found it unchanged, so it is checked later")
    told.append(
        f"what was verified on {day(grounds.verified_at)} holds for {days} days, until {_until(grounds, rules)}"
    )
    if grounds.expired_at:
        told.append(f"a person let it expire on {day(grounds.expired_at)}")
    return f"{'; '.join(told)}."


def _until(grounds: Grounds, rules: FreshnessRules) -> str:
    return day(grounds.verified_at + timedelta(days=interval(grounds, rules)))


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _checks(n: int) -> str:
    return "one check" if n == 1 else f"{n} checks in a row"


def day(when: datetime) -> str:
    """
    >>> day(datetime(2026, 3, 1))
    '1 March 2026'
    """
    return f"{when.day} {when:%B %Y}"
