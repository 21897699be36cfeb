"""Recurrence rules (RFC 5545) and lengths of time (ISO 8601) in a reviewer's words."""

from __future__ import annotations

import re

from review.weekdays import OF_RULES, WEEKDAYS

_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_BY_DAY = re.compile(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_LENGTH = re.compile(r"P(?:(\d+)([DWMY])|T(?:(\d+)H)?(?:(\d+)M)?)")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def say_recurrence(rule: str) -> str:
    """`rule` in words; as it stands where it says more than words are known for.

    >>> say_recurrence("FREQ=MONTHLY;BYDAY=1TH,3TH")
    'every month on the first Thursday and the third Thursday'
    >>> say_recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    'every 2 weeks on Monday'
    """
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    every = _EVERY.get(parts.pop("FREQ", ""))
    often = parts.pop("INTERVAL", "1")
    days = [found for day in parts.pop("BYDAY", "").split(",") if day and (found := _say_day(day))]
    if every is None or parts or not often.isdigit() or len(days) != _count(rule):
        return rule
    head = f"every {every}" if often == "1" else f"every {often} {every}s"
    if not days:
        return head
    listed = days[0] if len(days) == 1 else f"{', '.join(days[:-1])} and {days[-1]}"
    return f"{head} on {listed}"


def _say_day(day: str) -> str:
    found = _BY_DAY.fullmatch(day)
    if found is None:
        return ""
    place = _PLACES.get(int(found[1])) if found[1] else None
    if found[1] and place is None:
        return ""
    name = WEEKDAYS[OF_RULES[found[2]]]
    return f"the {place} {name}" if place else name


def _count(rule: str) -> int:
    days = re.search(r"BYDAY=([^;]*)", rule)
    return len(days[1].split(",")) if days else 0


def say_duration(length: str) -> str:
    """`length` in words; as it stands where it is no length.

    >>> say_duration("PT1H30M")
    '1 hour 30 minutes'
    >>> say_duration("P6W")
    '6 weeks'
    """
    found = _LENGTH.fullmatch(length)
    if found is None:
        return length
    number, unit, hours, minutes = found.groups()
    told = ((number, _UNITS.get(unit or "", "")), (hours, "hour"), (minutes, "minute"))
    return " ".join(f"{many} {word}{'' if many == '1' else 's'}" for many, word in told if many) or length
