"""Finds the name of an entry, and judges whether a text can be the name of a service."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from extract.facts.contact import EMAIL, NUMBER, POSTCODE
from extract.facts.patterns import DAY_WORD
from extract.facts.schedule import MONTH
from extract.lexicon import lexicon
from register.codes.vocabulary import PassageKind
from register.models import Page, Passage

MOST_WORDS: Final = 14
_CLOCK: Final = r"(?:[01]?\d|2[0-4])(?:[:.]?[0-5]\d)?\s?(?:[ap]\.?m\.?)?|noon|midday|12\s?noon|midnight"
_WHEN: Final = (
    rf"(?:(?:\b(?:every|each|on|from|the|of|month|monthly|weekly|fortnightly|1st|2nd|3rd|4th|first|second|third|fourth|last|{DAY_WORD}|{_CLOCK}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?|{MONTH}|20\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|to|until|till|and)(?![\w'’])|&|-|–|—|,|:|\.|\(|\))[\s,:–—-]*)+"
)
LEADING_TIME: Final = re.compile(rf"(?i)^{_WHEN}(?=\D)(?![.:]\d)")
CLOCK: Final = re.compile(
    r"(?i)\d\s?[ap]\.?m\b|\d[:.]\d\d|\bnoon\b|\bmidday\b|[-–—:,]\s*$|\d{1,2}[./]\d{1,2}[./]\d|\b20\d\d\b"
)
ALL_TIME: Final = re.compile(rf"(?i)^{_WHEN}$")
TRAILING_TIME: Final = re.compile(rf"(?i)(?:\s[-–—|]\s|,\s|\s\(?)(?:{DAY_WORD})s?\b.*$|(?i:\s[-–—|]\s)\d.*$")
CUT: Final = re.compile(r"\s[-–—|•]\s|:\s|(?<=[a-z)])[.!?]\s|\s?\(|;\s|,\s|\s\|\s")
CLOSED_ENDS: Final = re.compile(r"(?i)\b(?:a|an|the|and|or|of|for|in|on|at|to|with|by|our|your|is|are|was|were|be)$")
NOTE: Final = re.compile(
    r"(?i)\s*\b(?:booking (?:required|essential)|term time only|new!?|free!?|starting soon|full|cancelled)\b\s*[!.]*$"
)
# What follows a link's text for readers of screens: "Quay Larder 🔗 to Quay Larder site".
LINK_SIGN: Final = re.compile(r"(?i)(?<=\S)\s*[🔗↗⧉].*$|\s*\(?\bopens in (?:a )?new (?:tab|window)\)?$")
SENTENCE: Final = re.compile(r"(?i)\b(?:is|are|was|were|will|we|you|have|has|can|please|they|this|these|it)\b")


def fits_name(text: str) -> float:
    """How well `text` reads as a service's name, 0 (cannot be one) to 1."""
    text = text.strip(" .:–—-•*")
    return _fit(text) if 2 <= len(text) <= 110 else 0.0


@lru_cache(maxsize=8192)  # the same line is tried for each way of cutting a page
def _fit(text: str) -> float:
    words = text.split()
    if not 1 <= len(words) <= MOST_WORDS:
        return 0.0
    words_of = lexicon()
    plain = text.rstrip(":.!? ")
    if words_of.aspect.fullmatch(plain) or words_of.action.fullmatch(plain) or ALL_TIME.match(text):
        return 0.0
    if EMAIL.search(text) or POSTCODE.search(text) or NUMBER.search(text) or re.search(r"https?://|www\.|£\d", text):
        return 0.0
    if text.endswith("?") or re.match(
        r"(?i)(?:how|why|can|do|does|is|are|what|where|when|who|should|will|if|did)\b", text
    ):
        return 0.05
    score = 0.45
    if words_of.offer.search(text):
        score += 0.3
    capitals = sum(w[:1].isupper() or w[:1].isdigit() for w in words if len(w) > 3) / max(
        1, sum(len(w) > 3 for w in words)
    )
    score += 0.2 * capitals
    if len(words) > 8:
        score -= 0.15
    if SENTENCE.search(text):
        score -= 0.3
    if text[:1].islower():
        score -= 0.2
    return max(0.02, min(1.0, score))


