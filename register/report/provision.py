"""What is there for a group of people or against a factor, set beside how many people that concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from register.rates import poisson_interval, share_interval
from register.report.indicators import ADULTS, LEVEL, Indicator, Link
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.survey import Survey

TEN_THOUSAND: Final = 10_000
AMONG_LOCALITIES, AMONG_PEOPLE = "localities", "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Services for every 10,000 of so many `people`, with Garwood's exact interval at 95%."""

    people: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A share of services beside a share of people. Among localities: of all services for it in the report, and of all
    the people it concerns there. Among people: of the services here for some group, and of the people here.

    `low` and `high` bound the share of services at 95% (Clopper and Pearson).
    """

    basis: str
    part: int
    whole: int
    share: float
    low: float
    high: float
    people: float

    @property
    def is_gap(self) -> bool:
        """Whether the share of services lies below that of people, by more than chance would have it."""
        return self.high < self.people

    @property
    def weight(self) -> float:
        """By how much the share of people is larger, at the least; what gaps are ranked by."""
        return self.people / max(self.high, 1e-9)

    @property
    def as_people(self) -> float:
        """How many services it would be if they were spread as the people are."""
        return self.whole * self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """The services of an area for a code, what its indicator says, and both set beside each other where they can be."""

    link: Link
    label: str
    indicator: Indicator | None
    records: tuple[MappedRecord, ...]
    rate: Rate | None
    place: tuple[int, int] | None
    balances: tuple[Balance, ...]


def provisions(survey: Survey, area: Area) -> tuple[Provision, ...]:
    """A provision for each link of the data file, in its order."""
    held = {scheme: survey.axes[scheme].split_area(area) for scheme in ("population", "factor")}
    naming = len(_singling_out(survey, area))
    found = []
    for link in survey.need.links:
        records = tuple(held[link.scheme].get(link.code, ()))
        indicator = survey.need.indicators.get(link.indicator)
        found.append(
            Provision(
                link=link,
                label=survey.axes[link.scheme].label(link.code),
                indicator=indicator,
                records=records,
                rate=_rate(survey, area, indicator, len(records)),
                place=survey.need.place(indicator.key, area.gss_code) if indicator else None,
                balances=tuple(_balances(survey, area, link, indicator, len(records), naming)),
            )
        )
    return tuple(found)


def _singling_out(survey: Survey, area: Area) -> tuple[MappedRecord, ...]:
    """The services for some group: one for everybody is for women and for men alike, and weighs on neither side."""
    everybody = {link.code for link in survey.need.links if link.scheme == "population" and link.indicator == ADULTS}
    named = survey.axes["population"].field
    return tuple(record for record in area.records if set(record.values.get(named) or ()) - everybody)


def _rate(survey: Survey, area: Area, indicator: Indicator | None, count: int) -> Rate | None:
    """For the people whom the indicator counts; for all adults where it is a level."""
    if indicator is None:
        return None
    people = people_of(survey, area, indicator)
    if not people:
        return None
    low, high = poisson_interval(count)
    each = TEN_THOUSAND / people
    return Rate(people=people, rate=count * each, low=low * each, high=high * each)


def people_of(survey: Survey, area: Area, indicator: Indicator) -> float | None:
    """How many people of the area the indicator speaks of, adults where it is a level; None where it has no value."""
    key = ADULTS if indicator.kind == LEVEL else indicator.key
    if area.key != EVERYWHERE:
        return survey.need.people(key, area.gss_code)
    told = [survey.need.people(key, one.gss_code) for one in survey.areas]
    known = [people for people in told if people is not None]
    return sum(known) if told and len(known) == len(told) else None


def _balances(
    survey: Survey, area: Area, link: Link, indicator: Indicator | None, count: int, naming: int
) -> Iterator[Balance]:
    if indicator is None or indicator.kind == LEVEL:
        return
    people = people_of(survey, area, indicator)
    if people is None:
        return
    totals = survey.totals.get((link.scheme, link.code))
    if area.key != EVERYWHERE and totals and totals.localities > 1 and totals.services:
        yield balance(AMONG_LOCALITIES, count, totals.services, people / totals.people)
    adults = people_of(survey, area, survey.need.indicators[ADULTS])
    # Everybody is no group whose share could be told.
    if link.scheme == "population" and indicator.key != ADULTS and adults and naming:
        yield balance(AMONG_PEOPLE, count, naming, min(1.0, people / _whole(survey, area, indicator, adults)))


def _whole(survey: Survey, area: Area, indicator: Indicator, adults: float) -> float:
    """All people of the age of those whom the indicator counts."""
    everyone = people_of(survey, area, survey.need.indicators[indicator.among]) if indicator.among else None
    return everyone or adults


def balance(basis: str, part: int, whole: int, people: float) -> Balance:
    low, high = share_interval(part, whole)
    return Balance(basis=basis, part=part, whole=whole, share=part / whole, low=low, high=high, people=people)


def ranked_gaps(found: Iterable[Provision]) -> tuple[tuple[Provision, Balance], ...]:
    """Where the share of services lies below that of people by more than chance, the furthest apart first."""
    gaps = [(one, balance) for one in found for balance in one.balances if balance.is_gap]
    return tuple(sorted(gaps, key=lambda gap: (-gap[1].weight, -gap[1].as_people, gap[0].label)))
