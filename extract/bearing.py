"""Values of a page's JSON-LD that its visible text bears out; what the text does not say is not proposed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from extract.facts.machine import read_value
from extract.stated import beside
from register.codes.structure import Form, StatedField
from register.codes.vocabulary import FACT_BY_NAME, Status
from register.grounding import ground
from register.models import DraftField, Evidence, Page, Value
from register.stated import Stated

BORNE_OUT: Final = 0.95  # how sure a value is that the page says in words and states in JSON-LD
Spans = Sequence[tuple[int, int]]


def bear_out(
    page: Page, fields: Sequence[DraftField], *, name: str, spans: Spans, form: Form
) -> tuple[DraftField, ...]:
    """The fields of the service `name`, whose words stand at `spans`, with what JSON-LD says of it.

    A value that was read in the text already is surer for being stated too; one that was missed is added where the
    text of the service says it. Nothing rests on JSON-LD alone: it has no place in the text to be quoted from.
    """
    about = _about(page.stated, name, form)
    if not about:
        return tuple(fields)
    stated: dict[str, list[tuple[str | int, Stated]]] = {}
    for row in form.fields:
        for one in about:
            if _place(one.at, form) == row.at:
                for value in _values(row, one, about):
                    stated.setdefault(row.to, []).append((value, one))
    return tuple(_borne(page, field, stated.get(field.name, []), spans) for field in fields)


def _about(stated: Sequence[Stated], name: str, form: Form) -> list[Stated]:
    """What is stated of the thing that bears the service's name; of one without rival of its type in any case."""
    things: dict[int, list[Stated]] = {}
    for one in stated:
        if one.form == "json-ld":
            things.setdefault(one.group, []).append(one)
    kinds = [_place(values[0].at, form).partition(".")[0] for values in things.values()]
    out = []
    for kind, values in zip(kinds, things.values(), strict=True):
        names = [one.value for one in values if one.at.count(".") == 1 and one.at.endswith(".name")]
        alone = kinds.count(kind) == 1
        if alone or any(_same_name(name, other) for other in names):
            out += values
    return out


def _same_name(one: str, other: str) -> bool:
    a, b = (" ".join(re.findall(r"\w+", text.lower())) for text in (one, other))
    return bool(a and b) and (a == b or (min(len(a), len(b)) >= 8 and (a in b or b in a)))


def _place(at: str, form: Form) -> str:
    kind, dot, rest = at.partition(".")
    known = next((name for name, also in form.types.items() if kind in also), kind)
    return f"{known}{dot}{rest}"


def _values(row: StatedField, one: Stated, about: Sequence[Stated]) -> tuple[str | int, ...]:
    if row.means:
        meaning = row.means.get(one.value.strip().lower())
        return (meaning,) if meaning else ()
    return read_value(row.to.removeprefix("fact."), one.value, pair=beside(one, row.pair, about))


def _borne(page: Page, field: DraftField, stated: Sequence[tuple[str | int, Stated]], spans: Spans) -> DraftField:
    for value, one in stated:
        field = _surer(page, field, value, f"json-ld:{one.path}", spans)
    return field


def _surer(page: Page, field: DraftField, value: str | int, rule: str, spans: Spans) -> DraftField:
    fact = FACT_BY_NAME[field.name.removeprefix("fact.")]
    known: tuple[str | int, ...] = field.value if isinstance(field.value, tuple) else ()
    if not fact.many:
        if field.value != value:
            return field  # another value, or none: what the page says in words counts
        evidence = tuple(replace(e, rule=rule) for e in field.evidence)
        return replace(field, evidence=evidence, score=max(field.score, BORNE_OUT))
    same = next((one for one in known if _key(fact.name, one) == _key(fact.name, value)), None)
    if same is not None:
        evidence = tuple(replace(e, rule=rule) if e.supports == same else e for e in field.evidence)
        return replace(field, evidence=evidence, score=max(field.score, BORNE_OUT))
    found = next(_spelled(page, fact.name, str(value), rule, spans), None)
    if found is None:
        return field
    values: Value = (*(str(one) for one in known), str(value))
    return replace(
        field,
        status=Status.REPORTED,
        value=values,
        evidence=(*field.evidence, found),
        score=field.score if known else BORNE_OUT,
    )


def _key(fact: str, value: str | int) -> str:
    text = re.sub(r"\s", "", str(value)).lower()
    return re.sub(r"\D", "", text)[-10:] if fact == "phones" else text


def _spelled(page: Page, fact: str, value: str, rule: str, spans: Spans) -> Iterator[Evidence]:
    """Where the service's text spells a value that can be spelled in few ways."""
    if fact == "phones":
        pattern = r"[\s()./-]{0,3}".join(re.sub(r"\D", "", value))
    elif fact in ("postcodes", "emails"):
        pattern = r"\s?".join(re.escape(part) for part in value.split())
    else:
        return
    for start, end in spans:
        match = re.search(rf"(?i)(?<![\w.+-]){pattern}(?!\w)", page.text[start:end])
        if match:
            yield ground(page.text, start + match.start(), start + match.end(), rule=rule, supports=value)
