"""A service's own words, line by line: its name, its sentences, and the facts that were read from it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from register.grounding import visible
from register.localities.places import POSTCODE
from register.models import DraftField, Page, ServiceDraft

NAME, SENTENCE, TAG, ADDRESS, FACT = "name", "sentence", "tag", "address", "fact"
TAG_WORDS = 2  # a line of so few words ("Wellbeing", "Mental health") is a tag or label, it states nothing
ADDRESS_WORDS = 16  # a longer line with a postcode says more than where
TAGS_IN_A_ROW = 5  # words of a line that strings tags together ("Nature Community Wellbeing")
LONGEST_QUOTE = 320  # characters; a longer line (a table, a list without stops) is quoted in part

_PLAIN = str.maketrans("’‘“”\u00a0", "''\"\" ")
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9£•])|\s[•|]\s")
_NO_END = re.compile(r"\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|Rd|No|approx|tel|a\.m|p\.m)\.\s*$", re.IGNORECASE)
# What tags in a row have not: an end, a small word, a verb that leads an aim.
_SAYS = re.compile(
    r"[.!?:;,]|\b(?:and|or|for|to|of|with|from|by|at|in|on|as|the|an?|your|you|our|we|is|are|will|can)\b"
    r"|^\W*(?:improv|reduc|boost|build|increas|support|promot|manag|develop|gain|learn|feel|help|tackl|combat|grow|share)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a service's text. `start` and `end` are where it stands in the page; both -1 where it does not."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceText:
    """The words of one service. `lowered` holds one line each, lower case, straight quotes, without what nobody sees;
    `offsets` where each line starts in it."""

    page_text: str
    lowered: str
    lines: tuple[Line, ...]
    offsets: tuple[int, ...]

    def line_at(self, place: int) -> int:
        """The number of the line that holds `lowered[place]`."""
        return bisect_right(self.offsets, place) - 1

    def line_span(self, number: int) -> tuple[int, int]:
        """Where a line starts and ends in `lowered`, without its line feed."""
        following = number + 1
        end = self.offsets[following] - 1 if following < len(self.offsets) else len(self.lowered)
        return self.offsets[number], end


def read_service(draft: ServiceDraft, page: Page) -> ServiceText:
    """The name, the sentences in `draft.spans`, then the ages that extraction read ("ages 16 to 25")."""
    return _lined_up([*_name_line(draft, page), *_sentence_lines(draft, page), *_age_lines(draft)], page)


def read_quotes(field: DraftField, page: Page) -> ServiceText:
    """The quotes of a field, one line each."""
    quotes = [(Line(kind=FACT, start=e.start, end=e.end), e.quote.replace("\n", " ")) for e in field.evidence]
    return _lined_up(quotes, page)


def _lined_up(found: list[tuple[Line, str]], page: Page) -> ServiceText:
    lines, offsets, texts, at = [], [], [], 0
    for line, text in found:
        lowered = visible(lower(text))
        lines.append(line)
        offsets.append(at)
        texts.append(lowered)
        at += len(lowered) + 1
    return ServiceText(page_text=page.text, lowered="\n".join(texts), lines=tuple(lines), offsets=tuple(offsets))


def lower(text: str) -> str:
    """`text` in lower case with straight quotes, each character in its place."""
    plain = text if text.isascii() else text.translate(_PLAIN)
    lowered = plain.lower()
    if len(lowered) != len(plain):  # a few letters, such as the dotted capital I, grow
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    return lowered


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of `text[start:end]` as (start, end), without white space at their ends."""
    at = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if _NO_END.search(text, at, stop.end()):
            continue
        yield from _trimmed(text, at, stop.end())
        at = stop.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _name_line(draft: ServiceDraft, page: Page) -> Iterator[tuple[Line, str]]:
    if not draft.name.strip():
        return
    anchor = min((start for start, _ in draft.spans), default=0)
    places = [m.start() for m in re.finditer(re.escape(draft.name), page.text)]
    if not places:
        places = [m.start() for m in re.finditer(re.escape(lower(draft.name)), lower(page.text))]
    start = min(places, key=lambda place: abs(place - anchor), default=-1)
    end = start + len(draft.name) if start >= 0 else -1
    yield Line(kind=NAME, start=start, end=end), draft.name.replace("\n", " ")


def _sentence_lines(draft: ServiceDraft, page: Page) -> Iterator[tuple[Line, str]]:
    edges = sorted({passage.start for passage in page.passages})
    for start, end in draft.spans:
        cuts = [start, *edges[bisect_right(edges, start) : bisect_left(edges, end)], end]
        for left, right in pairwise(cuts):
            for first, last in split_sentences(page.text, left, right):
                sentence = page.text[first:last].replace("\n", " ")
                yield Line(kind=_kind_of(sentence), start=first, end=last), sentence


def _kind_of(line: str) -> str:
    words = len(line.split())
    if words <= ADDRESS_WORDS and POSTCODE.search(line):
        return ADDRESS
    return TAG if words <= TAG_WORDS or (words <= TAGS_IN_A_ROW and not _SAYS.search(line)) else SENTENCE


def _age_lines(draft: ServiceDraft) -> Iterator[tuple[Line, str]]:
    youngest, oldest = draft.field("fact.age_min"), draft.field("fact.age_max")
    evidence = (*youngest.evidence, *oldest.evidence)
    if not evidence:
        return
    words = {
        (True, True): f"ages {youngest.value} to {oldest.value}",
        (True, False): f"aged {youngest.value} and over",
        (False, True): f"up to the age of {oldest.value}",
    }.get((isinstance(youngest.value, int), isinstance(oldest.value, int)))
    if words:
        yield Line(kind=FACT, start=evidence[0].start, end=evidence[0].end), words
