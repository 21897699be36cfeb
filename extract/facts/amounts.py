"""How long, how often in all, how many places, and for how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.found import Found
from extract.facts.patterns import one_pattern

WORDS: Final = {
    word: n
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "fifteen": 15, "twenty": 20}
_COUNT: Final = rf"(?:\d{{1,3}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_LONG: Final = rf"(?P<count>{_COUNT}|\d{{1,2}}[.,]\d|\d{{1,2}}\s?½)"
HALF_HOUR: Final = re.compile(
    r"(?i)\b(?:half[ -](?:an[ -])?hour)\b(?: (?:sessions?|slots?|appointments?|classes|class))?"
)
HOUR_AND_HALF: Final = re.compile(
    rf"(?i)\b(?P<hours>{_COUNT})(?: and a half hours?| hours? and a half)\b"
    rf"|\b(?P<h>\d{{1,2}}) ?h(?:ou)?rs? (?P<m>\d{{1,2}}) ?min(?:ute)?s?\b"
)
LENGTH: Final = re.compile(
    rf"(?i)(?<![\w£.,:-]){_LONG}(?:\s(?:full|consecutive))?[\s-]?(?P<unit>hours?|hrs?|minutes?|mins?|weeks?|wks?"
    rf"|months?|days?)\b"
)
# What tells a length of the offer from one of a walk to the bus stop.
LENGTH_BEFORE: Final = re.compile(
    r"(?i)\b(?:lasts?|lasting|runs? (?:for|over)|for|over|duration(?: of)?:?|length(?: of)?:?|takes?|is|are"
    r"|each|course of|programme of"
    r"|up to|around|about|approximately|approx\.?|spread over|total of)\s$"
)
LENGTH_AFTER: Final = re.compile(
    r"(?i)^[\s-](?:long\b|(?:\w+[\s-]){0,2}?(?:sessions?|courses?|programmes?|class(?:es)?|workshops?"
    r"|appointments?|blocks?|slots?"
    r"|tasters?|group|visits?|placements?|support|therapy|treatment|events?|meetings?|each)\b)"
)
NOT_LENGTH: Final = re.compile(
    r"(?i)^\s?(?:'s|’s)?\s?(?:walk|drive|away|from|notice|before|after|ago|later|earlier"
    r"|in advance|old|a (?:week|day|month|year)|per"
    r"|of experience|or (?:more|older)|from the|off|until|prior|time\b)"
)
NOT_LENGTH_BEFORE: Final = re.compile(
    r"(?i)\b(?:within|after|before|in|every|past|last|next|aged?|than|least|under|first|open)\s$"
)
YOUNG: Final = re.compile(r"(?i)\b(?:aged?|children|babies|toddlers|old|from|months)\b[^.]*$")  # an age in months
SESSIONS: Final = re.compile(
    rf"(?i)(?<![\w£.,:-])(?P<count>{_COUNT})(?:[\s-](?:\d{{1,3}}[\s-]minute|\w+[\s-]hour|weekly|free|group"
    rf"|individual|one[- ]to[- ]one|1[:-]1"
    r"|counselling|therapy|coaching|fortnightly|monthly|structured|face[- ]to[- ]face))*[\s-]sessions?\b"
    r"(?! (?:a|per|each|every) (?:day|week|month)| (?:available|on|at)\b)"
)
SESSIONS_BEFORE: Final = re.compile(
    r"(?i)\b(?:up to|course of|block of|of|over|for|offer|offers|receive|attend|programme of|series of"
    r"|maximum of|initial|have|includes?|total of)\s$|^$"
)
CAPACITY: Final = (
    re.compile(
        rf"(?i)\b(?:max(?:imum)?\.?(?: (?:of|number|group size|class size|capacity))*(?: of)?|limited to"
        rf"|capacity(?: (?:of|is|for))*:?|up to"
        rf"|(?:places|spaces|room|seats|accommodates?|space) (?:are (?:limited to )?|is )?(?:for "
        rf"|limited to )?(?:up to |a maximum of )?)"
        rf"\s?:?\s?(?P<count>{_COUNT})\s(?:people|participants|places|spaces|members|adults|attendees|learners"
        rf"|guests|children|young people|babies|per session|seats|in (?:a|each|the) (?:group|class|session))\b"
    ),
    re.compile(
        rf"(?i)(?<![\w£.,:-])(?P<count>{_COUNT})\s(?:places|spaces|seats)\b(?= (?:available|only|per|in|on each"
        rf"|for|each|at)|[.,;!)]|$)"
    ),
    re.compile(
        rf"(?i)\b(?:spaces|places|group|class) (?:are |is |size )*(?:limited to|capped at|for)(?: a maximum of"
        rf"| up to)? (?P<count>{_COUNT})\b(?!\s?(?:weeks?|hours?|minutes?|months?|days?|%))"
    ),
)  # fmt: skip
PRICE: Final = re.compile(
    r"£\s?(?P<pounds>\d{1,4}(?:,\d{3})?)(?:\.(?P<pence>\d\d))?(?![\d.,]*\d)"
    r"|(?<![\w£.,])(?P<only>\d{1,2})p\b(?= per| each| a | for)"
)


def find_durations(text: str) -> Iterator[Found]:
    """Lengths of a session or of a course as ISO 8601 says them: `PT1H30M`, `P6W`."""
    for match in HALF_HOUR.finditer(text):
        if not NOT_LENGTH.match(text[match.end() :]) and not re.search(
            r"(?i)\b(?:every|a|one|\d) $", text[: match.start()][-8:]
        ):
            yield Found(value="PT30M", start=match.start(), end=match.end(), rule="duration.half")
    taken = []
    for match in HOUR_AND_HALF.finditer(text):
        hours, minutes = (int(_number(match["hours"])), 30) if match["hours"] else (int(match["h"]), int(match["m"]))
        if hours and minutes < 60:
            taken.append(match.span())
            yield Found(value=_iso(hours * 60 + minutes), start=match.start(), end=match.end(), rule="duration.mixed")
    for match in LENGTH.finditer(text):
        if any(a <= match.start() < b for a, b in taken):
            continue
        before, after = text[max(0, match.start() - 30) : match.start()], text[match.end() : match.end() + 40]
        told = LENGTH_BEFORE.search(before) or LENGTH_AFTER.match(after)
        if not told or NOT_LENGTH.match(after) or NOT_LENGTH_BEFORE.search(before):
            continue
        if match["unit"][:2].lower() == "mo" and YOUNG.search(before):
            continue
        if value := _length(match["count"], match["unit"].lower()):
            yield Found(value=value, start=match.start(), end=match.end(), rule="duration")


def _length(count: str, unit: str) -> str:
    number = _number(count.replace("½", ".5").replace(" ", "").replace(",", "."))
    if not number:
        return ""
    if unit[0] == "h":
        return _iso(round(number * 60)) if number <= 12 else ""
    if unit.startswith("mi"):
        return _iso(round(number)) if number <= 300 else ""
    if number != int(number):
        return ""
    most = {"d": 31, "w": 60, "m": 36}[unit[0]]
    return f"P{int(number)}{unit[0].upper()}" if number <= most and (unit[0] != "d" or number > 1) else ""


def _iso(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")


def find_sessions(text: str) -> Iterator[Found]:
    """How many sessions a course has."""
    for match in SESSIONS.finditer(text):
        count = int(_number(match["count"]))
        lone = match["count"].lower() in ("a", "an", "one")
        before = text[max(0, match.start() - 25) : match.start()]
        if not lone and 1 < count <= 60 and SESSIONS_BEFORE.search(before):
            yield Found(value=str(count), start=match.start(), end=match.end(), rule="sessions")


def find_capacity(text: str) -> Iterator[Found]:
    """How many places there are."""
    seen: set[int] = set()
    for pattern in CAPACITY:
        for match in pattern.finditer(text):
            count = int(_number(match["count"]))
            if count > 1 and match.start("count") not in seen:
                seen.add(match.start("count"))
                yield Found(value=str(count), start=match.start(), end=match.end(), rule="capacity")


def find_prices(text: str) -> Iterator[Found]:
    """Prices of the offer as `£3.50`; sums raised, granted or owed are left out."""
    other = one_pattern("cost", "price_other")
    for match in PRICE.finditer(text):
        if other.search(text[max(0, match.start() - 50) : match.end() + 25]):
            continue
        if match["only"]:
            value = f"£0.{int(match['only']):02d}"
        else:
            value = f"£{match['pounds'].replace(',', '')}.{match['pence'] or '00'}"
        yield Found(value=value, start=match.start(), end=match.end(), rule="price")


def _number(word: str | None) -> float:
    if not word:
        return 0
    known = WORDS.get(word.lower())
    if known is not None:
        return known
    try:
        return float(word)
    except ValueError:
        return 0
