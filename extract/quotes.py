"""Which units are quoted for an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from extract.units import Unit

MOST_QUOTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The quotes of one item: (start, end) in page order, and the score of the best unit (0-1)."""

    spans: tuple[tuple[int, int], ...]
    score: float


def choose_quotes(units: Sequence[Unit], scores: Sequence[float], *, cuts: tuple[float, float]) -> Chosen:
    """The best unit from the first of `cuts` upwards, with it the next best from the second; what is said twice on a
    page is quoted once."""
    if not units:
        return Chosen(spans=(), score=0.0)
    ranked = rank_units([unit.text for unit in units], scores)
    picked = [n for place, n in enumerate(ranked[:MOST_QUOTES]) if scores[n] >= cuts[place > 0]]
    best = float(scores[ranked[0]])
    if best < cuts[0]:
        picked = []
    return Chosen(spans=tuple((units[n].start, units[n].end) for n in sorted(picked)), score=best)


def rank_units(texts: Sequence[str], scores: Sequence[float]) -> list[int]:
    """Places of the units from best to worst, those of the same words once."""
    first: dict[str, int] = {}
    for n, text in enumerate(texts):
        first.setdefault(" ".join(text.lower().split()), n)
    return sorted(first.values(), key=lambda n: (-scores[n], n))
