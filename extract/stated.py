"""Drafts of records (a feed's object, a calendar's events): what they state becomes fields by rows of a data file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from extract.facts.machine import iso_date, read_value, same_gaps
from register.codes.structure import Form, StatedField
from register.codes.vocabulary import FACT_BY_NAME, FACTS, TIDIER_ITEMS, PageKind, Status
from register.grounding import ground
from register.models import DraftField, Evidence, Page, PageReading, Passage, ServiceDraft
from register.stated import Stated

TOLD: Final = 0.97  # how sure a field is that its source states as such
ABSENT: Final = 0.9
RECORDS: Final = ("oruk", "ical")
ReadWords = Callable[[Sequence[Passage]], Sequence[DraftField]]
FIELDS: Final = (*(f"tidier.{item}" for item in TIDIER_ITEMS), *(f"fact.{fact.name}" for fact in FACTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value that a row finds in what was stated, with the place in the text that says it."""

    value: str | int
    evidence: Evidence


def record_form(page: Page) -> str:
    """`oruk` or `ical` where the page is a record of one; "" where it is a page to be read."""
    return next((one.form for one in page.stated[:1] if one.form in RECORDS), "")


def read_record(page: Page, *, form: Form, read_words: ReadWords) -> PageReading:
    """The record's services; one service is a service's page, several are a listing, none is no page of services."""
    drafts = draft_records(page, form=form, read_words=read_words)
    kind = (PageKind.OTHER, PageKind.SERVICE)[len(drafts)] if len(drafts) < 2 else PageKind.LISTING
    return PageReading(page=page, kind=kind, kind_score=TOLD, drafts=drafts)


def draft_records(page: Page, *, form: Form, read_words: ReadWords) -> tuple[ServiceDraft, ...]:
    """A draft of each service that a record page states, but for those that are no more.

    Rows of `form` decide; `read_words` reads facts and items out of the free texts, which count where no row gives
    a value: facts always, items where `form.sentences` names them. All other fields are not reported.
    """
    groups: dict[int, list[Stated]] = {}
    for one in page.stated:
        groups.setdefault(one.group, []).append(one)
    drafts = []
    for group in groups.values():
        if (name := _name(page, group, form)) and not _ended(group, form) and not _over(group, page.fetched_at):
            drafts.append(_draft(page, name, group, form, read_words))
    return tuple(drafts)


def _name(page: Page, group: Sequence[Stated], form: Form) -> Stated | None:
    places = {row.at for row in form.fields if row.to == "tidier.brief_name"}
    return next((one for one in group if one.at in places and page.text[one.start : one.end].strip()), None)


def _ended(group: Sequence[Stated], form: Form) -> bool:
    return any(one.value.strip().lower() in form.ended.get(one.at, ()) for one in group)


def _over(group: Sequence[Stated], now: datetime) -> bool:
    """Whether all dates of a calendar's service lie before the day on which it was fetched; rules may go on."""
    starts = [day for one in group if one.at == "VEVENT.DTSTART" and (day := iso_date(one.value))]
    rules = [one.value for one in group if one.at == "VEVENT.RRULE"]
    return bool(starts) and not any(_goes_on(rule, now) for rule in rules) and max(starts) < now.date()


def _goes_on(rule: str, now: datetime) -> bool:
    until = next((part[6:] for part in rule.upper().split(";") if part.startswith("UNTIL=")), "")
    return until[:8] >= f"{now:%Y%m%d}" if until else True


def _draft(page: Page, name: Stated, group: Sequence[Stated], form: Form, read_words: ReadWords) -> ServiceDraft:
    passages = _own_passages(page, group)
    texts = sorted({(one.start, one.end) for one in group if one.at in form.words})
    # A line's label is no word of the source.
    words = [replace(p, start=a, label="") for p in passages for a, b in texts if p.start <= a and b <= p.end]
    read = {field.name: field for field in read_words(words)} if words else {}
    fields = []
    for field in FIELDS:
        told = _told_field(page, field, group, form)
        if told is None and (field.startswith("fact.") or field in form.sentences):
            told = read.get(field)
        fields.append(told or DraftField(name=field, status=Status.NOT_REPORTED, score=ABSENT))
    return ServiceDraft(
        name=page.text[name.start : name.end],
        page_url=page.url,
        spans=((passages[0].start, passages[-1].end),),
        fields=tuple(fields),
        score=TOLD,
    )


def _own_passages(page: Page, group: Sequence[Stated]) -> list[Passage]:
    start = min(one.start for one in group if one.end)
    end = max(one.end for one in group)
    return [p for p in page.passages if p.end > start and p.start < end]


