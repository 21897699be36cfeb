"""When a service happens, in words, and its next dates, worked out from what its page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from review.schedules import say_recurrence
from review.weekdays import IN_RULES, OF_RULES, WEEKDAYS

BY_DAY = re.compile(r"(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
AHEAD = 100  # days
MOST = 3  # dates


def next_dates(recurrences: Iterable[str], dates: Iterable[str], *, today: date) -> tuple[date, ...]:
    """The next three days, today included; none where the rules do not say which days.

    "Every two weeks" does not say which of the weeks, so it gives no date.

    >>> [str(day) for day in next_dates(["FREQ=MONTHLY;BYDAY=-1TU"], ["2026-12-24"], today=date(2026, 11, 22))]
    ['2026-11-24', '2026-12-24', '2026-12-29']
    """
    told = {day for text in dates if (day := _read(text)) is not None and day >= today}
    rules = [days for rule in recurrences if (days := _days_of(rule)) is not None]
    ahead = (today + timedelta(days=n) for n in range(AHEAD))
    meets = (day for day in ahead if any(_falls(day, days) for days in rules))
    return tuple(sorted(told | set(islice(meets, MOST))))[:MOST]


def weekly_rule(weekdays: Iterable[str], frequency: Iterable[str]) -> str:
    """The rule that says the same as days of the week, every week; nothing where they say less."""
    days = [IN_RULES[day] for day in weekdays if day in IN_RULES]
    return f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days and tuple(frequency) == ("weekly",) else ""


def say_when(recurrences: Iterable[str], weekdays: Iterable[str]) -> tuple[str, ...]:
    """How often, in words with a capital; the days alone where no rule is known.

    >>> say_when(["FREQ=WEEKLY;BYDAY=TH"], ["thu"]), say_when([], ["mon", "wed"])
    (('Every week on Thursday',), ('Monday and Wednesday',))
    """
    rules = tuple(say_recurrence(rule) for rule in recurrences)
    told = tuple(words[:1].upper() + words[1:] for words in rules if "FREQ" not in words)
    names = [WEEKDAYS[day] for day in weekdays if day in WEEKDAYS]
    return told or ((_listed(names),) if names else ())


def say_time(time: str) -> str:
    """
    >>> say_time("18:30-20:00"), say_time("12:00"), say_time("00:05")
    ('6.30pm to 8pm', '12 noon', '12.05am')
    """
    return " to ".join(CLOCK.sub(_say_clock, part) for part in time.split("-"))


def _say_clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), found[2]
    if (hour, minute) == (12, "00"):
        return "12 noon"
    past = "" if minute == "00" else f".{minute}"
    return f"{(hour - 1) % 12 + 1}{past}{'am' if hour < 12 else 'pm'}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _read(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


Days = tuple[tuple[int, int], ...]  # (which one of the month, 0 for each; day of the week)


def _days_of(rule: str) -> Days | None:
    """The days that a rule means; None where it leaves open which they are."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    if parts.get("INTERVAL", "1") != "1" or parts.get("FREQ") == "YEARLY":
        return None
    if parts.get("FREQ") == "DAILY" and "BYDAY" not in parts:
        return tuple((0, n) for n in range(7))
    found = tuple(_by_days(parts.get("BYDAY", "")))
    if not found or (parts.get("FREQ") == "MONTHLY" and not all(which for which, _ in found)):
        return None
    return found


def _by_days(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        if found := BY_DAY.fullmatch(part):
            yield int(found[1] or 0), list(OF_RULES).index(found[2])


def _falls(day: date, days: Days) -> bool:
    from_start = (day.day - 1) // 7 + 1
    following = day + timedelta(days=7)
    last = following.month != day.month
    return any(
        weekday == day.weekday() and (which in (0, from_start) or (which == -1 and last)) for which, weekday in days
    )
