"""Where a postcode lies on the National Grid; of half a postcode, where its middle is."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from threading import Lock

from register.localities.places import WIDTH, packed_form, packed_table

HALF = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
Spot = tuple[int, int]  # east, north; metres


@dataclass(frozen=True, slots=True)
class _Letter:
    postcodes: str
    east: array[int]
    north: array[int]

    def place(self, wanted: str) -> int:
        """The place of the first postcode that is not before `wanted`."""
        return bisect_left(range(len(self.east)), wanted, key=lambda n: self.postcodes[n * WIDTH : (n + 1) * WIDTH])

    def at(self, n: int) -> str:
        return self.postcodes[n * WIDTH : (n + 1) * WIDTH]


@dataclass(frozen=True, slots=True)
class PostcodePoints:
    """Read by first letter, when one of that letter is first asked for (a tenth of a second to two)."""

    _letters: dict[str, _Letter] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, postcode: str) -> Spot | None:
        """Where a whole postcode lies; None where the table does not know it or has no place for it."""
        wanted = packed_form(postcode)
        if wanted is None:
            return None
        letter = self._letter(wanted[0])
        n = letter.place(wanted)
        found = n < len(letter.east) and letter.at(n) == wanted and letter.east[n] > 0
        return (letter.east[n], letter.north[n]) if found else None

    def middle(self, half: str) -> Spot | None:
        """The middle of all postcodes that begin with this first half ("M1", "OL16")."""
        plain = half.strip().upper()
        if not HALF.fullmatch(plain):
            return None
        letter, start = self._letter(plain[0]), f"{plain:<4}"
        first = n = letter.place(start)
        while n < len(letter.east) and letter.at(n).startswith(start):
            n += 1
        inside = [i for i in range(first, n) if letter.east[i] > 0]
        if not inside:
            return None
        return sum(letter.east[i] for i in inside) // len(inside), sum(letter.north[i] for i in inside) // len(inside)

    def _letter(self, first: str) -> _Letter:
        with self._lock:
            if first not in self._letters:
                self._letters[first] = _read(first)
            return self._letters[first]


@cache
def known_points() -> PostcodePoints:
    """The points that a whole process shares: what one of its works has read, the next one need not."""
    return PostcodePoints()


def _read(first: str) -> _Letter:
    table = packed_table(first)
    postcodes, east, north = table["pcd"], _metres(table["oseast1m"]), _metres(table["osnrth1m"])
    if any(left > right for left, right in pairwise(postcodes)):
        order = sorted(range(len(postcodes)), key=postcodes.__getitem__)
        postcodes = [postcodes[n] for n in order]
        east, north = array("i", [east[n] for n in order]), array("i", [north[n] for n in order])
    return _Letter("".join(postcodes), east, north)


def _metres(told: list[float | None]) -> array[int]:
    """0 where the table has no place for a postcode."""
    return array("i", [int(v) if v and v == v else 0 for v in told])
