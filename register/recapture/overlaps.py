"""Which of several lists hold which services, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

MOST_LISTS = 5  # 822 models; of six there would be 18,154


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """`counts` are numbers of services by the set of lists that hold them; the empty set is never among them."""

    lists: tuple[str, ...]
    counts: Mapping[frozenset[str], int]

    @property
    def observed(self) -> int:
        return sum(self.counts.values())

    def size(self, *names: str) -> int:
        """How many services all of these lists hold."""
        return sum(count for held, count in self.counts.items() if held.issuperset(names))

    @property
    def found_times(self) -> Counter[int]:
        """How many services one list holds, how many two, and so on."""
        times: Counter[int] = Counter()
        for held, count in self.counts.items():
            times[len(held)] += count
        return times

    def without(self, name: str, *, into: str = "") -> Overlaps:
        """The same without a list, whose services count for the list `into`, or are gone where they are on no other."""
        counts: Counter[frozenset[str]] = Counter()
        for held, count in self.counts.items():
            left = held - {name} | ({into} if into and name in held else set())
            if left:
                counts[left] += count
        return Overlaps(lists=tuple(one for one in self.lists if one != name), counts=counts)

    def cells(self) -> tuple[int, ...]:
        """The counts of all 2^k sets of lists, the first list's place the fastest; the empty set's, unknown, is 0."""
        sets = product((0, 1), repeat=len(self.lists))
        held = (frozenset(name for name, on in zip(self.lists, reversed(one), strict=True) if on) for one in sets)
        return tuple(self.counts.get(one, 0) for one in held)


def overlaps_of(lists: tuple[str, ...], found: Iterable[frozenset[str]]) -> Overlaps:
    """Counts each service by the lists that hold it; what no list holds is left out."""
    known = frozenset(lists)
    counts = Counter(held & known for held in found)
    del counts[frozenset()]
    return Overlaps(lists=lists, counts=counts)
