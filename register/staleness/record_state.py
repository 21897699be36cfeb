"""What is said of a record and of its fields, by the state of its page, its own dates, and what waits for a decision.

The first row that fits is taken:

| the record                                                 | verdict                                    |
|------------------------------------------------------------|--------------------------------------------|
| a notice says that it closes or has closed                 | closing                                    |
| its own dates are past, and its dates are not open again   | expired                                    |
| its page is not there, in any way                          | dead, soft-404, parked, blocked or unknown |
| it is no longer on its page, or fields of it are open again| changed                                    |
| its page is there at another address                       | moved                                      |
| its page is there                                          | live                                       |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from register.codes.vocabulary import Status
from register.models import RecordField
from register.staleness.staleness import Expiry, PageState, Verdict

DATES = "fact.dates"
THERE = (Verdict.LIVE, Verdict.MOVED)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_PAGE = "people told us of it; there is no page to ask"
LONGEST_CAUSE = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A verdict with its cause in words."""

    verdict: Verdict
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a record's verdict hangs on. `page` is None where it has no page of the web; `closing` is the quote that
    says that it closes; `over_since` the last of its own dates where it is over by them; `missing` says that it is no
    longer on its page; `touched` names the fields that are open again because their words changed."""

    page: PageState | None
    closing: str = ""
    over_since: date | None = None
    missing: bool = False
    touched: frozenset[str] = frozenset()


def judge_record(now: Circumstances) -> Told:
    """The record's verdict, by the first row of the table that fits."""
    if now.closing:
        return Told(verdict=Verdict.CLOSING, cause=f"“{now.closing[:LONGEST_CAUSE]}”")
    if now.over_since is not None and DATES not in now.touched:
        return Told(verdict=Verdict.EXPIRED, cause=f"the last of its own dates was {now.over_since.isoformat()}")
    if now.page is not None and now.page.verdict not in THERE:
        return Told(verdict=now.page.verdict, cause=now.page.cause)
    if now.missing:
        return Told(verdict=Verdict.CHANGED, cause="it is no longer on its page")
    if now.touched:
        return Told(verdict=Verdict.CHANGED, cause=f"its page says something else of {_listed(now.touched)}")
    if now.page is None:
        return Told(verdict=Verdict.UNKNOWN, cause=NO_PAGE)
    return Told(verdict=now.page.verdict, cause=now.page.cause)


def judge_fields(now: Circumstances, fields: tuple[RecordField, ...], today: date) -> Mapping[str, Told]:
    """The verdicts of those fields that are not simply as their record is: open again, or over by their own dates."""
    told = {name: Told(verdict=Verdict.CHANGED, cause="its words on the page changed") for name in now.touched}
    dates = next((field for field in fields if field.name == DATES), None)
    if dates is not None and DATES not in told and (days := days_of(dates)) and days[-1] < today:
        told[DATES] = Told(verdict=Verdict.EXPIRED, cause=f"the last of them was {days[-1].isoformat()}")
    return told


def over_since(fields: tuple[RecordField, ...], expiry: Expiry, today: date) -> date | None:
    """The last of a record's own dates, where by them it is over: all are past, and nothing says that it goes on."""
    by_name = {field.name: field for field in fields}
    days = days_of(by_name[DATES]) if DATES in by_name else ()
    if not days or days[-1] >= today:
        return None
    if _ends(by_name, expiry) or not _goes_on(by_name, days, expiry):
        return days[-1]
    return None


def days_of(field: RecordField) -> tuple[date, ...]:
    """The days that a field of dates names, in their order; none where it is not stated."""
    if field.status is not Status.REPORTED:
        return ()
    return tuple(sorted(date.fromisoformat(value) for value in _texts(field)))


def _goes_on(by_name: Mapping[str, RecordField], days: tuple[date, ...], expiry: Expiry) -> bool:
    """Whether anything but its dates says when it happens: a rule, a frequency, a weekday on which none of them falls,
    or more weekdays than dates."""
    if _texts(by_name.get("fact.recurrence")) or set(_texts(by_name.get("fact.frequency"))) & set(expiry.goes_on):
        return True
    weekdays = set(_texts(by_name.get("fact.weekdays")))
    return bool(weekdays - {WEEKDAYS[day.weekday()] for day in days})


def _ends(by_name: Mapping[str, RecordField], expiry: Expiry) -> bool:
    """Whether the record's words lead up to its last date: "until 31 March 2025"."""
    field = by_name[DATES]
    last = days_of(field)[-1].isoformat()
    quotes = {e.quote for e in field.evidence if e.supports in ("", last) and len(e.quote) > 4}
    texts = [e.quote for one in by_name.values() for e in one.evidence]
    weekday = r"\W*(\w+day,?\s+)?(the\s+)?"
    patterns = [re.compile(rf"(?:^|\s|\b){expiry.ends}{weekday}{re.escape(quote)}", re.I) for quote in quotes]
    return any(pattern.search(text) for pattern in patterns for text in texts)


def _texts(field: RecordField | None) -> tuple[str, ...]:
    if field is None or field.status is not Status.REPORTED or field.value is None:
        return ()
    return tuple(str(v) for v in field.value) if isinstance(field.value, tuple) else (str(field.value),)


def _listed(names: frozenset[str]) -> str:
    told = [name.partition(".")[2].replace("_", " ") for name in sorted(names)]
    return f"{', '.join(told[:3])} and {len(told) - 3} more" if len(told) > 3 else ", ".join(told)
