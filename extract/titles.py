"""Finds the name of the one service that a page is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from extract.names import fits_name
from register.models import Page, Passage

SEPARATOR: Final = re.compile(r"\s+[|–—·•»›/:-]\s+|:\s+|\s[@]\s|\s?\|\s?")


def find_page_name(page: Page, passages: Sequence[Passage]) -> tuple[int, int]:
    """Where the page's service is named: the heading that the title repeats, else the first heading that can be a
    name, else the first words. `passages` must not be empty."""
    parts = [part.strip() for part in SEPARATOR.split(page.title) if len(part.strip()) > 1]
    heads = [p for p in passages if p.level][:6]
    best, best_score = None, 0.0
    for n, head in enumerate(heads):
        quote = page.quote(head)
        for start, end in _pieces(quote):
            piece = quote[start:end]
            score = fits_name(piece) + 0.25 * (head.level == 1) - 0.08 * n - 0.04 * head.level
            score += 0.8 * any(piece.lower() == part.lower() for part in parts[:2])
            score += 0.2 * (end == len(quote)) - 0.15 * (start > 0 or end < len(quote))
            if fits_name(piece) and score > best_score:
                best, best_score = (head.start + start, head.start + end), score
    if best:
        return best
    for part in parts:
        at = page.text.find(part)
        if at >= 0 and fits_name(part) > 0.1:
            return at, at + len(part)
    return _first_words(page, heads[0] if heads else passages[0])


def _pieces(quote: str) -> list[tuple[int, int]]:
    """The heading as a whole, and what stands after a slash or between bars (a crumb before the title)."""
    pieces = [(0, len(quote))]
    if match := re.search(r"^.*\s[/»›|]\s(?=\S)", quote):
        pieces.append((match.end(), len(quote)))
    return pieces


def _first_words(page: Page, passage: Passage) -> tuple[int, int]:
    words = list(re.finditer(r"\S+", page.quote(passage)))[:8]
    return passage.start + words[0].start(), passage.start + words[-1].end()
