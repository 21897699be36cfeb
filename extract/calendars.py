"""Reads an iCalendar file into a readable page: events of one summary and place are one service with its schedule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vRecur

from extract.records import Note, RecordWriter, plain_words, reads_long
from register.models import Page

LONDON: Final = ZoneInfo("Europe/London")
LONGEST: Final = 300_000  # bytes of events that are read, the last in the file: years of history stand before them
UNREADABLE: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)
MOST_DATES: Final = 60  # of one service that are listed
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS: Final = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
    "SU": "Sunday",
}  # fmt: skip
NTH: Final = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
PERIODS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A VEVENT by its place in the file, with what we read of it; times are London's."""

    number: int
    summary: str
    location: str
    starts: datetime | date
    ends: datetime | date | None
    rule: vRecur | None
    event: Event


def read_calendar(body: bytes, *, url: str, locality: str, fetched_at: datetime) -> Page:
    """The page of a calendar; one without text where the body holds no readable event."""
    writer = RecordWriter("ical")
    calendar, skipped = _load(body)
    name = "" if calendar is None else plain_words(str(calendar.get("X-WR-CALNAME", "")))
    writer.heading(name, 1)
    for group, occasions in enumerate(_services(calendar, skipped)):
        if writer.full:
            break
        _write_service(writer, group, occasions)
    return writer.page(url=url, locality=locality, title=name, fetched_at=fetched_at)


def _load(body: bytes) -> tuple[Calendar | None, int]:
    """The calendar, and how many events at the start of a very long one were left out."""
    head, *events = body.split(b"BEGIN:VEVENT")
    kept = len(events)
    size = 0
    while kept and size + len(events[kept - 1]) <= LONGEST:
        kept -= 1
        size += len(events[kept])
    body = b"BEGIN:VEVENT".join([head, *events[kept:]])
    try:
        loaded = Calendar.from_ical(body.decode("utf-8-sig", errors="replace"))
    except UNREADABLE:
        return None, 0
    return (loaded, kept) if isinstance(loaded, Calendar) else (None, 0)


def _services(calendar: Calendar | None, skipped: int) -> list[list[Occasion]]:
    """The occasions of each service, in the order of their dates; services in the order of the file."""
    services: dict[tuple[str, str], list[Occasion]] = {}
    events = [] if calendar is None else [part for part in calendar.subcomponents if isinstance(part, Event)]
    for number, event in enumerate(events, skipped):
        try:
            occasion = _occasion(number, event)
        except UNREADABLE:  # a broken property: the other events are read
            continue
        if occasion:
            services.setdefault((occasion.summary.casefold(), occasion.location.casefold()), []).append(occasion)
    return [sorted(occasions, key=lambda o: (_moment(o.starts), o.number)) for occasions in services.values()]


def _occasion(number: int, event: Event) -> Occasion | None:
    """None for an event that is cancelled, or has no summary or no date."""
    summary = plain_words(_first(event, "SUMMARY"))
    starts = _when(event, "DTSTART")
    if not summary or starts is None or _first(event, "STATUS").upper() == "CANCELLED":
        return None
    rule = event.get("RRULE")
    return Occasion(
        number=number,
        summary=summary,
        location=plain_words(_first(event, "LOCATION")),
        starts=starts,
        ends=_end(event, starts),
        rule=(rule[0] if isinstance(rule, list) else rule) if rule else None,
        event=event,
    )


def _first(event: Event, key: str) -> str:
    """The property's value; the first of several, "" for none or one that cannot be read."""
    value = event.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None else str(value)


def _when(event: Event, key: str) -> datetime | date | None:
    value = event.get(key)
    told = getattr(value[0] if isinstance(value, list) and value else value, "dt", None)
    if isinstance(told, datetime):
        return told.astimezone(LONDON) if told.tzinfo else told.replace(tzinfo=LONDON)
    return told if isinstance(told, date) else None


def _end(event: Event, starts: datetime | date) -> datetime | date | None:
    if (ends := _when(event, "DTEND")) is not None:
        return ends
    duration = getattr(event.get("DURATION"), "dt", None)
    return starts + duration if isinstance(duration, timedelta) else None


def _moment(when: datetime | date) -> datetime:
    return when if isinstance(when, datetime) else datetime(when.year, when.month, when.day, tzinfo=UTC)


