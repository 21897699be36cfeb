"""Published services in memory, so that facets are counted in a millisecond: a bit a service, a number a facet.

A set of services is an integer whose bit i is set where the i-th service is in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from register.store.publishing.public import Listed

Chosen = Mapping[str, Sequence[str]]  # values by facet; any of a facet's values will do, every facet must agree


class ServiceIndex:
    """Services in the order of their names, as this edition has them."""

    def __init__(self, listed: Sequence[Listed], *, edition: str = "") -> None:
        self.listed, self.edition = tuple(listed), edition
        self._at = {one.n: i for i, one in enumerate(self.listed)}
        self.everything = (1 << len(self.listed)) - 1
        values: dict[str, bytearray] = {}
        size = len(self.listed) // 8 + 1
        for i, one in enumerate(self.listed):
            for facet in one.facets:
                values.setdefault(facet, bytearray(size))[i >> 3] |= 1 << (i & 7)
        self._with = {facet: int.from_bytes(bits, "little") for facet, bits in values.items()}

    def of_numbers(self, numbers: Iterable[int]) -> int:
        """The set of the services with these numbers."""
        return self._set(self._at[n] for n in numbers if n in self._at)

    def members(self, services: int) -> list[Listed]:
        bits = bin(services)[:1:-1]
        return [self.listed[i] for i, bit in enumerate(bits) if bit == "1"]

    def choose(self, chosen: Chosen, *, among: int, except_for: str = "") -> int:
        """Those of `among` that agree with every facet but `except_for`."""
        for facet, values in chosen.items():
            if values and facet != except_for:
                among &= self._any(facet, values)
        return among

    def counts(self, facet: str, chosen: Chosen, *, among: int) -> dict[str, int]:
        """How many services each value of the facet would leave, beside what is chosen of the other facets."""
        rest = self.choose(chosen, among=among, except_for=facet)
        prefix = f"{facet}:"
        found = {
            name.removeprefix(prefix): (rest & bits).bit_count()
            for name, bits in self._with.items()
            if name.startswith(prefix)
        }
        return {value: count for value, count in found.items() if count or value in chosen.get(facet, ())}

    def inside(self, box: tuple[int, int, int, int]) -> int:
        """Services that have a point in the box (west, south, east, north; metres)."""
        west, south, east, north = box
        return self._set(
            i
            for i, one in enumerate(self.listed)
            if any(west <= e <= east and south <= n <= north for e, n in one.points)
        )

    def distances(self, spot: tuple[int, int]) -> dict[int, float]:
        """Metres from `spot` to the nearest point of each service that has one, by number."""
        east, north = spot
        return {one.n: min(math.hypot(e - east, n - north) for e, n in one.points) for one in self.listed if one.points}

    def _any(self, facet: str, values: Sequence[str]) -> int:
        together = 0
        for value in values:
            together |= self._with.get(f"{facet}:{value}", 0)
        return together

    def _set(self, places: Iterable[int]) -> int:
        bits = bytearray(len(self.listed) // 8 + 1)
        for i in places:
            bits[i >> 3] |= 1 << (i & 7)
        return int.from_bytes(bits, "little")
