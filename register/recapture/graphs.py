"""The models that are averaged: every way in which lists may depend on each other that has a closed form.

A graph has a line between two lists that find the same services more, or less, often than chance would. A graph
without a ring of four or more is decomposable: its likelihood is a product over its cliques and separators, and needs
no iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """`cliques` and `separators` are sets of lists as bits; a separator stands as often as it parts."""

    edges: frozenset[Edge]
    cliques: tuple[int, ...]
    separators: tuple[int, ...]


@lru_cache
def decomposable(lists: int) -> tuple[Graph, ...]:
    """All decomposable graphs of so many lists but the complete one, of which nothing can be told of the unseen."""
    every = tuple(combinations(range(lists), 2))
    found = []
    for chosen in range(2 ** len(every) - 1):
        edges = frozenset(edge for n, edge in enumerate(every) if chosen >> n & 1)
        cliques = _cliques(lists, edges)
        if cliques is not None:
            found.append(Graph(edges=edges, cliques=cliques, separators=_separators(cliques)))
    return tuple(found)


def _cliques(lists: int, edges: frozenset[Edge]) -> tuple[int, ...] | None:
    """The largest complete parts; None where the graph has a ring of four or more without a line across."""
    near = [sum(1 << b for b in range(lists) if (min(a, b), max(a, b)) in edges) for a in range(lists)]
    left, found = (1 << lists) - 1, []
    while left:
        simple = next((a for a in range(lists) if left >> a & 1 and _complete(near, near[a] & left)), None)
        if simple is None:
            return None
        found.append(near[simple] & left | 1 << simple)
        left &= ~(1 << simple)
    return tuple(one for n, one in enumerate(found) if not any(one | other == other for other in found[:n]))


def _complete(near: list[int], part: int) -> bool:
    return all(part & ~(near[a] | 1 << a) == 0 for a in range(len(near)) if part >> a & 1)


def _separators(cliques: tuple[int, ...]) -> tuple[int, ...]:
    """What the cliques have in common along a tree of them that has most in common; empty sets are left out."""
    joined, left, found = [cliques[0]], list(cliques[1:]), []
    while left:
        shared, best = max(((one & other).bit_count(), n) for n, one in enumerate(left) for other in joined)
        chosen = left.pop(best)
        found += [next(chosen & other for other in joined if (chosen & other).bit_count() == shared)]
        joined.append(chosen)
    return tuple(one for one in found if one)
