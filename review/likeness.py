"""Which candidates are likely the same service: found by what they share, scored by what agrees and what does not.

Candidate in, likely pairs out; who knows a better way puts another `likely_pairs` in the place of this one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from register.hosts import host_of
from register.models import Candidate
from register.serial import dump, load
from register.store import Store
from register.store.pairs import LikelyPair
from review.lifecycle import plain

SHOWN_FROM = 0.5  # score below which a pair is not asked about
LARGEST_BLOCK = 60  # candidates; what more of them share tells none of them
SHORTEST_WORD = 4  # letters of a name's word by which others are found
ARTICLES = re.compile(r"^(the|a|an|our) ")
FACTS = ("phones", "emails", "postcodes", "weekdays", "times", "charity_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What tells a candidate from others: its plain name, its page's host, and facts, each a tuple in one form."""

    locality: str
    name: str
    host: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    postcodes: tuple[str, ...]
    weekdays: tuple[str, ...]
    times: tuple[str, ...]
    charity_number: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What it says for (in bits, log2 of the odds) that a fact is the same on both sides, and that it is another.

    On one website, contacts that are the same say `at_home`: all services of an organisation share them.
    """

    fact: str
    same: float
    other: float
    at_home: float
    words: tuple[str, str]


# The odds that two candidates found by a shared block are one service, before anything is compared.
BEFORE = -3.0
# Likeness of the names (0-100) from which on it says so many bits.
NAMES = ((97.0, 5.0), (85.0, 3.5), (70.0, 1.5), (55.0, -1.5), (0.0, -7.0))
SIGNS = (
    Sign(fact="phones", same=3.0, other=-1.0, at_home=0.5, words=("same telephone", "other telephone")),
    Sign(fact="emails", same=3.0, other=-1.0, at_home=0.5, words=("same e-mail", "other e-mail")),
    Sign(fact="postcodes", same=2.0, other=-3.0, at_home=0.5, words=("same postcode", "other postcode")),
    Sign(fact="weekdays", same=1.0, other=-2.5, at_home=1.0, words=("same weekday", "other weekday")),
    Sign(fact="times", same=1.5, other=-1.0, at_home=1.5, words=("same time", "other time")),
    Sign(fact="charity_number", same=1.0, other=-2.0, at_home=0.0, words=("same charity", "other charity")),
)


def likely_pairs(store: Store, candidate: Candidate) -> tuple[LikelyPair, ...]:
    """The candidates of the locality that are likely the same service as this one, the likeliest first.

    Keeps by what this one is found, so that those that come after it are compared with it.
    """
    mine = likeness_of(candidate)
    blocks = tuple(blocks_of(mine))
    store.pairs.keep_likeness(candidate.key, dump(mine, Likeness), blocks)
    found = []
    for other, told in store.pairs.sharing(blocks, but=candidate.key, largest=LARGEST_BLOCK):
        score, reasons = compare(mine, load(told, Likeness))
        if score >= SHOWN_FROM:
            found.append(LikelyPair(other=other, score=score, reasons=reasons))
    return tuple(sorted(found, key=lambda one: (-one.score, one.other)))


def likeness_of(candidate: Candidate) -> Likeness:
    values = {field.name.partition(".")[2]: field.value for field in candidate.fields if field.name.startswith("fact.")}
    facts = {name: _texts(values.get(name)) for name in FACTS}
    return Likeness(
        locality=candidate.locality,
        name=ARTICLES.sub("", plain(candidate.name)),
        host=host_of(candidate.page_url),
        phones=tuple(sorted({_digits(one) for one in facts["phones"]})),
        emails=tuple(sorted({one.casefold() for one in facts["emails"]})),
        postcodes=tuple(sorted({one.replace(" ", "").upper() for one in facts["postcodes"]})),
        weekdays=tuple(sorted(facts["weekdays"])),
        times=tuple(sorted(facts["times"])),
        charity_number=facts["charity_number"],
    )


def blocks_of(one: Likeness) -> Iterator[str]:
    """What a candidate is found by: telephone, e-mail, postcode, each longer word of its name, its name at its host."""
    for kind, values in (("phone", one.phones), ("email", one.emails), ("postcode", one.postcodes)):
        yield from (f"{one.locality} {kind} {value}" for value in values)
    words = one.name.split()
    yield from (f"{one.locality} word {word}" for word in dict.fromkeys(words) if len(word) >= SHORTEST_WORD)
    yield f"{one.locality} name {' '.join(sorted(words))}"
    yield f"{one.locality} host {one.host} {one.name}"


def compare(first: Likeness, second: Likeness) -> tuple[float, tuple[str, ...]]:
    """How likely the two are one service (0-1), and the reasons in words: what agrees first, then what does not."""
    at_home = first.host == second.host
    alike = names_alike(first.name, second.name)
    bits = BEFORE + next(weight for least, weight in NAMES if alike >= least)
    agrees: list[str] = []
    differs: list[str] = []
    name = "same name" if alike >= NAMES[0][0] else f"name {alike:.0f}% alike"
    (agrees if alike >= NAMES[2][0] else differs).append(name)
    for sign in SIGNS:
        mine, theirs = set(getattr(first, sign.fact)), set(getattr(second, sign.fact))
        if not mine or not theirs:
            continue
        if mine & theirs:
            bits += sign.at_home if at_home else sign.same
            agrees.append(sign.words[0])
        else:
            bits += sign.other
            differs.append(sign.words[1])
    if at_home:
        agrees.append("on one website")
    return 1 / (1 + math.pow(2, -bits)), (*agrees, *differs)


def names_alike(first: str, second: str) -> float:
    """0-100: word for word in any order; where the one holds the other, its extra words count a tenth."""
    whole = fuzz.token_sort_ratio(first, second)
    held = min(len(first.split()), len(second.split())) > 1
    return max(whole, 0.9 * fuzz.token_set_ratio(first, second) if held else 0.0)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone.replace("(0)", ""))
    return "0" + digits.removeprefix("0044").removeprefix("44") if digits.startswith(("44", "0044")) else digits
