"""What form a body has: a page to read as HTML, a leaflet, plain text, or a record of a structured source."""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["html", "pdf", "text", "object", "calendar", "feed"]

FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", re.S
)
SAMPLED = 4096


def form_of(body: bytes, content_type: str) -> Form:
    """The form by the media type and the first bytes; servers name calendars and feeds in many ways, or not at all."""
    kind = content_type.split(";")[0].strip().lower()
    start = body[:SAMPLED].removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind == "application/pdf" or body[:5] == b"%PDF-":
        return "pdf"
    if kind == "text/calendar" or start[:15].upper() == b"BEGIN:VCALENDAR":
        return "calendar"
    if kind == "application/json" or kind.endswith("+json"):
        return "object"
    if kind in ("application/rss+xml", "application/atom+xml") or (kind != "text/html" and FEED.match(start)):
        return "feed"
    return "text" if kind == "text/plain" else "html"
