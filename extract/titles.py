"""Finds the name of the one service that a page is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from extract.names import SENTENCE, fits_name
from register.codes.vocabulary import PassageKind
from register.models import Page, Passage

SEPARATOR: Final = re.compile(r"\s+[|–—·•»›/:-]\s+|:\s+|\s[@]\s|\s?\|\s?")

FIRST_LINES, MOST_WORDS = 3, 8  # where a name may stand that is no heading, and how long it may be
LINE_FITS, LINKED = 0.3, 0.5  # how well it reads as a name, and from which share in links on it leads elsewhere


def find_page_name(page: Page, passages: Sequence[Passage]) -> tuple[int, int]:
    """Where the page's service is named: the heading that the title repeats, else the first heading that can be a
    name, else a line that is set apart above the text, else the first words. `passages` must not be empty."""
    parts = [part.strip() for part in SEPARATOR.split(page.title) if len(part.strip()) > 1]
    # A name may hold what parts a title: "Coffee - Tea - Company | Town directory".
    begins = {page.title[: match.start()].strip().lower() for match in SEPARATOR.finditer(page.title)}
    said = {page.title.strip().lower(), *begins, *(part.lower() for part in parts[:2])}
    heads = [p for p in passages if p.level][:6]
    best, best_score = None, 0.0
    for n, head in enumerate(heads):
        quote = page.quote(head)
        for start, end in _pieces(quote):
            piece = quote[start:end]
            score = fits_name(piece) + 0.25 * (head.level == 1) - 0.08 * n - 0.04 * head.level
            score += 0.8 * (piece.lower() in said)
            score += 0.2 * (end == len(quote)) - 0.15 * (start > 0 or end < len(quote))
            if fits_name(piece) and score > best_score:
                best, best_score = (head.start + start, head.start + end), score
    if best:
        return best
    fitting = [part for part in parts if fits_name(part) > 0.1]
    own = _line_of_title(page, passages, [part.lower() for part in fitting])
    line = own or (None if heads else _line_above(page, passages))
    if line:
        return line.start, line.end
    for part in fitting:
        at = page.text.find(part)
        if at >= 0:
            return at, at + len(part)
    return _first_words(page, heads[0] if heads else passages[0])


def _line_of_title(page: Page, passages: Sequence[Passage], told: Sequence[str]) -> Passage | None:
    """The line that says a part of the title, or begins with it: of several above the text the last, since a banner
    stands before the name."""
    firsts: dict[str, Passage] = {}
    for passage in passages:
        quote, leads = page.quote(passage).lower(), passage.linked >= LINKED
        short = len(quote.split()) <= MOST_WORDS
        if firsts and not short and not leads:
            break
        part = next((part for part in told if _says(quote, part, more=short and not leads)), None)
        if part:
            firsts.setdefault(part, passage)
    return next(reversed(firsts.values()), None)


def _says(quote: str, part: str, *, more: bool) -> bool:
    return quote == part or (more and quote.startswith(f"{part} "))


def _line_above(page: Page, passages: Sequence[Passage]) -> Passage | None:
    """A short line above the page's text, which many old sites set in bold instead of a heading; of such a site the
    title is often the website's name, and stands in its banner."""
    own = (p for p in passages if p.kind is PassageKind.PARAGRAPH and p.linked < LINKED)
    for passage in islice(own, FIRST_LINES):
        quote = page.quote(passage)
        if len(quote.split()) > MOST_WORDS:
            return None
        if fits_name(quote) > LINE_FITS and not SENTENCE.search(quote):
            return passage
    return None


def _pieces(quote: str) -> list[tuple[int, int]]:
    """The heading as a whole, and what stands after a slash or between bars (a crumb before the title)."""
    pieces = [(0, len(quote))]
    if match := re.search(r"^.*\s[/»›|]\s(?=\S)", quote):
        pieces.append((match.end(), len(quote)))
    return pieces


def _first_words(page: Page, passage: Passage) -> tuple[int, int]:
    words = list(re.finditer(r"\S+", page.quote(passage)))[:8]
    return passage.start + words[0].start(), passage.start + words[-1].end()
