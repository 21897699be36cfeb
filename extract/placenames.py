"""Finds names of known places in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

WORD: Final = re.compile(r"[A-Z][\w'’&-]*|[a-z][\w'’&-]*")
STOPS: Final = "'’-&"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """`names` by their first word, each name as its words."""

    by_first: dict[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, names: frozenset[str]) -> PlaceNames:
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in sorted(names):
            words = tuple(word.rstrip(STOPS) for word in WORD.findall(name))
            if words:
                by_first.setdefault(words[0], []).append(words)
        return cls(by_first={first: tuple(names) for first, names in by_first.items()})

    def count(self, text: str) -> int:
        """How many times `text` names a place; of "Milton Keynes" it is one."""
        words = [word.rstrip(STOPS) for word in WORD.findall(text)]
        count = at = 0
        while at < len(words):
            sizes = [len(n) for n in self.by_first.get(words[at], ()) if tuple(words[at : at + len(n)]) == n]
            count += bool(sizes)
            at += max(sizes, default=1)
        return count
