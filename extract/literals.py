"""Words without which a regular expression cannot match, so that most texts need not be searched at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]  # the parse tree has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

MOST: Final = 80  # more literals than these cost more than the search that they spare

Literals = frozenset[str]


@dataclass(frozen=True, slots=True)
class Quick:
    """A pattern with literals in lower case of which each match holds one; none where it has no such."""

    pattern: re.Pattern[str]
    literals: tuple[str, ...]

    def may_match(self, lowered: str) -> bool:
        """Whether the text, given in lower case, holds what a match needs."""
        if not self.literals:
            return True
        for literal in self.literals:  # noqa: SIM110 (any() over a generator takes twice the time)
            if literal in lowered:
                return True
        return False

    def search(self, text: str, lowered: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.may_match(lowered) else None

    def finditer(self, text: str, lowered: str) -> Iterable[re.Match[str]]:
        return self.pattern.finditer(text) if self.may_match(lowered) else ()


def gate(*patterns: re.Pattern[str]) -> tuple[str, ...]:
    """Literals one of which any match of any of the patterns holds; empty where nothing is sure."""
    each = [needed(pattern.pattern, pattern.flags) for pattern in patterns]
    return tuple(sorted({literal for found in each for literal in found})) if all(each) else ()


def quick(pattern: re.Pattern[str]) -> Quick:
    """The pattern with its literals."""
    return Quick(pattern, needed(pattern.pattern, pattern.flags))


def needed(source: str, flags: int = 0) -> tuple[str, ...]:
    """Literals in lower case one of which every match of the pattern holds; empty where nothing is sure."""
    found = _of_sequence(parser.parse(source, flags & ~re.DEBUG))
    if found is None or len(found) > MOST:
        return ()
    # A literal that holds another one adds nothing.
    return tuple(sorted(a for a in found if not any(b != a and b in a for b in found)))


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> Literals | None:
    """The best of what the parts of a sequence need: the literals whose shortest is longest."""
    best: Literals | None = None
    run = ""
    for op, value in [*items, (None, None)]:
        if op is sre.LITERAL:
            run += chr(value).lower()
            continue
        if len(run) > 1 or (run and not run.isalpha()):  # a single letter stands in nearly every text
            best = _better(best, frozenset((run,)))
        run = ""
        best = _better(best, _of_item(op, value))
    return best


def _of_item(op: object, value: Any) -> Literals | None:  # noqa: ANN401 (the parse tree is untyped)
    if op is sre.SUBPATTERN:
        return _of_sequence(value[3])
    if op is sre.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        if any(branch is None for branch in branches):
            return None
        return frozenset(literal for branch in branches if branch for literal in branch)
    if op is sre.ASSERT:
        return _of_sequence(value[1])
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] >= 1:
        return _of_sequence(value[2])
    return None


def _better(one: Literals | None, other: Literals | None) -> Literals | None:
    if not one or not other:
        return one or other
    return max(one, other, key=lambda found: (min(map(len, found)), -len(found)))
