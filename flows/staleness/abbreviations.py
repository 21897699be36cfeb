"""Names that were shortened to their initials: "Harbour Citizens Advice Bureau" comes to call itself "Harbour CAB"."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST_LETTERS = 2
ORDINALS = frozenset({"st", "nd", "rd", "th"})  # words of their own behind their number


def is_abbreviation(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether either of two names, as words, is the other with words in a row put by their initials.

    Numbers have none: "from 6th September" is "FS". A word that both have stays.

    >>> is_abbreviation(["harbour", "cab"], ["harbour", "citizens", "advice", "bureau"])
    True
    >>> is_abbreviation(["harbour", "club"], ["harbour", "citizens", "advice", "bureau"])
    False
    """
    short, long = sorted((list(one), list(other)), key=len)
    return len(short) < len(long) and _spells(short, long)


def _spells(short: Sequence[str], long: Sequence[str]) -> bool:
    if not short or not long:
        return not short and not long
    if short[0] == long[0] and _spells(short[1:], long[1:]):
        return True
    return any(_spells(short[1:], long[taken:]) for taken in _taken(short[0], long))


def _taken(letters: str, words: Sequence[str]) -> list[int]:
    """How many of the words, from the first on, the letters may stand for."""
    if len(letters) < FEWEST_LETTERS or not letters.isalpha():
        return []
    ends, left = [], letters
    for number, word in enumerate(words, 1):
        if word[0].isalpha() and word not in ORDINALS:
            if not left or word[0] != left[0]:
                break
            left = left[1:]
        if not left:
            ends.append(number)
    return ends
