"""Dates as ISO days; a year that the text leaves out is resolved by weekday, by the dates that it writes out, and by
the page's own."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from extract.facts.found import Found
from extract.facts.schedule import DAYS, MONTH

_WEEKDAY: Final = (
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\.?(?:,|\s)\s?(?:the\s|morning\s|evening\s)?)?"
)
_YEAR: Final = r"(?:,?\s(?P<year>(?:19|20)\d\d)\b|\s?['’](?P<short>\d\d)\b)?"
DAY_MONTH: Final = re.compile(
    rf"(?i)\b{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s(?:of\s)?|-)(?P<month>{MONTH})\b\.?{_YEAR}"
)
MONTH_DAY: Final = re.compile(
    rf"(?i)\b{_WEEKDAY}(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d){_YEAR}"
)
# "6, 13 and 20 May 2026", "6-8 May": days that borrow the month behind them.
LENT: Final = re.compile(
    rf"(?i)(?<![\d:.£/])(?P<days>\d{{1,2}}(?:st|nd|rd|th)?(?:\s?(?:,|&|and|/)\s?\d{{1,2}}(?:st|nd|rd|th)?)*)"
    rf"\s?(?:,|&|and|-|–|to)\s?(?=\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{MONTH})\b)"
)
NUMERIC: Final = re.compile(
    r"(?<![\d/.])(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:19|20)?\d\d)(?![\d/]|\.\d)"
)
ISO: Final = re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
STATED_BACK, STATED_AHEAD = 6, 2  # years
WEB: Final = 1991  # no page was written before
MOST_STATED: Final = 24  # of a text; the first tell when it was written
PAST: Final = timedelta(days=90)  # a date without a year is taken to lie no further back from the page's own date
AHEAD: Final = timedelta(days=400)  # nobody announces a day without its year so long before
# Of the page or of how the service came about, not of what is offered: "Last updated: 3 May 2025", "founded on".
OF_THE_PAGE: Final = re.compile(
    r"(?i)\b(?:written|posted|published|updated?|review(?:ed)?|checked|verified|accurate|correct|uploaded|copyright)\b"
    r"(?:\sby\s\w+(?:\s\w+)?)?(?:\s(?:on|at|as|of|in|due|date|from)\b){0,3}\s?[:–-]?\s?$"
)
OF_HISTORY: Final = re.compile(
    r"(?i)\b(?:since|founded|established|formed|incorporated|registered|born)\b[^.;!?]{0,20}$"
)
BEGINNING: Final = re.compile(r"(?i)\b(?:started|began|launched|opened|set up)\b[^.;!?]{0,12}$")
LONG_AGO: Final = 2  # years since which what "started on" a day is no course that is to come
SEEN_BEFORE: Final = 48  # characters before a date that tell what it is of


@dataclass(frozen=True, slots=True)
class Written:
    """A date as the text writes it: `year` is 0 and `weekday` -1 where the text leaves them out; `before` are the words
    that stand before it."""

    start: int
    end: int
    day: int
    month: int
    year: int
    weekday: int = -1
    before: str = ""

    @property
    def of_the_page(self) -> bool:
        return OF_THE_PAGE.search(self.before) is not None

    def of_history(self, day: date, today: date) -> bool:
        """Whether the words before it say that the service came about on it, the `day` that is meant."""
        long_ago = day.year <= today.year - LONG_AGO
        return OF_HISTORY.search(self.before) is not None or (long_ago and BEGINNING.search(self.before) is not None)


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of the texts of one service, which lend each other their years. `today` is the page's own date,
    else the day on which it was fetched; `stated` are the first dates with a year or a weekday that tells it, in order
    of time, of the last years and the next: older ones are history."""

    today: date
    written: Mapping[str, Sequence[Written]]
    stated: tuple[date, ...]

    @classmethod
    def of(cls, texts: Iterable[str], *, today: date) -> DateReader:
        written = {text: sorted(_written(text), key=lambda one: one.start) for text in texts}
        every = [one for of_text in written.values() for one in of_text]
        stated = sorted(islice(dict.fromkeys(_stated(every, today)), MOST_STATED))
        told = islice((one for one in every if one.weekday >= 0 and not one.year), MOST_STATED)
        by_weekday = {found[0] for one in told if (found := _resolve(one, 0, today, stated))}
        return cls(today, written, tuple(sorted({*stated, *by_weekday})))

    def find(self, text: str, *, label: str = "") -> Iterator[Found]:
        """Each date of one of the texts, which stands under this label, as `2026-06-21`; none that tells when the page
        was written or the service came about.

        A date without a year takes that of a later date in the same text, else that of the same day where it is
        `stated`. Else it is the day nearest to `today` or to a stated one: one on which the weekday agrees, not much
        more than a year ahead, or without a weekday the first that lies not more than three months before. A day that
        no calendar has, or whose weekday agrees with no near year, gives nothing.
        """
        if OF_THE_PAGE.search(label):
            return
        later, years = 0, list[int]()
        for one in reversed(self.written[text]):
            years.append(later)
            later = one.year or later
        for one, later in zip(self.written[text], reversed(years), strict=True):
            found = _resolve(one, later, self.today, self.stated)
            if found is not None and not one.of_the_page and not one.of_history(found[0], self.today):
                day, rule = found
                yield Found(value=day.isoformat(), start=one.start, end=one.end, rule=f"date.{rule}")


