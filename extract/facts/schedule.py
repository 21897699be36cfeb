"""Weekdays and how often a service meets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from extract.facts.found import Found
from extract.facts.patterns import DAY_WORD, Rule, read_rules
from extract.literals import quick

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = re.compile(rf"(?i)\b{DAY_WORD}(?=\b|['’]s\b)\.?")
# Days in Welsh, with the mutations that follow "dydd" and "nos".
WELSH: Final = re.compile(
    r"(?i)\b(?:d?dydd|nos|dyddiau)\s(?P<day>llun|mawrth|fawrth|mercher|fercher|iau|gwener|wener|sadwrn|sul)\b"
)
WELSH_DAYS: Final = {
    "llun": 0, "mawrth": 1, "fawrth": 1, "mercher": 2, "fercher": 2, "iau": 3, "gwener": 4, "wener": 4, "sadwrn": 5,
    "sul": 6,
}  # fmt: skip
DIGIT: Final = re.compile(r"\d")
DAY_GATE: Final = quick(DAY)
SPAN: Final = re.compile(rf"(?i)\b({DAY_WORD})\s?(?:-|–|—|to|through|until|till)\s?({DAY_WORD})\b")
WEEKDAYS: Final = re.compile(r"(?i)\b(?:(?:on|every|all|most) )?(weekdays)\b")
WEEKEND: Final = re.compile(r"(?i)\b(?<!this )(?<!next )(?<!holiday )(?:at |every |on |over )?(?:the )?(weekends?)\b")
# Days of the calendar that are named, not days on which a service meets.
FEAST_BEFORE: Final = re.compile(
    r"(?i)\b(?:easter|good|palm|ash|shrove|black|boxing|bank holiday|pancake|mothering|cyber)\s$"
)
NO_DAY_AFTER: Final = re.compile(r"(?i)^\s(?:(?:the )?\d{1,2}(?:st|nd|rd|th)? \w+ 19\d\d|year\b)")
WHOLE_WEEK: Final = re.compile(r"(?i)\b(?:7|seven) days (?:a|per) week\b|\b365 days\b")
CLOSED: Final = re.compile(r"(?i)^[\s:–-]*(?:and [\w\s]{0,20}|& ?\w+ |/ ?\w+ )?\bclosed\b|^[^.]{0,12}\bclosed\b")
# Days that are left out, and those by which one books.
CLOSED_BEFORE: Final = re.compile(
    r"(?i)\b(?:closed|except|excluding|not open|not on|bookings? (?:\w+ ){0,2}closes?)\b[^.;]{0,30}$"
    r"|\bbook(?:ed|ings?)? (?:\w+ ){0,3}by (?:(?:noon|midday|\d+ ?[ap]m) )?(?:on )?(?:the )?$"
)
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
DATE: Final = re.compile(
    rf"(?i)\b\d{{1,2}}(?:st|nd|rd|th)?\s?(?:of\s)?{MONTH}\b|\b{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s?[ap]m|[:.]\d)"
    r"|(?<![\d/])\d{1,2}[./]\d{1,2}[./](?:20)?\d{2}(?![\d/])|\b20\d\d-\d\d-\d\d\b"
)


def find_weekdays(text: str) -> Iterator[Found]:
    """Days of the week as mon to sun; `Monday to Thursday` gives four, days said to be closed give none."""
    spans: list[tuple[int, int]] = []
    for match in SPAN.finditer(text):
        spans.append(match.span())
        if is_closed(text, match):
            continue
        first, last = _index(match[1]), _index(match[2])
        for n in range(first, last + 1 if last >= first else last + 8):
            yield Found(value=DAYS[n % 7], start=match.start(), end=match.end(), rule="weekday.span")
    for pattern, days in ((WEEKDAYS, DAYS[:5]), (WEEKEND, DAYS[5:]), (WHOLE_WEEK, DAYS)):
        for match in pattern.finditer(text):
            if not is_closed(text, match):
                for day in days:
                    yield Found(value=day, start=match.start(), end=match.end(), rule="weekday.word")
    for match in WELSH.finditer(text):
        day = DAYS[WELSH_DAYS[match["day"].lower()]]
        yield Found(value=day, start=match.start(), end=match.end(), rule="weekday.welsh")
    for match in DAY.finditer(text):
        inside = any(a <= match.start() < b for a, b in spans)
        if inside or not is_day(match[0]) or is_closed(text, match) or is_named(text, match):
            continue
        yield Found(value=DAYS[_index(match[0])], start=match.start(), end=match.end(), rule="weekday")


def is_day(word: str) -> bool:
    """`sat`, `sun`, `wed` in lower case are English words; the abbreviations count with a capital only."""
    bare = word.rstrip(".")
    return "day" in bare.lower() or bare[:1].isupper()


def is_named(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 15) : match.start()]
    return bool(FEAST_BEFORE.search(before) or NO_DAY_AFTER.match(text[match.end() : match.end() + 30]))


def _index(word: str) -> int:
    return DAYS.index(word[:3].lower())


def is_closed(text: str, match: re.Match[str]) -> bool:
    return bool(
        CLOSED.match(text[match.end() : match.end() + 60])
        or CLOSED_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
    )


def find_frequency(
    text: str, *, days: int, spanned: bool, times: int, label: bool, rules: Sequence[Rule] | None = None
) -> Found | None:
    """How often, by the guide's rules: said in words; else opening hours on several days are `ongoing`, a dated day
    is `one_off`, and a standing weekday `weekly`. `days` is the number of weekdays found, `spanned` says that they
    stand as a span (Monday to Friday), `times` the number of times found, `label` that the text is a schedule. `rules`
    are those that may match, where that is known."""
    lowered = text.lower()
    for rule in read_rules("frequency") if rules is None else rules:
        match = rule.first(text, lowered)
        if match and match[0].strip():
            if rule.name == "days" and SPAN.search(text):
                continue  # "Mondays to Fridays" are hours of opening
            return Found(value=rule.value, start=match.start(), end=match.end(), rule=f"frequency.{rule.name}")
    if not DAY_GATE.may_match(lowered) and not DIGIT.search(text):
        return None
    day = next((m for m in DAY.finditer(text) if is_day(m[0]) and not is_closed(text, m)), None)
    if (days >= 3 and (spanned or times)) or (days >= 2 and re.search(r"(?i)\bopen(?:ing)?\b", text)):
        span = SPAN.search(text) or WEEKDAYS.search(text) or day
        if span:
            return Found(value="ongoing", start=span.start(), end=span.end(), rule="frequency.opening")
    date = DATE.search(text)
    if date and (label or times or day):
        return Found(value="one_off", start=date.start(), end=date.end(), rule="frequency.dated")
    if day and not date:
        return Found(value="weekly", start=day.start(), end=day.end(), rule="frequency.standing")
    return None
