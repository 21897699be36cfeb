"""Collects the facts of one service from the parts of the page that are its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
MOST_PHONES: Final = 24  # a longer list is the directory of an organisation's departments: its first number is kept

INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")  # editors leave them inside words
AGES: Final = re.compile(r"(?i)\bages?\b|\baged\b")


@dataclass(frozen=True, slots=True)
class Part:
    """One passage of a service as the finders read it: without invisible characters, with the way back to the page.

    `label` is what the passage answers ("Age"), `offsets[n]` the place in the page's text of character n.
    """

    text: str
    offsets: tuple[int, ...]
    label: str

    @classmethod
    def read(cls, page: Page, start: int, end: int, label: str = "") -> Part:
        raw = page.text[start:end]
        kept = [n for n, c in enumerate(raw) if not INVISIBLE.match(c)] if INVISIBLE.search(raw) else range(len(raw))
        return cls("".join(raw[n] for n in kept), (*(start + n for n in kept), end), label)

    def lift(self, page: Page, found: Found, *, supports: str = "") -> Evidence:
        end = self.offsets[found.end - 1] + 1
        return ground(page.text, self.offsets[found.start], end, rule=found.rule, supports=supports)


def collect_facts(page: Page, parts: Sequence[Part], *, schedule: bool = False) -> tuple[DraftField, ...]:
    """One field for each of the eleven facts. `schedule` says that a label of the text speaks of time."""
    fields = [_many(page, parts, name, finder) for name, finder in MANY]
    known = {field.name: field for field in fields}
    fields.append(_frequency(page, parts, known, schedule=schedule))
    fields.append(_cost(page, parts))
    fields += _ages(page, parts)
    order = list(FACT_BY_NAME)
    return tuple(sorted(fields, key=lambda f: order.index(f.name.removeprefix("fact."))))


def _many(page: Page, parts: Sequence[Part], name: str, finder: Finder) -> DraftField:
    evidence: dict[str, Evidence] = {}
    for part in parts:
        if name == "times" and AGES.search(part.label):
            continue
        for found in finder(part.text):
            value = str(found.value)
            evidence.setdefault(_same(name, value), part.lift(page, found, supports=value))
    if not evidence:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=0.8)
    if name == "phones" and len(evidence) > MOST_PHONES:
        evidence = dict(list(evidence.items())[:1])
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


def _one(page: Page, name: str, part: Part | None, found: Found | None, score: float) -> DraftField:
    if part is None or found is None:
        return DraftField(name=f"fact.{name}", status=Status.NOT_REPORTED, score=score)
    return DraftField(
        name=f"fact.{name}",
        status=Status.REPORTED,
        value=found.value,
        evidence=(part.lift(page, found),),
        score=score,
    )


def _frequency(page: Page, parts: Sequence[Part], known: dict[str, DraftField], *, schedule: bool) -> DraftField:
    days, times = known["fact.weekdays"], known["fact.times"]
    spanned = any(e.rule == "weekday.span" for e in days.evidence)
    best: tuple[int, Part, Found] | None = None
    for part in parts:
        found = find_frequency(
            part.text,
            days=len(days.evidence),
            spanned=spanned,
            times=len(times.evidence),
            label=schedule,
        )
        if found is None:
            continue
        rank = RANKS.index(found.rule.removeprefix("frequency."))
        if best is None or rank < best[0]:
            best = (rank, part, found)
    return _one(page, "frequency", best[1] if best else None, best[2] if best else None, 0.75)


# Of several passages the one whose rule stands first decides.
RANKS: Final = (
    "nth.two", "fortnightly", "nth", "nth.plain", "monthly", "times.a.year", "weekly", "each.day", "days",
    "opening", "always", "daily", "dated", "standing",
)  # fmt: skip


def _cost(page: Page, parts: Sequence[Part]) -> DraftField:
    found = [(part, hit) for part in parts if (hit := find_cost(part.text))]
    values = {str(hit.value) for _, hit in found}
    if not found:
        return _one(page, "cost", None, None, 0.75)
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
    return _one(page, "cost", part, hit, 0.75)


def _ages(page: Page, parts: Sequence[Part]) -> list[DraftField]:
    found: dict[str, tuple[Part, Found]] = {}
    for part in parts:
        hits = list(find_ages(part.text, labelled=bool(AGES.search(part.label))))
        if hits and not found:
            found = {name: (part, hit) for name, hit in hits}
    fields = []
    for name in ("age_min", "age_max"):
        at, hit = found.get(name, (None, None))
        fields.append(_one(page, name, at, hit, 0.75))
    return fields
