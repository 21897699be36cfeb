"""Names that were shortened to their initials: "Harbour Citizens Advice Bureau" comes to call itself "Harbour CAB"."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORD = re.compile(r"\b[^\W\d_][\w'\u2019]*")  # numbers, "6th" among them, have no initials
FEWEST_LETTERS, MOST_WORDS = 2, 20


def is_abbreviation(one: str, other: str) -> bool:
    """Whether either of two names is the other with words in a row put by their initials, in capitals.

    >>> is_abbreviation("Harbour CAB", "Harbour Citizens Advice Bureau")
    True
    >>> is_abbreviation("Harbour Cab", "Harbour Citizens Advice Bureau")
    False
    """
    short, long = sorted((WORD.findall(one), WORD.findall(other)), key=len)
    return len(short) < len(long) <= MOST_WORDS and _spells(short, [word.casefold() for word in long])


def _spells(short: Sequence[str], long: Sequence[str]) -> bool:
    reached = {0}  # how many of the long name's words may be told by now
    for word in short:
        plain, size = word.casefold(), len(word)
        goes_on = {at + 1 for at in reached if at < len(long) and long[at] == plain}
        if word.isupper() and size >= FEWEST_LETTERS:
            goes_on |= {at + size for at in reached if "".join(told[0] for told in long[at : at + size]) == plain}
        reached = goes_on
    return len(long) in reached
