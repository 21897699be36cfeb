"""What a page says of itself outside its visible text: title, language, its own date, JSON-LD."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from extract.tree import Element

JSON_LD: Final = re.compile(r"^\s*application/ld\+json\b", re.IGNORECASE)
ISO: Final = re.compile(r"^\s*((?:19|20)\d\d)-(\d\d)-(\d\d)")
# Names of meta elements that hold a date, those of the last change first.
DATES: Final = (
    "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified", "datemodified",
    "article:published_time", "dcterms.date", "dcterms.issued", "dc.date", "dc.date.issued", "date", "pubdate",
    "datepublished", "publishdate",
)  # fmt: skip
STATED: Final = re.compile(r'"(dateModified|datePublished)"\s*:\s*"([^"]{10,40})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """`language` is what the page declares, two letters; `dated` its last change, else its publication."""

    title: str
    language: str
    dated: date | None
    json_ld: tuple[str, ...]


def read_head(document: Element) -> Head:
    title: Element | None = None
    language: str | None = None
    scripts: list[str] = []
    told: dict[str, str] = {}
    times: list[str] = []
    for tag in document.descendants():
        if tag.name == "title" and title is None:
            title = tag
        elif tag.name == "html" and language is None:
            language = tag.attrs.get("lang", "")[:2].lower()
        elif tag.name == "script" and JSON_LD.match(tag.attrs.get("type", "")):
            scripts.append("".join(tag.strings()))
        elif tag.name == "meta" and (tag.attrs.get("content") or ""):
            name = tag.attrs.get("property") or tag.attrs.get("name") or tag.attrs.get("itemprop") or ""
            told.setdefault(name.lower(), tag.attrs["content"])
        elif tag.name == "time" and _is_of_page(tag):
            times.append(tag.attrs.get("datetime", ""))
    return Head(
        title=unicodedata.normalize("NFC", title.flat()) if title is not None else "",
        language=language or "",
        dated=_dated(told, scripts, times),
        json_ld=tuple(scripts),
    )


def _is_of_page(time: Element) -> bool:
    """A `time` that says when the page was written, not when something takes place."""
    told = time.attrs.get("itemprop", "")
    return (
        told in ("datePublished", "dateModified")
        or "pubdate" in time.attrs
        or "entry-date" in time.attrs.get("class", "")
    )


def _dated(told: dict[str, str], scripts: list[str], times: list[str]) -> date | None:
    stated = sorted(match.groups() for script in scripts for match in STATED.finditer(script))
    candidates = [*(told[name] for name in DATES if name in told), *(value for _, value in stated), *times]
    return next((day for value in candidates if (day := iso_day(value))), None)


def iso_day(value: str) -> date | None:
    """The day at the start of an ISO time; None where there is none, or it is no day of the calendar."""
    match = ISO.match(value)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None
