"""Collects the facts of one service from the parts of the page that are its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from extract.facts.contact import find_emails, find_phones, find_postcodes
from extract.facts.found import Found
from extract.facts.schedule import DAYS, find_frequency, find_weekdays
from extract.facts.terms import find_ages, find_cost, find_delivery, find_referral
from extract.facts.times import find_times
from register.models import DraftField, Evidence, Page, ground
from register.vocabulary import FACT_BY_NAME, Status

SCHEDULE: Final = re.compile(r"(?i)\b(?:when|dates?|days?|times?|opening|hours|session)\b")
Finder = Callable[[str], Iterator[Found]]
MANY: Final[tuple[tuple[str, Finder], ...]] = (
    ("postcodes", find_postcodes),
    ("phones", find_phones),
    ("emails", find_emails),
    ("weekdays", find_weekdays),
    ("times", find_times),
    ("referral", find_referral),
    ("delivery_mode", find_delivery),
)
ORDER: Final = {day: n for n, day in enumerate(DAYS)}


def collect_facts(page: Page, spans: Iterable[tuple[int, int]], *, schedule: bool = False) -> tuple[DraftField, ...]:
    """One field for each of the eleven facts. `schedule` says that a label of the text speaks of time."""
    spans = tuple(spans)
    fields = [_many(page, spans, name, finder) for name, finder in MANY]
    known = {field.name: field for field in fields}
    fields.append(_frequency(page, spans, known, schedule=schedule))
    fields.append(_cost(page, spans))
    fields += _ages(page, spans)
    order = list(FACT_BY_NAME)
    return tuple(sorted(fields, key=lambda f: order.index(f.name.removeprefix("fact."))))


def _lift(page: Page, span: tuple[int, int], found: Found, *, supports: str = "") -> Evidence:
    return ground(page.text, span[0] + found.start, span[0] + found.end, rule=found.rule, supports=supports)


def _many(page: Page, spans: tuple[tuple[int, int], ...], name: str, finder: Finder) -> DraftField:
    evidence: dict[str, Evidence] = {}
    for span in spans:
        for found in finder(page.text[span[0] : span[1]]):
            value = str(found.value)
            evidence.setdefault(_same(name, value), _lift(page, span, found, supports=value))
    if not evidence:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=0.8)
    values = [e.supports for e in evidence.values()]
    if name == "weekdays":
        values.sort(key=lambda day: ORDER[day])
    return DraftField(
        name=f"fact.{name}",
        status=Status.REPORTED,
        value=tuple(values),
        evidence=tuple(evidence.values()),
        score=0.9 if name in ("postcodes", "phones", "emails", "times", "weekdays") else 0.7,
    )


def _same(name: str, value: str) -> str:
    if name == "phones":
        return re.sub(r"\D", "", value)[-10:]
    return value.lower().replace(" ", "")


def _one(page: Page, name: str, span: tuple[int, int] | None, found: Found | None, score: float) -> DraftField:
    if span is None or found is None:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=score)
    return DraftField(
        name=f"fact.{name}",
        status=Status.REPORTED,
        value=found.value,
        evidence=(_lift(page, span, found),),
        score=score,
    )


def _frequency(
    page: Page, spans: tuple[tuple[int, int], ...], known: dict[str, DraftField], *, schedule: bool
) -> DraftField:
    days, times = known["fact.weekdays"], known["fact.times"]
    spanned = any(e.rule == "weekday.span" for e in days.evidence)
    best: tuple[int, tuple[int, int], Found] | None = None
    for span in spans:
        found = find_frequency(
            page.text[span[0] : span[1]],
            days=len(days.evidence),
            spanned=spanned,
            times=len(times.evidence),
            label=schedule,
        )
        if found is None:
            continue
        rank = RANKS.index(found.rule.removeprefix("frequency."))
        if best is None or rank < best[0]:
            best = (rank, span, found)
    return _one(page, "frequency", best[1] if best else None, best[2] if best else None, 0.75)


# Of several passages the one whose rule stands first decides.
RANKS: Final = (
    "nth.two", "fortnightly", "nth", "monthly", "times.a.year", "weekly", "each.day", "days", "opening", "always", "daily",
    "dated", "standing",
)  # fmt: skip


def _cost(page: Page, spans: tuple[tuple[int, int], ...]) -> DraftField:
    found = [(span, hit) for span in spans if (hit := find_cost(page.text[span[0] : span[1]]))]
    values = {str(hit.value) for _, hit in found}
    if not found:
        return _one(page, "cost", None, None, 0.75)
    if "donation" in values:
        span, hit = next(f for f in found if f[1].value == "donation")
    elif "mixed" in values or values == {"free"} or values == {"paid"}:
        span, hit = next((f for f in found if f[1].value == "mixed"), found[0])
    else:
        span, paid = next(f for f in found if f[1].value == "paid")
        hit = Found(value="mixed", start=paid.start, end=paid.end, rule="cost.both")
        other = next(f for f in found if f[1].value == "free")
        evidence = (_lift(page, other[0], other[1]), _lift(page, span, hit))
        return DraftField(name="fact.cost", status=Status.REPORTED, value="mixed", evidence=evidence, score=0.6)
    return _one(page, "cost", span, hit, 0.75)


def _ages(page: Page, spans: tuple[tuple[int, int], ...]) -> list[DraftField]:
    found: dict[str, tuple[tuple[int, int], Found]] = {}
    for span in spans:
        hits = list(find_ages(page.text[span[0] : span[1]]))
        if hits and not found:
            found = {name: (span, hit) for name, hit in hits}
    fields = []
    for name in ("age_min", "age_max"):
        at, hit = found.get(name, (None, None))
        fields.append(_one(page, name, at, hit, 0.75))
    return fields
