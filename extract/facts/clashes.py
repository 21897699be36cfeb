"""Tells values of one page that contradict each other from values that stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from extract.facts.parts import Part
from extract.facts.schedule import find_weekdays
from extract.facts.times import find_times

CLASHING: Final = frozenset(("times", "prices", "sessions", "capacity", "recurrence"))
# Words that give a second price its own sense.
SORTED: Final = re.compile(
    r"(?i)\b(?:concession\w*|members?|non-members?|children|child|under|over|adults?|students?|unwaged|waged"
    r"|family|families"
    r"|deposit|term|course|month\w*|year\w*|annual\w*|week\w*|drop[ -]?in|booked|advance|door|extra|lunch|tea"
    r"|coffee|from|per"
    r"|each|standard|reduced|supporter|early|sibling|additional|or)\b"
)


def clashes(name: str, parts: Sequence[Part], values: Sequence[str]) -> bool:
    """Whether the values of the fact contradict each other: two times for one day that overlap, two rules for one day,
    two prices for which no words say who pays which, two counts of one thing."""
    if name == "times":
        return _times_clash(parts)
    if name == "recurrence":
        return _rules_clash(values)
    if name == "prices":
        return not any(SORTED.search(part.text) for part in parts if "£" in part.text)
    return True


def _times_clash(parts: Sequence[Part]) -> bool:
    """Two parts that give one day (or no day) different times which overlap or begin alike."""
    by_day: dict[str, list[tuple[int, str]]] = {}
    for n, part in enumerate(parts):
        times = [str(found.value) for found in find_times(part.text, label=part.label)]
        if not times:
            continue
        days = {str(found.value) for found in find_weekdays(part.text)} or {""}
        for day in days:
            by_day.setdefault(day, []).extend((n, time) for time in times)
    if len(by_day) > 1:
        by_day.pop("", None)  # which of the days a time without one belongs to, nobody knows
    return any(
        n != m and first != second and _overlap(first, second)
        for told in by_day.values()
        for (n, first), (m, second) in combinations(told[:40], 2)
    )


def _overlap(first: str, second: str) -> bool:
    a, b = (time.partition("-") for time in (first, second))
    if not (a[2] and b[2]):
        return False  # a single time may be when doors open
    return a[0] < b[2] and b[0] < a[2]


def _rules_clash(rules: Sequence[str]) -> bool:
    by_day: dict[str, set[str]] = {}
    for rule in rules:
        head, _, days = rule.partition(";BYDAY=")
        for day in days.split(",") if days else ():
            by_day.setdefault(day[-2:], set()).add(f"{head}{day[:-2] and ';nth'}")
    return any(len(told) > 1 for told in by_day.values())
