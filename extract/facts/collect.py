"""Collects the facts of one service from the parts of the page that are its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from extract.facts.amounts import (
    CAPACITY,
    HALF_HOUR,
    HOUR_AND_HALF,
    LENGTH,
    SESSIONS,
    find_capacity,
    find_durations,
    find_prices,
    find_sessions,
)
from extract.facts.clashes import CLASHING, clashes
from extract.facts.contact import find_emails, find_phones, find_postcodes
from extract.facts.dates import DateReader
from extract.facts.found import Found
from extract.facts.languages import NAME_GATE, find_languages
from extract.facts.parts import Part
from extract.facts.patterns import rules_for
from extract.facts.place import WEB, find_addresses, find_websites
from extract.facts.provider import BY, find_charity_number, find_provider, find_provider_kind
from extract.facts.recurrence import find_recurrence
from extract.facts.schedule import DAYS, find_frequency, find_weekdays
from extract.facts.terms import find_ages, find_cost, find_ruled
from extract.facts.times import find_times
from extract.literals import gate, quick
from register.codes.vocabulary import FACT_BY_NAME, Status
from register.models import DraftField, Evidence, Page

SCHEDULE: Final = re.compile(r"(?i)\b(?:when|dates?|days?|times?|opening|hours|session)\b")
Finder = Callable[..., Iterator[Found]]  # of a text, and of its label where the search is `labelled`


@dataclass(frozen=True, slots=True)
class Search:
    """How a many-valued fact is found: texts without a digit (where `digits`) and without one of the literals of
    `gate` (where there are any) need no search."""

    fact: str
    find: Finder
    digits: bool = False
    gate: tuple[str, ...] = ()
    labelled: bool = False

    def within(self, part: Part) -> Iterator[Found]:
        return self.find(part.text, label=part.label) if self.labelled else self.find(part.text)

    def worth(self, whole: str) -> bool:
        return not self.gate or any(literal in whole for literal in self.gate)

    def parts(self, parts: Sequence[Part]) -> Iterator[Part]:
        for part in parts:
            if self.digits and not part.digits:
                continue
            if not self.gate or any(literal in part.lowered for literal in self.gate):
                yield part


MANY: Final = (
    Search("postcodes", find_postcodes, digits=True),
    Search("phones", find_phones, digits=True),
    Search("emails", find_emails, gate=("@", "at]", "(at", "at}", " dot ", "[dot")),
    Search("weekdays", find_weekdays, gate=("day", "week", "dydd", "nos ", *DAYS)),
    Search("times", find_times, gate=(*"0123456789", "noon", "midday", "mid-day", "midnight"), labelled=True),
    Search(
        "recurrence", find_recurrence, gate=("day", "week", "month", "year", "quarter", "ann", "daily", "night", *DAYS)
    ),
    Search("durations", find_durations, gate=gate(HALF_HOUR, HOUR_AND_HALF, LENGTH)),
    Search("sessions", find_sessions, gate=gate(SESSIONS)),
    Search("prices", find_prices, digits=True, gate=("£", "p")),
    Search("capacity", find_capacity, gate=gate(*CAPACITY)),
    Search("addresses", find_addresses, digits=True),
    Search("websites", find_websites, gate=gate(WEB)),
)
RULED: Final = {
    "referral": "referral",
    "delivery_mode": "delivery",
    "seasons": "seasons",
    "accessibility": "accessibility",
}
ORDER: Final = {day: n for n, day in enumerate(DAYS)}
SURE: Final = frozenset(("postcodes", "phones", "emails", "times", "weekdays", "prices", "websites", "dates"))
MOST_PHONES: Final = 24  # a longer list is the directory of an organisation's departments: its first number is kept
MOST_VALUES: Final = 60
CLASH: Final = 0.5  # how sure values are that contradict each other
BY_GATE: Final = quick(BY)
RECURS: Final = re.compile(
    r"(?i)\b(?:every|each|weekly|monthly|daily|fortnightly)\b|days\b|\d"
)  # "Sunday" may be a title
AGES: Final = re.compile(r"(?i)\bages?\b|\baged\b")


def collect_facts(page: Page, parts: Sequence[Part], *, schedule: bool = False) -> tuple[DraftField, ...]:
    """One field for each fact, in the order of FACTS. `schedule` says that a label of the text speaks of time.

    Values of one page that contradict each other (two prices, two times for one day) are all given, each with its
    quote, and the field's score is lowered.
    """
    today = page.dated or page.fetched_at.date()
    whole = "\n".join(part.lowered for part in parts)
    fields = [_many(page, parts if search.worth(whole) else (), search) for search in MANY]
    for fact, kind in RULED.items():
        rules = rules_for(kind, whole)
        search = Search(fact, partial(find_ruled, kind, rules=rules))
        fields.append(_many(page, parts if rules else (), search))
    dates = DateReader.of((part.text for part in parts if part.digits), today=today)
    fields.append(_many(page, parts, Search("dates", dates.find, digits=True, labelled=True)))
    fields.append(_languages(page, parts if NAME_GATE.may_match(whole) else ()))
    known = {field.name: field for field in fields}
    fields.append(_frequency(page, parts, known, schedule=schedule))
    fields.append(_cost(page, parts))
    fields += _ages(page, parts)
    fields += _provider(page, parts)
    order = list(FACT_BY_NAME)
    return tuple(sorted(fields, key=lambda f: order.index(f.name.removeprefix("fact."))))


def _many(page: Page, parts: Sequence[Part], search: Search) -> DraftField:
    evidence: dict[str, Evidence] = {}
    for part in search.parts(parts):
        if search.fact == "times" and AGES.search(part.label):
            continue
        if search.fact == "recurrence" and (part.name or part.heading) and not RECURS.search(part.text):
            continue
        for found in search.within(part):
            value = str(found.value)
            key = _same(search.fact, value)
            if key not in evidence and len(evidence) < MOST_VALUES:
                evidence[key] = part.lift(page, found, supports=value)
    return _reported(search.fact, parts, evidence)


def _reported(name: str, parts: Sequence[Part], evidence: dict[str, Evidence]) -> DraftField:
    if not evidence:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=0.8)
    if name == "phones" and len(evidence) > MOST_PHONES:
        evidence = dict(list(evidence.items())[:1])
    values = [e.supports for e in evidence.values()]
    if name == "weekdays":
        values.sort(key=lambda day: ORDER[day])
    score = 0.9 if name in SURE else 0.7
    if name in CLASHING and len(values) > 1 and clashes(name, parts, values):
        score = CLASH
    return DraftField(
        name=f"fact.{name}",
        status=Status.REPORTED,
        value=tuple(values),
        evidence=tuple(evidence.values()),
        score=score,
    )


def _same(name: str, value: str) -> str:
    if name == "phones":
        return re.sub(r"\D", "", value)[-10:]
    return value.lower().replace(" ", "")


Hit = tuple[Part, Found]


def _one(page: Page, name: str, hit: Hit | None, score: float) -> DraftField:
    if hit is None:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=score)
    part, found = hit
    return DraftField(
        name=f"fact.{name}",
        status=Status.REPORTED,
        value=found.value,
        evidence=(part.lift(page, found),),
        score=score,
    )


def _languages(page: Page, parts: Sequence[Part]) -> DraftField:
    evidence: dict[str, Evidence] = {}
    for part in parts:
        for found in find_languages(part.text, label=part.label, lowered=part.lowered):
            evidence.setdefault(str(found.value), part.lift(page, found, supports=str(found.value)))
    return _reported("languages", parts, evidence)


def _frequency(page: Page, parts: Sequence[Part], known: dict[str, DraftField], *, schedule: bool) -> DraftField:
    days, times = known["fact.weekdays"], known["fact.times"]
    spanned = any(e.rule == "weekday.span" for e in days.evidence)
    best: tuple[int, Part, Found] | None = None
    told: dict[str | int, Evidence] = {}
    rules = rules_for("frequency", "\n".join(part.lowered for part in parts))
    for part in parts:
        found = find_frequency(
            part.text,
            days=len(days.evidence),
            spanned=spanned,
            times=len(times.evidence),
            label=schedule,
            rules=rules,
        )
        if found is None:
            continue
        rank = RANKS.index(found.rule.removeprefix("frequency."))
        if rank <= TOLD:
            told.setdefault(found.value, part.lift(page, found))
        if best is None or rank < best[0]:
            best = (rank, part, found)
    if best is None:
        return _one(page, "frequency", None, 0.75)
    field = _one(page, "frequency", best[1:], CLASH if len(told) > 1 else 0.75)
    others = (evidence for value, evidence in told.items() if value != field.value)
    return DraftField(
        name=field.name,
        status=field.status,
        value=field.value,
        evidence=(*field.evidence, *others),
        score=field.score,
    )


# Of several passages the one whose rule stands first decides.
RANKS: Final = (
    "each.day", "nth.two", "fortnightly", "nth", "nth.plain", "monthly", "times.a.year", "weekly", "days",
    "opening", "always", "daily", "dated", "standing",
)  # fmt: skip
TOLD: Final = RANKS.index("weekly")  # up to here the text says how often in words


def _cost(page: Page, parts: Sequence[Part]) -> DraftField:
    found = [(part, hit) for part in parts if (hit := find_cost(part.text))]
    values = {str(hit.value) for _, hit in found}
    if not found:
        return _one(page, "cost", None, 0.75)
    if "donation" in values:
        part, hit = next(f for f in found if f[1].value == "donation")
    elif "mixed" in values or values == {"free"} or values == {"paid"}:
        part, hit = next((f for f in found if f[1].value == "mixed"), found[0])
    else:
        part, paid = next(f for f in found if f[1].value == "paid")
        hit = Found(value="mixed", start=paid.start, end=paid.end, rule="cost.both")
        other = next(f for f in found if f[1].value == "free")
        evidence = (other[0].lift(page, other[1]), part.lift(page, hit))
        return DraftField(name="fact.cost", status=Status.REPORTED, value="mixed", evidence=evidence, score=0.6)
    return _one(page, "cost", (part, hit), 0.75)


def _ages(page: Page, parts: Sequence[Part]) -> list[DraftField]:
    """The first band that answers a label such as "Age", else the first that is stated; a second one that differs makes
    it less sure."""
    bands: list[dict[str, Hit]] = []
    for part in sorted(parts, key=lambda part: not AGES.search(part.label)):
        hits = list(find_ages(part.text, labelled=bool(AGES.search(part.label))))
        if hits:
            bands.append({name: (part, hit) for name, hit in hits})
    first = bands[0] if bands else {}
    fields = []
    for name in ("age_min", "age_max"):
        values = {band[name][1].value for band in bands if name in band}
        fields.append(_one(page, name, first.get(name), CLASH if len(values) > 1 else 0.75))
    return fields


def _provider(page: Page, parts: Sequence[Part]) -> list[DraftField]:
    who = next(
        (
            (p, f)
            for p in parts
            if p.label or BY_GATE.may_match(p.lowered)
            for f in find_provider(p.text, label=p.label)
        ),
        None,
    )
    number = next(
        ((p, f) for p in parts if p.digits and "chari" in p.lowered for f in find_charity_number(p.text)), None
    )
    kind = next(((p, f) for p in parts if not p.name for f in find_provider_kind(p.text)), None)
    if kind is None and number is not None:
        part, told = number
        kind = (part, Found(value="charity", start=told.start, end=told.end, rule="provider_kind.number"))
    if kind is None and who is not None:
        part, name = who
        for inside in find_provider_kind(part.text[name.start : name.end], named=True):
            at = name.start
            kind = (part, Found(value=inside.value, start=at + inside.start, end=at + inside.end, rule=inside.rule))
    return [
        _one(page, "provider", who, 0.7),
        _one(page, "provider_kind", kind, 0.7),
        _one(page, "charity_number", number, 0.9),
    ]