def _write_service(writer: RecordWriter, group: int, occasions: Sequence[Occasion]) -> None:
    first = occasions[0]
    _write_heading(writer, group, first)
    for occasion in occasions[-MOST_DATES:]:
        _write_times(writer, group, occasion)
    for key, label in (("LOCATION", "Where"), ("ORGANIZER", "Organiser"), ("CONTACT", "Contact"), ("URL", "Link")):
        told = next((o for o in reversed(occasions) if _told(o, key)), None)
        if told:
            writer.line(label, _told(told, key), _note(writer, group, told, key))
    for occasion in _differing(occasions, "DESCRIPTION"):
        text, note = _first(occasion.event, "DESCRIPTION"), _note(writer, group, occasion, "DESCRIPTION")
        if reads_long(text):
            writer.text(text, note)
        else:
            writer.line("Description", text, note)


def _write_heading(writer: RecordWriter, group: int, first: Occasion) -> None:
    start, end = writer.heading(first.summary, 2)
    _note(writer, group, first, "SUMMARY")(start, end)


def _write_times(writer: RecordWriter, group: int, occasion: Occasion) -> None:
    at = f"VEVENT[{occasion.number}]"
    start = occasion.starts
    words = f"{start:%A} {start.day} {MONTHS[start.month - 1]} {start.year}"
    note = writer.noted(path=f"{at}.DTSTART", at="VEVENT.DTSTART", value=start.isoformat(), group=group)
    ends = occasion.ends
    if isinstance(start, datetime):
        words += f", {start:%H:%M}"
        if isinstance(ends, datetime) and ends.date() == start.date():
            words += f" to {ends:%H:%M}"
    writer.line("When", words, note)
    if isinstance(ends, datetime) and isinstance(start, datetime):
        # The end stands in the line just written; only its value is noted, for the time that pairs it.
        writer.noted(path=f"{at}.DTEND", at="VEVENT.DTEND", value=ends.isoformat(), group=group)(0, 0)
    if occasion.rule:
        raw = _raw(occasion.rule)
        note = writer.noted(path=f"{at}.RRULE", at="VEVENT.RRULE", value=raw, group=group)
        writer.line("Repeats", rule_words(occasion.rule), note)


def rule_words(rule: vRecur) -> str:
    """A recurrence rule in words: "every 2 weeks on Tuesday and Thursday until 7 July 2026"."""
    period = PERIODS.get(_part(rule, "FREQ").upper(), "")
    if not period:
        return _raw(rule)
    every = _part(rule, "INTERVAL") or "1"
    words = f"every {period}" if every == "1" else f"every {every} {period}s"
    days = [_day_words(str(day)) for day in _parts(rule, "BYDAY")]
    if days:
        words += " on " + " and ".join(days)
    until = next((part for part in rule.get("UNTIL", []) if isinstance(part, date)), None)
    if until:
        words += f" until {until.day} {MONTHS[until.month - 1]} {until.year}"
    elif count := _part(rule, "COUNT"):
        words += f", {count} times"
    return words


def _raw(rule: vRecur) -> str:
    return str(rule.to_ical().decode("utf-8", errors="replace"))  # type: ignore[no-untyped-call]


def _day_words(day: str) -> str:
    name, nth = DAYS.get(day[-2:].upper(), day), day[:-2].removeprefix("+")
    return f"the {NTH[nth]} {name}" if nth in NTH else name


def _parts(rule: vRecur, key: str) -> Iterable[object]:
    value = rule.get(key, [])
    return value if isinstance(value, list) else [value]


def _part(rule: vRecur, key: str) -> str:
    return next((str(part) for part in _parts(rule, key)), "")


def _told(occasion: Occasion, key: str) -> str:
    """A property as a reader sees it: of an organiser the name, not the calendar address."""
    value = occasion.event.get(key)
    value = value[0] if isinstance(value, list) and value else value
    if key == "ORGANIZER" and value is not None:
        return str(getattr(value, "params", {}).get("CN", ""))
    return "" if value is None else str(value)


def _note(writer: RecordWriter, group: int, occasion: Occasion, key: str) -> Note:
    path = f"VEVENT[{occasion.number}].{key}"
    return writer.noted(path=path, at=f"VEVENT.{key}", value=_told(occasion, key), group=group)


def _differing(occasions: Sequence[Occasion], key: str) -> list[Occasion]:
    """Occasions whose text of `key` differs from all before, latest first: the last one said counts most."""
    seen: set[str] = set()
    out = []
    for occasion in reversed(occasions):
        words = plain_words(_first(occasion.event, key))
        if words and words not in seen:
            seen.add(words)
            out.append(occasion)
    return out[:3]
