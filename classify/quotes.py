"""Turns hits into evidence: the whole line where it is short, else the words around the cue."""

from __future__ import annotations

from classify.guards import Hit
from classify.text import LONGEST_QUOTE, NAME, ServiceText
from register.grounding import ground
from register.models import Evidence

QUOTES_A_CODE = 3


def quote_hits(hits: tuple[Hit, ...], text: ServiceText, rule: str) -> tuple[Evidence, ...]:
    """One quote for each line that is hit, sentences before the name, at most three."""
    if not hits:
        return ()
    found: dict[int, Evidence] = {}
    # A sentence says more than the name; the name is quoted where it alone speaks.
    for hit in sorted(hits, key=lambda h: (text.lines[h.line].kind == NAME, h.start)):
        line = text.lines[hit.line]
        if line.start < 0 or hit.line in found:
            continue
        quote = quote_line(text, hit.line, line.start + hit.start - text.offsets[hit.line], rule)
        if quote:
            found[hit.line] = quote
    return tuple(list(found.values())[:QUOTES_A_CODE])


def words_of_hits(hits: tuple[Hit, ...], text: ServiceText) -> str:
    """The words that were hit, each once, at most three."""
    words = list(dict.fromkeys(text.lowered[hit.start : hit.end] for hit in hits))[:QUOTES_A_CODE]
    return ", ".join(f"“{word}”" for word in words)


def quote_first_line(text: ServiceText, rule: str) -> tuple[Evidence, ...]:
    """The first line of the service that stands in the page: for codes that hold where nothing else is said."""
    for number, line in enumerate(text.lines):
        quote = quote_line(text, number, line.start, rule) if line.start >= 0 else None
        if quote:
            return (quote,)
    return ()


def quote_line(text: ServiceText, number: int, near: int, rule: str) -> Evidence | None:
    """The whole line where it is short, else the words around `near`, cut at spaces."""
    line = text.lines[number]
    if line.start < 0:
        return None
    start, end = line.start, line.end
    if end - start > LONGEST_QUOTE:
        left, right = max(start, near - LONGEST_QUOTE // 2), min(end, near + LONGEST_QUOTE // 2)
        start = left if left == start else text.page_text.find(" ", left, right) + 1 or left
        cut = text.page_text.rfind(" ", start, right)
        end = right if right == end or cut <= start else cut
    return ground(text.page_text, start, end, rule=rule)
