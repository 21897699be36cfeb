"""Lines that are nothing but a name: under a service's own name, most often that of who runs it."""

from __future__ import annotations

import re
from typing import Final

from extract.facts.schedule import DAY
from extract.lexicon import lexicon

MOST_WORDS: Final = 7
SMALL: Final = frozenset(("a", "and", "at", "by", "de", "for", "in", "of", "on", "the", "to", "with", "&"))
NO_NAME: Final = re.compile(r"[\d@£?!:]|\.$")


def is_bare_name(text: str) -> bool:
    """Whether `text` is one name and no more: a few words, all great ones with a capital; no day, aspect, button or
    venue."""
    words = text.split()
    great = [word for word in words if word.lower() not in SMALL]
    if not great or len(words) > MOST_WORDS or not all(word[0].isupper() for word in great):
        return False
    said = lexicon()
    other = NO_NAME.search(text) or DAY.search(text) or said.venue.search(text)
    return not other and not said.aspect.fullmatch(text) and not said.action.fullmatch(text)