def find_name(page: Page, passages: tuple[Passage, ...]) -> tuple[int, int] | None:
    """Where the entry that these passages make up is named: its heading, its linked cell, its bold or first words."""
    heads = [p for p in passages if p.level]
    for passage in sorted(heads, key=lambda p: (p.level, p.start))[:3]:
        if fits_name(page.quote(passage)) > 0.1:
            return _tidy(page, passage.start, passage.end)
    cells = [p for p in passages if p.kind in (PassageKind.CELL, PassageKind.TERM)]
    if len(cells) == len(passages) > 1:
        return _name_of_row(page, cells)
    for passage in passages[:4]:
        if passage.linked > 0.85 and fits_name(page.quote(passage)) > 0.1:
            return _tidy(page, passage.start, passage.end)
    for passage in passages[:3]:
        if passage.strong and fits_name(page.quote(passage)) > 0.1:
            return _tidy(page, passage.start, passage.end)
    for passage in passages[:2]:
        found = leading_name(page, passage)
        if found:
            return found
    return None


def _name_of_row(page: Page, cells: list[Passage]) -> tuple[int, int] | None:
    """Of a table row, the cell under a header such as Activity, else the linked one, else the best by its words."""
    best, best_score = None, 0.1
    for n, cell in enumerate(cells):
        quote = page.quote(cell)
        score = fits_name(quote)
        if not score:
            continue
        if re.search(
            r"(?i)\b(?:activity|group|name|class|event|session|service|club|course|organisation|what|title|project)\b",
            cell.label,
        ):
            score += 0.6
        if re.search(
            r"(?i)\b(?:venue|where|address|location|place|leader|tutor|contact|cost|price|age|notes?|details|description)\b",
            cell.label,
        ):
            score -= 0.5
        score += 0.4 * (cell.linked > 0.8) + 0.15 * (n == 0) - 0.02 * n
        if score > best_score:
            best, best_score = cell, score
    return _tidy(page, best.start, best.end) if best else None


def after_time(text: str) -> int:
    """How many characters of a day, date or time stand before the words proper: `10am - 12 Art club` -> 10."""
    match = LEADING_TIME.match(text)
    if match is None or not CLOCK.search(match[0]) or len(text) - match.end() < 3:
        return 0
    return match.end()


def leading_name(page: Page, passage: Passage) -> tuple[int, int] | None:
    """The name at the head of a line: after its day and time, up to a dash, colon, bracket or stop."""
    quote = page.quote(passage)
    offset = after_time(quote)
    rest = quote[offset:]
    cut = next((m.start() for m in CUT.finditer(rest) if m.start() >= 3), len(rest))
    name = rest[:cut].rstrip()
    if len(name.split()) > 10 or fits_name(name) < 0.2 or CLOSED_ENDS.search(name):
        return None
    return _tidy(page, passage.start + offset, passage.start + offset + len(name))


def _tidy(page: Page, start: int, end: int) -> tuple[int, int]:
    """Leaves out white space, bullets, a time at the front or the end, and notes such as `booking required`."""
    quote = page.text[start:end]
    offset = after_time(quote)
    if offset and fits_name(quote[offset:]) > 0.1:
        start += offset
    quote = page.text[start:end]
    for beside in (LINK_SIGN, NOTE):
        if (match := beside.search(page.text, start, end)) and match.start() > start + 2:
            end = match.start()
    while start < end - 1 and page.text[start] in " •*-–—:|🔗":
        start += 1
    while end - 1 > start and page.text[end - 1] in " :|-–—":
        end -= 1
    return start, end
