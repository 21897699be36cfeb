"""How reviewing goes: how long decisions take, how fields fare, what was noticed; by person where that may be seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from register.codes.vocabulary import FIELD_NAMES
from register.pictures import Bar, Span, bars, spans, stacks
from register.store import Store
from register.store.decisions.openings import FieldCount, TimedDecision
from register.store.staleness.freshness import Share
from review.quality.lessons import Noticed
from review.quality.measures import Measure
from review.settings import ReviewSettings
from review.wording import field_guide

VERDICTS = {"approve": ("accepted", "good"), "edit": ("edited", "changed"), "not_stated": ("not stated", "rest")}
VERDICTS |= {"reject": ("rejected", "bad")}
WEEKS = 12
MOST_DRAWN = 15  # rows of a picture; the table below it has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly somebody decides: how many records, the median seconds of one, and how many an hour of work."""

    name: str
    records: int
    median_seconds: float | None
    an_hour: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """How the proposals of a field fared: how often each verdict was the last word on it."""

    name: str
    label: str
    counts: tuple[tuple[str, int], ...]  # in the order of VERDICTS

    @property
    def accepted(self) -> float:
        """The share of the proposals that stood as they were."""
        return dict(self.counts)["accepted"] / sum(number for _, number in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """Of what was wrong on purpose: how much was noticed, how much slipped through, how much was rejected with all."""

    name: str
    noticed: int
    slipped: int
    rejected: int

    @property
    def share(self) -> float | None:
        told = self.noticed + self.slipped
        return self.noticed / told if told else None


def pace(timed: Iterable[TimedDecision], name: str) -> Pace:
    seconds = [one.seconds for one in timed]
    worked = sum(seconds)
    return Pace(
        name=name,
        records=len(seconds),
        median_seconds=median(seconds) if seconds else None,
        an_hour=3600 * len(seconds) / worked if worked else None,
    )


def paces(timed: Sequence[TimedDecision]) -> tuple[Pace, ...]:
    """One a reviewer, by name."""
    own = defaultdict(list)
    for one in timed:
        own[one.reviewer].append(one)
    return tuple(pace(own[name], name) for name in sorted(own))


def fares(counts: Iterable[FieldCount], settings: ReviewSettings) -> tuple[Fare, ...]:
    """One a field that anybody decided on, in reviewing order."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for one in counts:
        told[one.field][one.verdict] += one.number
    return tuple(
        Fare(
            name=name,
            label=field_guide(name, settings.checklist).label,
            counts=tuple((label, told[name][verdict]) for verdict, (label, _) in VERDICTS.items()),
        )
        for name in FIELD_NAMES
        if told[name]
    )


def caught(found: Iterable[Noticed], *, by_reviewer: bool, settings: ReviewSettings) -> tuple[Caught, ...]:
    """By reviewer, or by field."""
    told: dict[str, Counter[bool | None]] = defaultdict(Counter)
    for one in found:
        label = one.reviewer if by_reviewer else field_guide(one.field, settings.checklist).label
        told[label][one.noticed] += 1
    return tuple(
        Caught(name=name, noticed=told[name][True], slipped=told[name][False], rejected=told[name][None])
        for name in sorted(told)
    )


def weeks(timed: Iterable[TimedDecision], now: datetime) -> tuple[tuple[str, int], ...]:
    """How many records were decided in each of the last weeks, by the Monday that it began on; from the first week in
    which any was."""
    monday = (now - timedelta(days=now.weekday())).date()
    counted = Counter((one.decided_at - timedelta(days=one.decided_at.weekday())).date() for one in timed)
    days = [monday - timedelta(weeks=number) for number in reversed(range(WEEKS))]
    first = next((place for place, day in enumerate(days) if counted[day]), WEEKS - 1)
    return tuple((f"{day:%d %b}".lstrip("0"), counted[day]) for day in days[first:])


def draw_weeks(told: Sequence[tuple[str, int]]) -> str:
    rows = [Bar(label=f"week of {label}", number=number, look="good") for label, number in told]
    return bars(
        rows, title=f"Records decided in each of the last {len(told)} weeks, {sum(n for _, n in told):,} in all"
    )


def draw_fares(told: Sequence[Fare]) -> str:
    """The fields whose proposals were accepted least."""
    looks = [look for _, look in VERDICTS.values()]
    rows = [
        (one.label, [Bar(label=n, number=k, look=look) for (n, k), look in zip(one.counts, looks, strict=True)])
        for one in sorted(told, key=lambda one: one.accepted)[:MOST_DRAWN]
    ]
    return stacks(
        rows, title="Of the fields least accepted, the share accepted, edited, said not to be stated, rejected"
    )


def draw_caught(told: Sequence[Caught], *, title: str) -> str:
    rows = [
        (
            one.name,
            [
                Bar(label="noticed", number=one.noticed, look="good"),
                Bar(label="slipped", number=one.slipped, look="bad"),
            ],
        )
        for one in told
    ]
    return stacks(rows, title=title)


def draw_agreement(measures: Sequence[Measure]) -> str:
    rows = [
        Span(label=one.label, share=told.alpha, low=told.low, high=told.high)
        for one in measures
        if not (told := one.agreement).few and told.alpha is not None and told.low is not None and told.high is not None
    ][:MOST_DRAWN]
    return spans(rows, title="Krippendorff's alpha of each field with its 95% interval") if rows else ""


def since(store: Store, days: int) -> datetime:
    return store.clock() - timedelta(days=days)


def draw_overdue(shares: Sequence[Share]) -> str:
    """Of each locality's records, how many are verified, how many are overdue, how many marked as not verified."""
    rows = [
        (
            one.locality,
            (
                Bar(label="verified", number=one.records - one.overdue, look="good"),
                Bar(label="check overdue", number=one.overdue - one.unverified, look="changed"),
                Bar(label="not verified", number=one.unverified, look="bad"),
            ),
        )
        for one in shares
    ]
    return stacks(rows, title="Of each locality's published records, the share whose check is overdue") if rows else ""
