"""Finds the cues of the codebook in a service's text, and takes back those that the words around them deny."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from classify.literals import ANY, Needs, needs_by_branch
from classify.text import ServiceText
from register.codes.codebook import Code, Codebook, ProvisionCode, Signal, split_cues

REACH_BEFORE = 70  # characters between a guard and the cue after it
REACH_AFTER = 30
OVERLAP = 4  # "is not for" may share its "for" with the cue
GRAM = 4  # letters by which cues are looked up
GUARDS = ("before", "after", "around", "sentence")

_CLAUSE_END = re.compile(r"[.;:!?\n]| but | although | however |, (?:so|then|and) (?:we|you|they|it) ")

Span = tuple[int, int]


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
    """One cue of a row: `row` is `scheme:code`, or `kind:code` of a signal; `bars` where it is an `exclude` cue."""

    row: str
    bars: bool
    words: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """It is matched at a word's start."""
        return _compiled(rf"(?<!\w)(?:{self.words})")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when a text first holds what it needs: most cues stand in no page of a crawl."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True, eq=False)
class CueIndex:
    """Cues by the plain words that must stand in a text before their patterns are worth searching."""

    rows: tuple[str, ...]
    cues: tuple[Cue, ...]
    # First letters, then each literal with the cues that it may begin a search for, and what else these need.
    by_gram: Mapping[str, tuple[tuple[str, tuple[tuple[int, Needs], ...]], ...]]

    def find(self, text: ServiceText) -> dict[str, list[Span]]:
        """Where each row's cues stand, except where an `exclude` cue of the row overlaps them; each stretch once.

        A cue never reaches over the end of a line.
        """
        lowered, starts = text.lowered, text.offsets
        ends = (*(start - 1 for start in starts[1:]), len(lowered))
        found: dict[str, set[Span]] = defaultdict(set)
        barred: dict[str, list[Span]] = defaultdict(list)
        for n, lines in self._worth_a_search(text).items():
            cue = self.cues[n]
            pattern = cue.pattern
            for line in lines:
                start, end = starts[line], ends[line]
                if not pattern.search(lowered, start, end):
                    continue
                spans = [m.span() for m in pattern.finditer(lowered, start, end)]
                if cue.bars:
                    barred[cue.row] += spans
                else:
                    found[cue.row].update(spans)
        kept = {row: _stretches(sorted(spans), barred[row]) for row, spans in found.items()}
        return {row: kept[row] for row in self.rows if kept.get(row)}

    def _worth_a_search(self, text: ServiceText) -> dict[int, set[int]]:
        """By a cue's number the lines that hold all the words that a match of it needs."""
        lowered, starts = text.lowered, text.offsets
        lines = lowered.split("\n")
        wanted: dict[int, set[int]] = defaultdict(set)
        grams = {lowered[at : at + GRAM] for at in range(len(lowered))}
        grams.add(ANY)
        for gram in self.by_gram.keys() & grams:
            for literal, cues in self.by_gram[gram]:
                at = lowered.find(literal)
                while at >= 0:
                    following = bisect_right(starts, at)
                    line = lines[following - 1]
                    for n, needs in cues:
                        if not needs or _holds(line, needs):
                            wanted[n].add(following - 1)
                    at = lowered.find(literal, starts[following]) if following < len(starts) else -1
        return wanted


def _holds(line: str, needs: Needs) -> bool:
    for need in needs:
        for literal in need:
            if literal in line:
                break
        else:
            return False
    return True


@dataclass(frozen=True, slots=True)
class CueBook:
    """`codes` and `signals` are the keys of what a model is taught by; `everything` searches the rows of these, of
    provision and of the guards, `places` the words for places in which provision has its setting. `followers` are the
    codes of provision by the code or fact that they follow from."""

    codebook: Codebook
    codes: tuple[str, ...]
    signals: tuple[str, ...]
    everything: CueIndex
    places: CueIndex
    followers: Mapping[str, tuple[ProvisionCode, ...]]

    def find_all(self, text: ServiceText) -> tuple[Hit, ...]:
        """All cues in `text` of codes and eligibility signals, those that a guard took back with the guard's name."""
        return _guarded(self.everything.find(text), text)

    def find_places(self, text: ServiceText) -> tuple[Hit, ...]:
        """What kinds of place `text` names, as codes of setting."""
        return _guarded(self.places.find(text), text)


