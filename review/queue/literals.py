"""Telephones, addresses, prices and times as they stand on a page: what a field of facts is about, whoever reads it.

Reading may pass over one of them. Where one that is the service's own came or left, its field is looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from register.localities.places import POSTCODE
from register.models import Evidence
from review.queue.neighbourhood import Change

Spans = Sequence[tuple[int, int]]

LITERALS = {
    "fact.phones": re.compile(r"(?<![\d.,£])(?:\+44[ ()0-]{0,5}|0)\d(?:[ ()-]{0,2}\d){8,9}(?![\d])"),
    "fact.emails": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "fact.postcodes": POSTCODE,
    "fact.websites": re.compile(r"\b(?:https?://|www\.)[^\s<>\"'()\[\]]+[^\s<>\"'()\[\].,;:!?]", re.IGNORECASE),
    "fact.prices": re.compile(r"£ ?\d+(?:\.\d\d)?"),
    "fact.times": re.compile(r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)\b|\b\d\d:\d\d\b", re.IGNORECASE),
}


def literals_that_changed(before: str, own_before: Spans, now: str, own_now: Spans, change: Change) -> frozenset[str]:
    """The fields of which a literal left the service's own words, or came to them, by a change of the page: of its
    text `before` and `now`, the service's own words stand at the spans."""
    found = set[str]()
    for name, pattern in LITERALS.items():
        old, new = dict(_literals(pattern, before, own_before)), dict(_literals(pattern, now, own_now))
        left = any(change.left(old[key]) for key in old.keys() - new.keys())
        if left or any(change.came(new[key]) for key in new.keys() - old.keys()):
            found.add(name)
    return frozenset(found)


def _literals(pattern: re.Pattern[str], text: str, spans: Spans) -> Iterator[tuple[str, Evidence]]:
    """Each literal by its letters and figures alone, with its place."""
    for start, end in spans:
        for match in pattern.finditer(text, start, end):
            key = re.sub(r"[\W_]|^https?|www", "", match[0]).casefold().removeprefix("44").removeprefix("0")
            yield key, Evidence(quote=match[0], start=match.start(), end=match.end(), rule="literal")
