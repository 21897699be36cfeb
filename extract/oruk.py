"""Reads a JSON object (an Open Referral UK service in full) into a readable page; each value keeps its JSON path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from extract.records import RecordWriter, plain_words, reads_long
from register.models import Page

# Keys in the order in which a person reads them; the others follow by the alphabet, lists and objects last.
FIRST: Final = (
    "name", "alternate_name", "description", "option", "amount", "amount_description", "status", "url", "email",
    "number", "byday", "weekday", "freq", "interval", "opens_at", "closes_at", "dtstart", "until",
    "minimum_age", "maximum_age", "attention", "address_1", "address_2", "city", "region", "state_province",
    "postal_code", "country", "eligibility_description", "application_process", "fees", "fees_description",
    "cost_options", "schedules", "regular_schedules", "service_at_locations", "location", "addresses",
    "physical_addresses", "phones", "contacts", "eligibilitys", "languages", "accessibility", "service_areas",
    "organization",
)  # fmt: skip
# What says nothing to a reader: keys between tables, a log of changes, coordinates, pictures.
UNREAD: Final = re.compile(r"(?:^|_)id$|^(?:metadata|latitude|longitude|extent|extent_type|logo|linktype)$")
DEEPEST: Final = 12
MOST_LISTED: Final = 200  # entries of one list that are read


def read_object(body: bytes, *, url: str, locality: str, fetched_at: datetime) -> Page:
    """The page of a JSON object; one without text where the body holds no object."""
    writer = RecordWriter("oruk")
    record = _load(body)
    title = ""
    if isinstance(record, dict):
        title = plain_words(_text(record.get("name")) or "")
        _write_object(writer, record, path="$", at="$", level=1)
    return writer.page(url=url, locality=locality, title=title, fetched_at=fetched_at)


def _load(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None


def _write_object(writer: RecordWriter, record: dict[str, object], *, path: str, at: str, level: int) -> None:
    nested: list[tuple[str, object]] = []
    name = _text(record.get("name"))
    if name and level <= 1:
        place = writer.heading(name, level)
        if place[1]:
            writer.noted(path=f"{path}.name", at=f"{at}.name", value=name)(*place)
    for key, value in _in_order(record):
        text = _text(value)
        if text is None:
            nested.append((key, value))
        elif text.strip() and not (key == "name" and level <= 1):
            note = writer.noted(path=f"{path}.{key}", at=f"{at}.{key}", value=text)
            if reads_long(text):
                writer.heading(label_of(key), level + 1)
                writer.text(text, note)
            else:
                writer.line(label_of(key), text, note)
    if level < DEEPEST:
        for key, value in nested:
            _write_nested(writer, key, value, path=f"{path}.{key}", at=f"{at}.{key}", level=level + 1)


def _write_nested(writer: RecordWriter, key: str, value: object, *, path: str, at: str, level: int) -> None:
    entries = list(value[:MOST_LISTED]) if isinstance(value, list) else [value]
    for n, entry in enumerate(entries):
        if writer.full:
            return
        own, row = (f"{path}[{n}]", f"{at}[]") if isinstance(value, list) else (path, at)
        if isinstance(entry, dict):
            if _has_words(entry):
                writer.heading(label_of(key), level)
                _write_object(writer, entry, path=own, at=row, level=level)
        elif (text := _text(entry)) and text.strip():
            writer.line(label_of(key), text, writer.noted(path=own, at=row, value=text))


def _in_order(record: dict[str, object]) -> Iterator[tuple[str, object]]:
    ranks = {key: n for n, key in enumerate(FIRST)}
    for key in sorted(record, key=lambda k: (ranks.get(k, len(ranks)), k)):
        if not UNREAD.search(key) and record[key] is not None:
            yield key, record[key]


def _has_words(record: dict[str, object], depth: int = 0) -> bool:
    for _, value in _in_order(record):
        text = _text(value)
        if text is not None:
            if text.strip():
                return True
        elif depth < DEEPEST:
            inner = value if isinstance(value, list) else [value]
            if any(_has_words(one, depth + 1) if isinstance(one, dict) else bool(_text(one)) for one in inner):
                return True
    return False


def _text(value: object) -> str | None:
    """A plain value as text, numbers as JSON writes them; None for lists and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return json.dumps(value)
    return "" if value is None else None


def label_of(key: str) -> str:
    """`address_1` is "Address 1"."""
    words = " ".join(re.sub(r"[^\w]+|_", " ", key).split())
    return (words[:1].upper() + words[1:])[:60] or "Value"
