"""Makes a proposal plausibly wrong in one or two fields, as a machine would be: to see whether reviewers notice.

What is wrong can be told from the page: the evidence of a changed value still says what is right, and words that come
from elsewhere on the page are not about this service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from register.codes.codebook import Codebook
from register.codes.vocabulary import FACT_BY_NAME, SCHEMES, Status
from register.grounding import ground
from register.models import Candidate, DraftField, Evidence, Value
from register.store.decisions.known_wrong import WrongField

DAYS = FACT_BY_NAME["weekdays"].allowed
TOLD_APART = ("fact.phones", "fact.emails", "fact.postcodes")  # what another record's value cannot be right for
SHORTEST, LONGEST = 20, 400  # characters of words that are moved to another field
TWICE = 0.34  # of the copies, two fields are wrong

# How a field can be wrong, as the reviewer is told of it afterwards.
WAYS = {
    "another_record": "it was another service's",
    "neighbouring_day": "it was the day beside the right one",
    "nearest_code": "it was the code next to the right one",
    "moved_quote": "the words were about something else",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a copy is made of: a decided candidate as it stands, its page's text, others to take values from."""

    candidate: Candidate
    text: str
    others: Sequence[Candidate]
    codebook: Codebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """A draft with the fields that were made wrong in it."""

    candidate: Candidate
    wrong: tuple[WrongField, ...]


def make_wrong(source: Source, *, chance: Random) -> Spoilt | None:
    """The draft with one or two of its fields wrong; None where none of them can be made plausibly wrong."""
    order = list(MAKERS)
    chance.shuffle(order)
    possible = [f for f in source.candidate.fields if f.status is Status.REPORTED and f.evidence and _way_of(f.name)]
    chance.shuffle(possible)
    wanted = 2 if chance.random() < TWICE else 1
    changed: dict[str, tuple[str, DraftField]] = {}
    for field in sorted(possible, key=lambda one: order.index(_way_of(one.name))):
        way = _way_of(field.name)
        made = MAKERS[way](field, source, chance) if way not in {told for told, _ in changed.values()} else None
        if made is not None and made.value != field.value:
            changed[field.name] = way, made
        if len(changed) == wanted:
            break
    if not changed:
        return None
    fields = tuple(changed[f.name][1] if f.name in changed else f for f in source.candidate.fields)
    wrong = tuple(WrongField(field=name, way=way, wrong=field.value) for name, (way, field) in changed.items())
    return Spoilt(candidate=replace(source.candidate, fields=fields), wrong=wrong)


def _way_of(name: str) -> str:
    """In which way a field can be wrong; "" where in none."""
    group, _, own = name.partition(".")
    if name in TOLD_APART:
        return "another_record"
    if own == "weekdays":
        return "neighbouring_day"
    if group == "code":
        return "nearest_code" if own in SCHEMES else ""
    return "moved_quote" if group == "tidier" and own != "brief_name" else ""


def _take_from_another(field: DraftField, source: Source, chance: Random) -> DraftField | None:
    own = _values(field)
    theirs = sorted({v for other in source.others for f in other.fields if f.name == field.name for v in _values(f)})
    strange = [value for value in theirs if value not in own and value not in source.text]
    return _exchange(field, chance.choice(own), chance.choice(strange)) if strange and own else None


def _neighbouring_day(field: DraftField, source: Source, chance: Random) -> DraftField | None:
    own = [day for day in _values(field) if day in DAYS]
    if not own:
        return None
    day, step = chance.choice(own), chance.choice((-1, 1))
    beside = DAYS[(DAYS.index(day) + step) % len(DAYS)]
    return None if beside in own else _exchange(field, day, beside)


def _nearest_code(field: DraftField, source: Source, chance: Random) -> DraftField | None:
    """The code that the machine thought of next, else the one that stands beside it in the codebook."""
    scheme, own = field.name.partition(".")[2], _values(field)
    listed = [code.code for code in source.codebook.scheme(scheme)]
    thought = sorted((c for c in source.candidate.codes if c.scheme == scheme), key=lambda c: (-c.score, c.code))
    near = [c.code for c in thought if c.code not in own and c.code in listed]
    code = chance.choice(own)
    if code in listed:
        place = listed.index(code)
        near += [c for c in listed[place + 1 : place + 2] + listed[max(place - 1, 0) : place] if c not in own]
    return _exchange(field, code, near[0]) if near else None


def _move_quote(field: DraftField, source: Source, chance: Random) -> DraftField | None:
    """Words of the page that belong to another service or to another field of this one."""
    if not isinstance(field.value, str):
        return None
    taken = {e.quote for e in field.evidence}
    foreign = [
        e
        for other in (*source.others, source.candidate)
        for f in other.fields
        if f.name.startswith("tidier.") and f.name not in (field.name, "tidier.brief_name")
        for e in f.evidence
        if _fits(e, source.text) and e.quote not in taken and not any(e.quote in one or one in e.quote for one in taken)
    ]
    if not foreign:
        return None
    elsewhere = [e for e in foreign if not any(s <= e.start and e.end <= end for s, end in source.candidate.spans)]
    words = chance.choice(elsewhere or foreign)
    evidence = ground(source.text, words.start, words.end, rule=field.evidence[0].rule)
    return replace(field, value=words.quote, evidence=(evidence,))


def _fits(evidence: Evidence, text: str) -> bool:
    return SHORTEST <= len(evidence.quote) <= LONGEST and text[evidence.start : evidence.end] == evidence.quote


def _exchange(field: DraftField, right: str, wrong: str) -> DraftField:
    """The field with one value in the place of another; the words that it rests on stay as they are."""
    evidence = tuple(replace(e, supports=wrong) if e.supports == right else e for e in field.evidence)
    value: Value = wrong
    if isinstance(field.value, tuple):
        value = tuple(wrong if one == right else one for one in field.value)
    return replace(field, value=value, evidence=evidence)


def _values(field: DraftField) -> list[str]:
    if isinstance(field.value, tuple):
        return list(field.value)
    return [field.value] if isinstance(field.value, str) else []


MAKERS: dict[str, Callable[[DraftField, Source, Random], DraftField | None]] = {
    "another_record": _take_from_another,
    "neighbouring_day": _neighbouring_day,
    "nearest_code": _nearest_code,
    "moved_quote": _move_quote,
}