def _told_field(page: Page, field: str, group: Sequence[Stated], form: Form) -> DraftField | None:
    """The field as the rows give it; None where they give nothing."""
    rows = [row for row in form.fields if row.to == field]
    if field.startswith("tidier."):
        return _told_item(page, field, group, rows)
    if field == "fact.dates" and any(one.at == "VEVENT.RRULE" for one in group):
        return None  # the first of many, perhaps years ago
    told = [one for row in rows for one in _told(page, row, group)]
    if field == "fact.frequency" and not told:
        told = _recurring(page, group, rows)
    return _told_fact(field, told) if told else None


def _told_item(page: Page, field: str, group: Sequence[Stated], rows: Sequence[StatedField]) -> DraftField | None:
    places = {row.at for row in rows}
    found: dict[str, Evidence] = {}
    for one in sorted(group, key=lambda s: s.start):
        if one.at in places and one.end and page.text[one.start : one.end].strip():
            evidence = ground(page.text, one.start, one.end, rule=_rule(one))
            found.setdefault(evidence.quote.casefold(), evidence)
    if not found:
        return None
    evidence_of = tuple(found.values())[:1] if field == "tidier.brief_name" else tuple(found.values())
    value = " ".join(e.quote for e in evidence_of)
    return DraftField(name=field, status=Status.REPORTED, value=value, evidence=evidence_of, score=TOLD)


def _told(page: Page, row: StatedField, group: Sequence[Stated]) -> Iterator[Told]:
    for one in group:
        if one.at != row.at or not one.end:
            continue
        for value in _values(row, one.value, beside(one, row.pair, group)):
            yield Told(value=value, evidence=ground(page.text, one.start, one.end, rule=_rule(one)))


def beside(one: Stated, pair: str, group: Sequence[Stated]) -> str:
    """The value of the key `pair` in the object that holds `one`; of several keys each with its name, "" for none."""
    keys = pair.split()
    holder = one.path.rpartition(".")[0]
    values = {s.path: s.value for s in group if s.group == one.group}
    told = [(key, values.get(f"{holder}.{key}", "")) for key in keys]
    if len(keys) < 2:
        return told[0][1] if told else ""
    return ";".join(f"{key.upper()}={value}" for key, value in told if value)


def _values(row: StatedField, value: str, pair: str) -> tuple[str | int, ...]:
    if row.means:
        meaning = row.means.get(value.strip().lower().replace("_", " ")) or row.means.get(value.strip().lower())
        return (meaning,) if meaning else ()
    return read_value(row.to.removeprefix("fact."), value, pair=pair)


def _recurring(page: Page, group: Sequence[Stated], rows: Sequence[StatedField]) -> list[Told]:
    """How often dates recur that stand one by one; a single date is one occasion."""
    places = {row.at for row in rows}
    dated = [(day, one) for one in group if one.at in places and one.end and (day := iso_date(one.value))]
    days = [day for day, _ in dated]
    value = "one_off" if len(set(days)) == 1 else same_gaps(days)
    if not value:
        return []
    return [Told(value=value, evidence=ground(page.text, s.start, s.end, rule=_rule(s))) for _, s in dated[:3]]


def _told_fact(field: str, told: Sequence[Told]) -> DraftField:
    fact = FACT_BY_NAME[field.removeprefix("fact.")]
    if fact.many:
        first: dict[str | int, Evidence] = {}
        for one in told:
            first.setdefault(one.value, replace(one.evidence, supports=str(one.value)))
        order = {value: n for n, value in enumerate(fact.allowed)}
        values = sorted(first, key=lambda v: order.get(str(v), 0))
        evidence = tuple(first[value] for value in values)
        value: str | int | tuple[str, ...] = tuple(str(v) for v in values)
    else:
        value = _one_value(fact.name, [one.value for one in told])
        evidence = tuple(dict.fromkeys(one.evidence for one in told if value in (one.value, "mixed")))
    return DraftField(name=field, status=Status.REPORTED, value=value, evidence=evidence, score=TOLD)


def _one_value(fact: str, values: Sequence[str | int]) -> str | int:
    """One of several: prices beside free places are mixed, ages reach from the youngest to the oldest."""
    if fact == "cost" and {"free", "paid"} <= set(values):
        return "mixed"
    numbers = [value for value in values if isinstance(value, int)]
    if fact in ("age_min", "age_max") and numbers:
        return min(numbers) if fact == "age_min" else max(numbers)
    return values[0]


def _rule(one: Stated) -> str:
    return f"{one.form}:{one.path}"
