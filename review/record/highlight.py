"""Highlights on an archived page: overlapping quotes cut into pieces, each quote with a place to jump to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from review.record.quotes import Mark

# Where quotes overlap, the colour that shows: a TIDieR item's before a fact's, then codes and verdicts.
RANK = {"tidier": 0, "fact": 1, "code": 2, "eligibility": 3, "rule": 4}

LIFTED = "color: #fff; background: #1d2529; box-shadow: none"
PIECE = re.compile(r'<mark\b[^>]*\bdata-mark="(\d+)"[^>]*>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the page that the same quotes cover: shown in the colour of `field`, marked with its number."""

    number: int
    start: int
    end: int
    field: str
    marks: tuple[str, ...]


def cut_apart(marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """Pieces that do not overlap and together cover all marks, in the order of the page."""
    cuts = sorted({place for mark in marks for place in (mark.start, mark.end)})
    pieces: list[Piece] = []
    for start, end in pairwise(cuts):
        covering = [mark for mark in marks if mark.start <= start and end <= mark.end]
        if covering:
            top = min(covering, key=lambda mark: (RANK[mark.field.partition(".")[0]], mark.end - mark.start))
            ids = tuple(mark.id for mark in covering)
            pieces.append(Piece(number=len(pieces), start=start, end=end, field=top.field, marks=ids))
    return tuple(pieces)


def add_places(document: str, pieces: Sequence[Piece]) -> str:
    """The rendered page with an empty element, named as the quote, in front of the first piece of each quote."""
    first: dict[int, list[str]] = {}
    placed: set[str] = set()
    for piece in pieces:
        first[piece.number] = [mark for mark in piece.marks if mark not in placed]
        placed.update(piece.marks)

    def add(found: re.Match[str]) -> str:
        names = first.pop(int(found[1]), [])
        return "".join(f'<span class="place" id="{name}"></span>' for name in names) + found[0]

    return PIECE.sub(add, document)


def style_of(pieces: Sequence[Piece], marks: Sequence[Mark]) -> str:
    """Rules that lift out the quote that was jumped to, and underline the other quotes of its field."""
    rules = []
    for mark in marks:
        own = [piece for piece in pieces if mark.id in piece.marks]
        kin_ids = {other.id for other in marks if other.field == mark.field}
        kin = [piece for piece in pieces if kin_ids.intersection(piece.marks)]
        rules += [_rule(mark, kin, "box-shadow: inset 0 -4px 0 #1d2529"), _rule(mark, own, LIFTED)]
    return "\n".join(rules)


def _rule(mark: Mark, pieces: Sequence[Piece], style: str) -> str:
    chosen = ", ".join(f'mark[data-mark="{piece.number}"]' for piece in pieces)
    return f":root:has(#{mark.id}:target) :is({chosen}) {{ {style}; }}"
