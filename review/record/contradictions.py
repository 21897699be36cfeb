"""What a record says that cannot all be true: fields that contradict each other, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from register.models import Value
from review.weekdays import OF_RULES

BYDAY = re.compile(r"BYDAY=([^;]*)")


def contradictions(values: Mapping[str, Value]) -> Iterator[str]:
    """A sentence for each contradiction between the values, which go by the names of their fields."""
    youngest, oldest = values.get("fact.age_min"), values.get("fact.age_max")
    if isinstance(youngest, int) and isinstance(oldest, int) and youngest > oldest:
        yield f"the youngest age {youngest} is above the oldest {oldest}"
    if values.get("fact.cost") == "free" and _many(values.get("fact.prices")):
        yield f"it costs nothing, and {', '.join(_many(values.get('fact.prices')))}"
    said, ruled = set(_many(values.get("fact.weekdays"))), set(_days(_many(values.get("fact.recurrence"))))
    if said and ruled and not ruled <= said:
        yield "the recurrence names another weekday than the weekdays do"
    frequency = values.get("fact.frequency")
    if frequency == "one_off" and _many(values.get("fact.recurrence")):
        yield "it happens once, and recurs"


def _many(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _days(rules: tuple[str, ...]) -> Iterator[str]:
    for rule in rules:
        if found := BYDAY.search(rule):
            yield from (OF_RULES[day[-2:]] for day in found[1].split(",") if day[-2:] in OF_RULES)
