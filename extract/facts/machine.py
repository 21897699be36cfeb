"""Reads values that a machine wrote (a code of a day, a time, a recurrence rule, an amount) as our facts hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Final

from extract.facts.amounts import find_prices
from extract.facts.contact import find_emails, find_phones, find_postcodes
from extract.facts.found import Found
from extract.facts.languages import find_languages
from extract.facts.place import find_websites
from extract.facts.provider import find_provider_kind
from extract.facts.schedule import DAYS, find_weekdays
from extract.facts.terms import find_ages, find_cost, find_delivery, find_referral, find_ruled
from register.codes.vocabulary import FACT_BY_NAME

Reader = Callable[[str, str], Iterator[str | int]]

CODES: Final = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
ISO_DAY: Final = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?![\d-])")
CLOCK: Final = re.compile(r"(?:^|[T ])([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?(?!\d)")
BY_DAY: Final = re.compile(r"(?:^|;)BYDAY=([^;]*)", re.IGNORECASE)
CODE: Final = re.compile(r"^[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)$", re.IGNORECASE)
PERIOD: Final = re.compile(r"(?i)(?:FREQ=)?\b(DAY|WEEK|MONTH|YEAR|DAILY|WEEKLY|FORTNIGHTLY|MONTHLY|YEARLY|ANNUALLY)\b")
ISO_PERIOD: Final = re.compile(r"^P(\d+)([DWMY])$", re.IGNORECASE)
INTERVAL: Final = re.compile(r"(?:^|;)INTERVAL=(\d+)", re.IGNORECASE)
AMOUNT: Final = re.compile(r"^£?\s?(\d+(?:\.\d+)?)(?:\s?GBP)?$", re.IGNORECASE)
AGES: Final = re.compile(r"^(\d{1,3})?\s?(?:-|–|to)\s?(\d{1,3})?$|^(\d{1,3})\s?\+?$")
OLDEST: Final = 120  # years


def read_value(fact: str, value: str, *, pair: str = "") -> tuple[str | int, ...]:
    """The values of the fact that `value` states, each once; none where it states none that the fact may hold.

    `pair` is the value beside it that belongs to it: the end of a start, the interval of a frequency; of several each
    with its name ("INTERVAL=2;BYDAY=TU").
    """
    reader, rules = READERS.get(fact), FACT_BY_NAME[fact]
    values = tuple(dict.fromkeys(reader(value, pair))) if reader else ()
    formed = (v for v in values if not rules.form or re.fullmatch(rules.form, str(v)))
    return tuple(v for v in formed if not rules.allowed or v in rules.allowed)


def same_gaps(days: list[date]) -> str:
    """How often dates recur that keep an even distance: weekly, fortnightly, monthly or daily; "" for others."""
    ordered = sorted(set(days))
    gaps = {later - earlier for earlier, later in pairwise(ordered)}
    if len(ordered) < 3 or not gaps:
        return ""
    for name, apart in (("daily", 1), ("weekly", 7), ("fortnightly", 14)):
        if gaps == {timedelta(days=apart)}:
            return name
    monthly = {timedelta(days=28), timedelta(days=35)}  # the same weekday of the next month
    return "monthly" if gaps <= monthly or len({day.day for day in ordered}) == 1 else ""


def iso_date(value: str) -> date | None:
    """The date at the start of an ISO time; None where there is none, or it is no day of the calendar."""
    if not (match := ISO_DAY.match(value)):
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _plain(find: Callable[[str], Iterator[Found]]) -> Reader:
    def read(value: str, pair: str) -> Iterator[str | int]:
        return (found.value for found in find(value))

    return read


def _weekdays(value: str, pair: str) -> Iterator[str | int]:
    if day := iso_date(value):
        yield DAYS[day.weekday()]
        return
    rule = BY_DAY.search(value)
    codes = [CODE.match(part.strip()) for part in (rule[1] if rule else value).split(",")]
    if all(codes):
        yield from (CODES[code[1].upper()] for code in codes if code)
    elif not rule:
        words = re.sub(r"https?://schema\.org/", "", value).replace(",", ", ")
        yield from (found.value for found in find_weekdays(words))


def _times(value: str, pair: str) -> Iterator[str | int]:
    start, end = CLOCK.search(value), CLOCK.search(pair)
    if start is None or (start[0][-5:] == "00:00" and end is None):
        return  # midnight alone is how a date is written as a time
    first = f"{int(start[1]):02d}:{start[2]}"
    same_day = iso_date(value) == iso_date(pair) or iso_date(pair) is None
    last = f"{int(end[1]):02d}:{end[2]}" if end and same_day else ""
    yield f"{first}-{last}" if last and last != first else first


def _frequency(value: str, pair: str) -> Iterator[str | int]:
    if iso := ISO_PERIOD.match(value):
        every, unit = int(iso[1]), iso[2].upper()
    elif match := PERIOD.search(value):
        word = match[1].upper()
        told = INTERVAL.search(value)
        every, unit = int(told[1] if told else pair if pair.isdigit() else "1"), word[0]
        if word == "FORTNIGHTLY":
            every, unit = 2, "W"
        elif word == "ANNUALLY":
            unit = "Y"
    else:
        return
    nth = BY_DAY.search(value)
    if nth and unit == "M" and "," in nth[1]:
        yield "fortnightly"  # the first and the third Tuesday
        return
    known = {("D", 1): "daily", ("D", 7): "weekly", ("W", 1): "weekly", ("W", 2): "fortnightly", ("M", 1): "monthly"}
    yield known.get((unit, every), "monthly" if (unit, every) == ("W", 4) else "other")


def _cost(value: str, pair: str) -> Iterator[str | int]:
    if amount := AMOUNT.match(value.strip()):
        yield "paid" if float(amount[1]) else "free"
    elif value.strip().lower() == "true":  # isAccessibleForFree
        yield "free"
    elif found := find_cost(value):
        yield found.value


def _age(which: int) -> Reader:
    def read(value: str, pair: str) -> Iterator[str | int]:
        text = value.strip()
        if match := AGES.match(text):
            years = match[which] or (match[3] if which == 1 or "+" not in text else None)
            if years is not None and int(years) <= OLDEST:
                yield int(years)
            return
        name = "age_min" if which == 1 else "age_max"
        yield from (found.value for told, found in find_ages(text, labelled=True) if told == name)

    return read


def _recurrence(value: str, pair: str) -> Iterator[str | int]:
    """An RFC 5545 rule of frequency, interval and days; none where other parts say more than these do."""
    raw = value if "FREQ=" in value.upper() else f"FREQ={value};{pair}"
    parts = {name: told for name, _, told in (part.partition("=") for part in raw.upper().split(";")) if told}
    period = PERIOD.search(parts.get("FREQ", ""))
    more = {name for name in parts if name.startswith("BY")} - {"BYDAY"}
    if period is None or more or "BYSETPOS" in parts:
        return
    name = {"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY"}.get(period[1].upper()[0], "")
    rule = f"FREQ={name}"
    if parts.get("INTERVAL", "1") not in ("", "1"):
        rule += f";INTERVAL={parts['INTERVAL']}"
    if days := parts.get("BYDAY", "").replace(" ", "").replace("+", ""):
        rule += f";BYDAY={days}"
    yield rule


def _date(value: str, pair: str) -> Iterator[str | int]:
    if day := iso_date(value):
        yield day.isoformat()


def _price(value: str, pair: str) -> Iterator[str | int]:
    if amount := AMOUNT.match(value.strip()):
        if float(amount[1]):
            yield f"£{float(amount[1]):.2f}"
    else:
        yield from (found.value for found in find_prices(value))


def _website(value: str, pair: str) -> Iterator[str | int]:
    return (found.value for found in find_websites(value))


def _provider(value: str, pair: str) -> Iterator[str | int]:
    yield " ".join(value.split())


def _charity(value: str, pair: str) -> Iterator[str | int]:
    """`GB-CHC-1123456`, or the number alone."""
    yield value.upper().removeprefix("GB-CHC-").removeprefix("GB-SC-").strip()


READERS: Final[dict[str, Reader]] = {
    "postcodes": lambda value, pair: (found.value for found in find_postcodes(value.upper())),
    "phones": _plain(find_phones),
    "emails": _plain(find_emails),
    "weekdays": _weekdays,
    "times": _times,
    "frequency": _frequency,
    "cost": _cost,
    "age_min": _age(1),
    "age_max": _age(2),
    "referral": _plain(find_referral),
    "delivery_mode": _plain(find_delivery),
    "recurrence": _recurrence,
    "dates": _date,
    "prices": _price,
    "websites": _website,
    "provider": _provider,
    "provider_kind": _plain(find_provider_kind),
    "charity_number": _charity,
    "languages": _plain(partial(find_languages, label="languages")),
    "accessibility": _plain(partial(find_ruled, "accessibility")),
}