def find_dates(text: str, *, today: date) -> Iterator[Found]:
    """The dates of a text that stands alone."""
    return DateReader.of((text,), today=today).find(text)


def _written(text: str) -> Iterator[Written]:
    if not any(c.isdigit() for c in text):
        return
    for match in LENT.finditer(text):
        month = _month(match["month"])
        for day in re.finditer(r"\d{1,2}", match["days"]):
            at = match.start("days") + day.start()
            yield Written(at, at + len(day[0]), int(day[0]), month, 0)
    taken: list[tuple[int, int]] = []
    for pattern in (ISO, DAY_MONTH, MONTH_DAY, NUMERIC):
        for match in pattern.finditer(text):
            at = bisect(taken, match.span())
            if (at and taken[at - 1][1] > match.start()) or (at < len(taken) and taken[at][0] < match.end()):
                continue
            taken.insert(at, match.span())
            groups = match.groupdict()
            year = int(groups.get("year") or groups.get("short") or 0)
            weekday = DAYS.index(groups["weekday"].lower()) if groups.get("weekday") else -1
            month = int(match["month"]) if match["month"].isdigit() else _month(match["month"])
            end = match.start() + len(match[0].rstrip(" .,"))
            before = text[max(0, match.start() - SEEN_BEFORE) : match.start()]
            yield Written(match.start(), end, int(match["day"]), month, year + 2000 * (0 < year < 100), weekday, before)


def _stated(written: Iterable[Written], today: date) -> Iterator[date]:
    """The dates with a year that tell when a text was written, or what it speaks of."""
    for one in written:
        day = _day(one.year, one) if one.year else None
        if day is None or day.year < WEB:
            continue
        recent = -STATED_BACK <= day.year - today.year <= STATED_AHEAD
        if one.of_the_page or (recent and not one.of_history(day, today)):
            yield day


def _month(word: str) -> int:
    return MONTHS.index(word[:3].lower()) + 1


def _resolve(one: Written, later: int, today: date, stated: Sequence[date]) -> tuple[date, str] | None:
    if one.year:
        day = _day(one.year, one)
        return (day, "written") if day else None
    if later and (day := _day(later, one)) and one.weekday in (-1, day.weekday()):
        return day, "lent"
    same = [day for day in stated if (day.day, day.month) == (one.day, one.month)]
    if same and one.weekday in (-1, same[-1].weekday()):
        return same[-1], "stated"
    beside = (today, *stated)
    if one.weekday >= 0:
        day = _nearest_weekday(one, beside)
        return (day, "weekday") if day else None
    near = [found for by in beside if (found := _next_day(one, by))]
    return (min(near)[1], "page") if near else None


def _nearest_weekday(one: Written, beside: Sequence[date]) -> date | None:
    """The day of that weekday nearest to one of these days, not much more than a year after it."""
    years = range(min(beside).year - STATED_BACK, max(beside).year + 3)
    meant = (day for year in years if (day := _day(year, one)) and day.weekday() == one.weekday)
    near = ((abs(day - by), day) for day in meant for by in beside if day - by <= AHEAD)
    return min(near, default=(None, None))[1]


def _next_day(one: Written, by: date) -> tuple[timedelta, date] | None:
    """The first such day that lies no more than three months before the day `by`, and how far that is."""
    days = (day for year in range(by.year - 1, by.year + 3) if (day := _day(year, one)))
    return next(((abs(day - by), day) for day in days if by - day <= PAST), None)


def _day(year: int, one: Written) -> date | None:
    try:
        return date(year, one.month, one.day)
    except ValueError:
        return None
