"""When a service recurs, as rules of RFC 5545: `FREQ=MONTHLY;BYDAY=1TH,3TH`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.found import Found
from extract.facts.patterns import DAY_WORD, NTH
from extract.facts.schedule import DATE, DAYS, SPAN, is_closed, is_day, is_named

CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLACES: Final = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "5th": 5,
                 "fifth": 5, "last": -1}  # fmt: skip
COUNTS: Final = {"two": 2, "three": 3, "four": 4, "six": 6, "2": 2, "3": 3, "4": 4, "6": 6}
_AND: Final = r"(?:\s?(?:,|&|/|\+|\band\b|\bor\b)\s?)+"
DAY_LIST: Final = rf"{DAY_WORD}(?:['’]s)?\b(?:{_AND}(?:the\s)?{DAY_WORD}(?:['’]s)?\b)*"
NTH_DAYS: Final = re.compile(
    rf"(?i)\b(?P<every>(?:every|each)\s)?(?P<nths>{NTH}(?:{_AND}(?:the\s)?{NTH})*)\s(?P<days>{DAY_WORD})\b"
    rf"(?P<more>{_AND}(?:the\s)?{NTH}\s{DAY_WORD}\b)?(?P<month>[^.;]{{0,12}}\bmonth)?"
)
OTHER: Final = re.compile(
    rf"(?i)\b(?:(?:every|each)\s(?:other|second|2nd|alternate)|alternate|alternating"
    rf"|fortnightly(?:\son)?)\s(?P<days>{DAY_LIST})"
    rf"|\b(?P<days2>{DAY_LIST})\s?[,(–-]?\s?(?:fortnightly|alternate weeks|every (?:other|two|second) weeks?)\b"
)
EVERY_WEEKS: Final = re.compile(
    rf"(?i)\bevery\s(?P<count>two|three|four|six|[2346])\sweeks\b(?:\son)?(?:\s(?P<days>{DAY_LIST}))?"
)
WEEKLY: Final = re.compile(rf"(?i)\b(?P<every>(?:every|each|weekly(?:\son)?|on)\s)?(?P<days>{DAY_LIST})\b\.?")
WORDS: Final = (
    (re.compile(r"(?i)\b(?:every|each) (?:day|morning|afternoon|evening|night)\b|\b(?:open|runs?|held|meets?) daily\b"
                r"|\b(?:7|seven) days (?:a|per) week\b"), "FREQ=DAILY"),
    (re.compile(r"(?i)\b(?:on |every |all )?weekdays\b"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    (re.compile(r"(?i)(?<=\d[ap]m )weekends\b|\bweekends:? (?=\d{1,2}(?:[:.]\d\d)?\s?[ap]m|\d{1,2}[:.]\d\d)"),
     "FREQ=WEEKLY;BYDAY=SA,SU"),
    (re.compile(r"(?i)\b(?:every other week|fortnightly|every fortnight|alternate weeks|bi-?weekly)\b"),
     "FREQ=WEEKLY;INTERVAL=2"),
    (re.compile(r"(?i)\b(?:once a week|every week|each week|weekly)\b"),
     "FREQ=WEEKLY"),
    (re.compile(r"(?i)\b(?:once a month|every month|each month|monthly)\b"),
     "FREQ=MONTHLY"),
    (re.compile(r"(?i)\b(?:every (?:other|second) month|bi-?monthly|every two months)\b"), "FREQ=MONTHLY;INTERVAL=2"),
    (re.compile(r"(?i)\b(?:quarterly|once a quarter|every (?:three|3) months)\b"), "FREQ=MONTHLY;INTERVAL=3"),
    (re.compile(r"(?i)\b(?:annually|once a year|every year|each year)\b"), "FREQ=YEARLY"),
)  # fmt: skip
DATED_NEAR: Final = re.compile(
    r"(?i)^\.?,?\s(?:the\s)?(?:\d{1,2}(?:st|nd|rd|th)?\b(?!\s?(?:[ap]\.?m|noon|midday)|[:.]\d\d|\s?(?:-|–"
    r"|to)\s?\d)|[a-z]{3,9}\s\d)"
)
NOW_AND_THEN: Final = re.compile(r"(?i)^\W{0,3}every (?:few|couple of) ")  # "Saturdays, every few months"

PRICE_BEFORE: Final = re.compile(r"(?i)£ ?[\d.,]+ ?(?:pounds )?$")  # "£9 monthly"
# What is sent or paid so often: "our weekly newsletter", "monthly membership fee".
SENT_OR_PAID: Final = re.compile(
    r"(?i)^ (?:\w+ )?(?:news|bulletin|e-?mail|update|fees?\b|payment|instalment|subscription|membership|rent\b)"
)
# What people live by every day, and what is counted each year, is no session unless something is held then.
LOOSE: Final = re.compile(r"(?i)^(?:(?:every|each) (?:day|morning|afternoon|evening|night|year)|annually|once a year)$")
HELD: Final = re.compile(
    r"(?i)\b(?:open|available|runs?|running|held|hold|meets?|takes? place|operate|serve[ds]?|sessions?|class(?:es)?)\b"
    r"|\d ?[ap]\.?m\b|\d[:.]\d\d|\bmidnight\b"
)
NEAR: Final = 40  # characters


def find_recurrence(text: str) -> Iterator[Found]:
    """The rules that the text states, the plainest words last: a bare "weekly" counts only where no day is named.

    "Every second Tuesday" without a month is read as every other Tuesday. A day that is closed, a feast, or followed
    by a date recurs not.
    """
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        if any(a < match.end() and match.start() < b for a, b in taken):
            return False
        taken.append(match.span())
        return True

    named = False
    for match, rule, name in _named(text):
        if not free(match):
            continue
        if rule and not is_closed(text, match):
            named = True
            yield Found(value=rule, start=match.start(), end=match.end(), rule=f"recurrence.{name}")
    for pattern, rule in WORDS:
        word = next((match for match in pattern.finditer(text) if not _is_aside(text, match)), None)
        if word and free(word) and not (named and "BYDAY" not in rule):
            yield Found(value=rule, start=word.start(), end=word.end(), rule="recurrence.word")


def _is_aside(text: str, match: re.Match[str]) -> bool:
    """Whether a bare word of how often speaks of money or news, of days that are closed, or of nothing that is held."""
    before, after = text[max(0, match.start() - NEAR) : match.start()], text[match.end() : match.end() + NEAR]
    if PRICE_BEFORE.search(before) or SENT_OR_PAID.match(after) or is_closed(text, match):
        return True
    return LOOSE.match(match[0]) is not None and not (HELD.search(before) or HELD.search(after))


def _named(text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Days of the week with their rule, the narrower readings first; the rule is empty where the days only look so."""
    for match in OTHER.finditer(text):
        if not re.match(r"(?i)\s(?:of|in) (?:the|each|every) month", text[match.end() : match.end() + 20]):
            days = match["days"] or match["days2"]
            yield match, f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_by_day(days)}", "other"
    for match in NTH_DAYS.finditer(text):
        if not re.search(
            r"(?i)\b(?:except|excluding|not)\b[^.;]{0,25}$", text[max(0, match.start() - 40) : match.start()]
        ):
            yield match, _nth_rule(match), "nth"
        else:
            yield match, "", "nth"
    for match in EVERY_WEEKS.finditer(text):
        by_day = f";BYDAY={_by_day(match['days'])}" if match["days"] else ""
        yield match, f"FREQ=WEEKLY;INTERVAL={COUNTS[match['count'].lower()]}{by_day}", "weeks"
    for match in SPAN.finditer(text):
        first, last = (DAYS.index(match[n][:3].lower()) for n in (1, 2))
        days = range(first, last + 1 if last >= first else last + 8)
        yield match, "FREQ=WEEKLY;BYDAY=" + ",".join(sorted((CODES[n % 7] for n in days), key=CODES.index)), "span"
    dated = bool(DATE.search(text))
    for match in WEEKLY.finditer(text):
        plural = bool(re.search(r"(?i)days\b|day['’]s\b", match["days"]))
        sure = plural or bool(match["every"] and not match["every"].lower().startswith("on"))
        monthly = re.search(
            r"(?i)\bmonthly,?\s(?:on\s)?(?:an?\s|the\s)?$", text[max(0, match.start() - 20) : match.start()]
        )
        real = (
            not monthly
            and is_day(match["days"])
            and not is_named(text, match)
            and not DATED_NEAR.match(text[match.end() :][:16])
            and not NOW_AND_THEN.match(text[match.end() :][:24])
        )
        yield match, f"FREQ=WEEKLY;BYDAY={_by_day(match['days'])}" if real and (sure or not dated) else "", "weekly"


def _nth_rule(match: re.Match[str]) -> str:
    places = [PLACES[word.lower()] for word in re.findall(rf"(?i)\b{NTH}\b", match["nths"])]
    day = CODES[DAYS.index(match["days"][:3].lower())]
    rules = [f"{place}{day}" for place in places]
    if match["more"]:
        also = re.search(rf"(?i)({NTH})\s({DAY_WORD})", match["more"])
        if also:
            rules.append(f"{PLACES[also[1].lower()]}{CODES[DAYS.index(also[2][:3].lower())]}")
    return f"FREQ=MONTHLY;BYDAY={','.join(dict.fromkeys(rules))}"


def _by_day(words: str) -> str:
    found = {CODES[DAYS.index(day[:3].lower())] for day in re.findall(rf"(?i)\b{DAY_WORD}", words)}
    return ",".join(sorted(found, key=CODES.index))
