"""Finds the cues of the codebook in a service's text, and takes back those that the words around them deny."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from classify.text import ServiceText
from register.codebook import Code, Codebook, Signal, split_cues

REACH_BEFORE = 70  # characters between a guard and the cue after it
REACH_AFTER = 30
GUARDS = ("before", "after", "sentence")

_CLAUSE_END = re.compile(r"[.;:!?\n]| but | although | however |, (?:so|then|and) (?:we|you|they|it) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A cue found in a service's text: `lowered[start:end]`, on the line of that number; `guard` took it back."""

    code: str
    line: int
    start: int
    end: int
    guard: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    pattern: re.Pattern[str]
    literal: str  # stands in every match, so that most cues need no search

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        if self.literal in text:
            for match in self.pattern.finditer(text):
                if match.end() > match.start():
                    yield match.span()


@dataclass(frozen=True, slots=True)
class CueRow:
    """A row of the codebook ready to search: key `scheme:code`, or `kind:code` of a signal."""

    key: str
    include: tuple[Cue, ...]
    exclude: tuple[Cue, ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the row's cues stand, except where an `exclude` cue overlaps them; each stretch once."""
        found = sorted({span for cue in self.include for span in cue.spans(text)})
        if not found:
            return []
        barred = [span for cue in self.exclude for span in cue.spans(text)]
        kept: list[tuple[int, int]] = []
        for start, end in found:
            if any(start < right and left < end for left, right in barred):
                continue
            if kept and start < kept[-1][1]:
                kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
            else:
                kept.append((start, end))
        return kept


@dataclass(frozen=True, slots=True)
class CueBook:
    codes: tuple[CueRow, ...]
    guards: tuple[CueRow, ...]
    signals: tuple[CueRow, ...]


@lru_cache(maxsize=8)
def compile_cues(codebook: Codebook) -> CueBook:
    """The codebook's cues as patterns. A cue is matched at a word's start, in lower case."""
    rows = [(signal.kind, _row(signal.kind, signal)) for signal in codebook.signals]
    return CueBook(
        codes=tuple(_row(code.scheme, code) for code in codebook.codes),
        guards=tuple(row for kind, row in rows if kind in GUARDS),
        signals=tuple(row for kind, row in rows if kind not in GUARDS),
    )


def find_codes(text: ServiceText, book: CueBook) -> tuple[Hit, ...]:
    """All cues of codes in `text`, by key (`scheme:code`), those that a guard took back with its name."""
    hits = [hit for row in book.codes for hit in _hits(row, text)]
    return _guarded(hits, text, book)


def find_signals(text: ServiceText, book: CueBook) -> tuple[Hit, ...]:
    """The eligibility signals in `text`, with the guards applied to them too."""
    hits = [hit for row in book.signals for hit in _hits(row, text)]
    return _guarded(hits, text, book)


def required_literal(pattern: str) -> str:
    """The longest run of plain letters that every match of `pattern` holds; empty where none is sure."""
    runs, run, depth, at = [], "", 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at, char = at + 1, ""
        elif char == "[":
            at, char = _class_end(pattern, at), ""
        following = pattern[at + 1 : at + 2]
        if char == "|" and depth == 0:
            return ""
        depth += (char == "(") - (char == ")")
        optional = following != "" and following in "?*{"
        if char and depth == 0 and (char.isalnum() or char in " '-/&£") and not optional:
            run += char
        else:
            runs.append(run)
            run = ""
        at += 1
    return max([*runs, run], key=len)


def _class_end(pattern: str, at: int) -> int:
    at += 2  # a class's first character may be a bracket
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at


def _row(group: str, row: Code | Signal) -> CueRow:
    return CueRow(f"{group}:{row.code}", _cues(row.include), _cues(row.exclude))


def _cues(cell: str) -> tuple[Cue, ...]:
    cues = [re.sub(r"\\.|[A-Z]", _lower_plain, cue) for cue in split_cues(cell)]
    return tuple(Cue(re.compile(_at_word_start(cue)), required_literal(cue)) for cue in cues)


def _lower_plain(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\\") else match[0].lower()


def _at_word_start(cue: str) -> str:
    return rf"(?<!\w)(?:{cue})"


def _hits(row: CueRow, text: ServiceText) -> Iterator[Hit]:
    for start, end in row.spans(text.lowered):
        line = bisect_right(text.offsets, start) - 1
        yield Hit(code=row.key, line=line, start=start, end=end)


def _guarded(hits: list[Hit], text: ServiceText, book: CueBook) -> tuple[Hit, ...]:
    guards = [(row.key, start, end) for row in book.guards for start, end in row.spans(text.lowered)]
    if not guards:
        return tuple(hits)
    clause_ends = [m.start() for m in _CLAUSE_END.finditer(text.lowered)]
    return tuple(_guard(hit, guards, text, clause_ends) for hit in hits)


def _guard(hit: Hit, guards: list[tuple[str, int, int]], text: ServiceText, clause_ends: list[int]) -> Hit:
    for key, start, end in guards:
        kind = key.split(":")[0]
        if kind == "sentence":
            applies = bisect_right(text.offsets, start) - 1 == hit.line
        elif kind == "before":
            applies = (
                end <= hit.start + 1 and hit.start - end <= REACH_BEFORE and not _between(clause_ends, end, hit.start)
            )
        else:
            applies = start >= hit.end and start - hit.end <= REACH_AFTER and not _between(clause_ends, hit.end, start)
        if applies:
            return Hit(code=hit.code, line=hit.line, start=hit.start, end=hit.end, guard=key.split(":")[1])
    return hit


def _between(ends: list[int], left: int, right: int) -> bool:
    return bisect_right(ends, right - 1) > bisect_right(ends, left - 1)
