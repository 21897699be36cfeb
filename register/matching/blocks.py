"""By what a candidate is found: keys that it shares with whatever may be the same service, programme or activity.

Each key is a number, so that a million candidates' keys stay small. The lowest bit says that the key alone is enough to
compare two, while few share it; else they have to share two. A key that very many share tells nothing, and none is
compared by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from register.matching.traits import NUMBERED, SHORTEST_SAID, Traits
from register.matching.words import MatchingWords

SHORTEST_WORD = 4  # letters of a name's word by which others of the locality are found
FIRST_LETTERS = 4  # of a word, so that one mistyped further on is found
ENOUGH = 1


def blocks_of(one: Traits, words: MatchingWords) -> tuple[int, ...]:
    for_whom = _for_whom(one, words)
    telling = {number_of(key + for_whom) | ENOUGH for key in _telling(one, words)}
    return (*sorted(telling), *sorted({number_of(key) & ~ENOUGH for key in _common(one, words)}))


def number_of(key: str) -> int:
    """Sixty-three bits of the key's digest: a number of SQLite that is never negative."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


def _telling(one: Traits, words: MatchingWords) -> Iterator[str]:
    """Its own contacts; its name where it is, at its website, and with its organisation anywhere."""
    name = " ".join(sorted(_own_words(one, words)))
    yield from (f"phone {phone}" for phone in one.phones)
    yield from (f"email {email}" for email in one.emails)
    yield f"name {one.locality} {name}"
    yield f"name {one.host} {name}"
    yield f"name {name}"
    if len(one.slug) >= SHORTEST_SAID:
        yield f"slug {one.host} {one.slug}"


def _for_whom(one: Traits, words: MatchingWords) -> str:
    """The words of its name that say for whom it is, with the numbers beside them: the swimming for women and that for
    the over 60s bear one number and one name otherwise, and are never one."""
    people = words.people.intersection(one.name)
    told = people.union(filter(NUMBERED.fullmatch, one.name)) if people else people
    return f" for {' '.join(sorted(told))}" if told else ""


def _common(one: Traits, words: MatchingWords) -> Iterator[str]:
    """What many share: where it is, who runs it, and each longer word of its name."""
    yield from (f"postcode {postcode}" for postcode in one.postcodes)
    yield from (f"street {one.locality} {street}" for street in one.streets)
    if one.provider:
        yield f"provider {one.locality} {' '.join(one.provider)}"
    for word in _own_words(one, words):
        if len(word) >= SHORTEST_WORD:
            yield f"word {one.locality} {word[:FIRST_LETTERS]}"


def _own_words(one: Traits, words: MatchingWords) -> list[str]:
    """The words of the name that tell neither a day nor for whom, or all of them."""
    own = [w for w in one.name if w not in words.days and w not in words.people and not NUMBERED.fullmatch(w)]
    return own or list(one.name)