@lru_cache(maxsize=8)
def compile_cues(codebook: Codebook) -> CueBook:
    """The codebook's cues as patterns. A cue is matched at a word's start, in lower case."""
    codes = [(code.key, code) for code in codebook.codes]
    provision = [(code.key, code) for code in codebook.provision]
    signals = [(f"{signal.kind}:{signal.code}", signal) for signal in codebook.signals]
    rows: list[tuple[str, Code | Signal]] = [*codes, *provision, *signals]
    sources = dict.fromkeys(source for code in codebook.provision for source in code.sources)
    return CueBook(
        codebook=codebook,
        codes=tuple(key for key, _ in codes),
        signals=tuple(key for key, signal in signals if signal.kind not in GUARDS),
        everything=_index([(key, (row.include, row.exclude)) for key, row in rows]),
        places=_index([(key, (code.place, code.exclude)) for key, code in provision if code.place]),
        followers={source: tuple(c for c in codebook.provision if source in c.sources) for source in sources},
    )


def _index(rows: Sequence[tuple[str, tuple[str, str]]]) -> CueIndex:
    """Of rows by their keys, each with its cells of `include` and `exclude` cues."""
    cues = [
        Cue(key, bars, cue)
        for key, cells in rows
        for bars, cell in zip((False, True), cells, strict=True)
        for cue in map(_lowered, split_cues(cell))
    ]
    by_literal: dict[str, list[tuple[int, Needs]]] = defaultdict(list)
    for n, cue in enumerate(cues):
        for first, *further in (needs or (frozenset({ANY}),) for needs in needs_by_branch(cue.words)):
            for literal in first:
                by_literal[literal].append((n, tuple(further)))
    by_gram: dict[str, list[tuple[str, tuple[tuple[int, Needs], ...]]]] = defaultdict(list)
    for literal, found in by_literal.items():
        by_gram[literal[:GRAM] if len(literal) >= GRAM else ANY].append((literal, tuple(found)))
    return CueIndex(
        rows=tuple(key for key, _ in rows),
        cues=tuple(cues),
        by_gram={gram: tuple(entries) for gram, entries in by_gram.items()},
    )


def _lowered(cue: str) -> str:
    return re.sub(r"\\.|[A-Z]", lambda m: m[0] if m[0].startswith("\\") else m[0].lower(), cue)


def _stretches(found: list[Span], barred: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for start, end in found:
        if any(start < right and left < end for left, right in barred):
            continue
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def _guarded(found: dict[str, list[Span]], text: ServiceText) -> tuple[Hit, ...]:
    guards: list[tuple[str, str, int, int]] = []
    hits: list[Hit] = []
    for row, spans in found.items():
        kind, code = row.split(":")
        for start, end in spans:
            if kind in GUARDS:
                guards.append((kind, code, start, end))
            else:
                hits.append(Hit(code=row, line=text.line_at(start), start=start, end=end))
    if not guards:
        return tuple(hits)
    clause_ends = [m.start() for m in _CLAUSE_END.finditer(text.lowered)]
    return tuple(_guard(hit, guards, text, clause_ends) for hit in hits)


def _guard(hit: Hit, guards: list[tuple[str, str, int, int]], text: ServiceText, clause_ends: list[int]) -> Hit:
    for kind, code, start, end in guards:
        if kind == "sentence":
            applies = text.line_at(start) == hit.line
        elif kind == "before":
            near = start < hit.start and end <= hit.start + OVERLAP and hit.start - end <= REACH_BEFORE
            applies = near and not _between(clause_ends, end, hit.start)
        elif kind == "around":
            applies = start <= hit.start and hit.end <= end
        else:
            near = start >= hit.end and start - hit.end <= REACH_AFTER
            applies = near and not _between(clause_ends, hit.end, start)
        if applies:
            return Hit(code=hit.code, line=hit.line, start=hit.start, end=hit.end, guard=code)
    return hit


def _between(ends: list[int], left: int, right: int) -> bool:
    return bisect_right(ends, right - 1) > bisect_right(ends, left - 1)
