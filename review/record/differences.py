"""Two wordings side by side, with the words that differ marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORD = re.compile(r"\S+\s*")
ALIKE = 0.4  # the share of characters from which two wordings are taken for one that changed
LONGEST = 2_000  # words compared one by one; longer wordings are marked whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a wording; `differs` where the other wording does not have it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """An old and a new wording of the same; one of them is empty where the other came or went as a whole."""

    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


def compare_words(before: str, now: str) -> Wordings:
    """Both wordings in pieces, word by word; case and spacing are no difference."""
    old, new = WORD.findall(before), WORD.findall(now)
    if max(len(old), len(new)) > LONGEST:
        return Wordings(before=(Piece(text=before, differs=True),), now=(Piece(text=now, differs=True),))
    first, second = ([word.strip().casefold() for word in words] for words in (old, new))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((0, old[a:b]), (1, new[c:d])):
            if words:
                pieces[side].append(Piece(text="".join(words), differs=kind != "equal"))
    return Wordings(before=_trimmed(pieces[0]), now=_trimmed(pieces[1]))


def pair_up(before: Sequence[str], now: Sequence[str]) -> tuple[Wordings, ...]:
    """Each old wording beside the new one that is most like it; those without a fellow stand alone, in their order."""
    left = list(now)
    pairs = []
    for old in before:
        alike = [(SequenceMatcher(None, old.casefold(), new.casefold()).ratio(), new) for new in left]
        # With one old and one new wording they belong together, however little they have in common.
        best = max(alike, key=lambda pair: pair[0], default=None)
        if best and (best[0] >= ALIKE or (len(before) == 1 and len(now) == 1)):
            left.remove(best[1])
            pairs.append(compare_words(old, best[1]))
        else:
            pairs.append(compare_words(old, ""))
    return (*pairs, *(compare_words("", new) for new in left))


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    if not pieces:
        return ()
    *first, last = pieces
    return (*first, Piece(text=last.text.rstrip(), differs=last.differs))
