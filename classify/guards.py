"""Takes back cues that the words around them deny: negation, referral elsewhere, history, staff, page furniture."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from classify.text import ADDRESS, ServiceText
from register.codes.vocabulary import SCHEMES

REACH_BEFORE = 70  # characters between a guard and the cue after it
REACH_AFTER = 30
OVERLAP = 4  # "is not for" may share its "for" with the cue
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


def guarded(found: dict[str, list[Span]], text: ServiceText) -> tuple[Hit, ...]:
    """The hits of `found`, stretches by row; those that a guard among them takes back bear its name. An address names
    a place, not what is done there."""
    guards: list[tuple[str, str, int, int]] = []
    hits: list[Hit] = []
    for row, spans in found.items():
        kind, code = row.split(":")
        for start, end in spans:
            if kind in GUARDS:
                guards.append((kind, code, start, end))
            else:
                line = text.line_at(start)
                guard = "venue" if kind in SCHEMES and text.lines[line].kind == ADDRESS else ""
                hits.append(Hit(code=row, line=line, start=start, end=end, guard=guard))
    if not guards:
        return tuple(hits)
    clause_ends = [m.start() for m in _CLAUSE_END.finditer(text.lowered)]
    return tuple(hit if hit.guard else _guard(hit, guards, text, clause_ends) for hit in hits)


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
