"""How two candidates compare, trait by trait: each sign gives one of its levels, or none where a side does not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from register.matching.traits import NUMBERED, Traits
from register.matching.words import MatchingWords

Rarity = Callable[[str], float]  # how rare a word of names is: 0 (in every name) to 1 (in this one alone)

MANY = 4  # others with the number, address or name from which on it tells little
ALIKE = 85  # likeness, 0-100, of two lines from which on they are spellings of one
TYPED_ALIKE = 0.9  # Jaro-Winkler of two words from which on one is the other mistyped

NAMES = (
    "same", "same, of many", "typed otherwise", "one within the other", "other day", "rare word",
    "for others", "other place", "some words", "other",
)  # fmt: skip
NEAR = frozenset(NAMES[:6])  # levels of names that may be one service's
REST: Mapping[str, tuple[str, ...]] = {
    "contact": ("same", "switchboard", "same domain", "other"),
    "organisation": ("same", "alike", "other"),
    "place": ("same", "same street", "other"),
    "schedule": ("same", "same day", "some days", "other day", "same time", "other time"),
    "words": ("same", "much", "some", "other"),
    "website": ("its own", "a directory", "two"),
}
APART = ", other name"
# What an organisation's services share says little of two that bear other names: there each sign has its own weights.
LEVELS: Mapping[str, tuple[str, ...]] = {"name": NAMES, **REST, **{f"{sign}{APART}": REST[sign] for sign in REST}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What comparing needs of the register beside the two: how rare a word of names is, how many services a telephone
    number, e-mail address or name has (that count; no more than a few are asked for), and which words name places."""

    rarity: Rarity
    bearers: Callable[[str], int]
    is_place: Callable[[str], bool]
    words: MatchingWords


def compare(first: Traits, second: Traits, ground: Ground, *, names: str = "") -> Iterator[tuple[str, str]]:
    """(sign, level) of each sign that both sides tell; `names` is the level of their names, where it is known already.

    What goes together is one sign: who has the number has the e-mail address too, and to count both would count the
    organisation twice.
    """
    name = names or compare_names(first.name, second.name, ground)
    yield "name", name
    apart = "" if name in NEAR else APART
    for sign, level in (
        ("contact", _contact(first, second, ground)),
        ("organisation", _organisation(first, second)),
        ("place", _place(first, second)),
        ("schedule", _schedule(first, second)),
        ("words", _sketches(first.sketch, second.sketch)),
        ("website", _website(first.host, second.host, ground)),
    ):
        if level:
            yield f"{sign}{apart}", level


def compare_names(first: tuple[str, ...], second: tuple[str, ...], ground: Ground) -> str:
    """The level of two names, by the words that only the one has: what they are, and how rare those in common."""
    if first == second or "".join(first) == "".join(second):
        return "same, of many" if ground.bearers(name_key(first)) >= MANY else "same"
    mine, theirs = set(first), set(second)
    if _for_others(mine, theirs, ground):
        return "for others"
    common, only, other = _parted(mine, theirs)
    told = only | other
    if not told:
        return "same" if sorted(first) == sorted(second) else "typed otherwise"
    ages = not ground.words.people.isdisjoint(first) or not ground.words.people.isdisjoint(second)
    if not told.isdisjoint(ground.words.people) or (ages and any(map(_is_number, told))):
        return "for others"
    days = {word for word in told if word in ground.words.days or (not ages and _is_number(word))}
    only, other = only - days, other - days
    common = {word for word in common if word not in ground.words.days}
    if not common:
        return "other"
    if not only and not other:
        return "other day"
    if only and other and any(map(ground.is_place, only)) and any(map(ground.is_place, other)):
        return "other place"
    return _by_rarity(common, only, other, ground)


def _for_others(mine: set[str], theirs: set[str], ground: Ground) -> bool:
    """Whether a word that says for whom it is stands in one name alone, and is no other such word mistyped: this most
    pairs are told by."""
    told = (mine ^ theirs) & ground.words.people
    return bool(told) and not any(
        _typed(word, twin) for word in told for twin in (theirs if word in mine else mine) if twin[0] == word[0]
    )


def name_key(name: tuple[str, ...]) -> str:
    """By what it is counted how many bear the name."""
    return f"name {' '.join(sorted(name))}"


def _parted(first: set[str], second: set[str]) -> tuple[set[str], set[str], set[str]]:
    """The words of both, and those of the one and of the other alone; a word mistyped counts as common."""
    common, only, other = first & second, first - second, second - first
    for word in sorted(only) if only and other else ():
        twin = min((t for t in other if t[0] == word[0] and _typed(word, t)), default="")
        if twin:
            only, other = only - {word}, other - {twin}
            common = common | {word}
    return common, only, other


def _by_rarity(common: set[str], only: set[str], other: set[str], ground: Ground) -> str:
    weight = sum(map(ground.rarity, common))
    left = sum(map(ground.rarity, only | other)) / (2 if only and other else 1)
    share = weight / (weight + left or 1)
    if not only or not other:
        return "one within the other" if share >= 0.4 or len(common) > 1 else "some words"
    return "rare word" if share >= 0.6 else "some words" if share >= 0.3 else "other"


def _is_number(word: str) -> bool:
    return word[0].isdigit() and NUMBERED.fullmatch(word) is not None


@lru_cache(maxsize=50_000)  # the words of names are few
def _typed(word: str, twin: str) -> bool:
    """Whether the one may be the other mistyped: words with numbers, and short ones, are others."""
    if min(len(word), len(twin)) <= 3 or any(letter.isdigit() for letter in word + twin):
        return False
    return bool(JaroWinkler.similarity(word, twin) >= TYPED_ALIKE)


def host_key(host: str) -> str:
    """By what it is counted whose contacts stand on a website: one organisation's own has few."""
    return f"host {host}"


def _website(first: str, second: str, ground: Ground) -> str:
    if first != second:
        return "two"
    return "a directory" if ground.bearers(host_key(first)) >= MANY else "its own"


def _contact(first: Traits, second: Traits, ground: Ground) -> str:
    phones, emails = first.phones and second.phones, first.emails and second.emails
    if not phones and not emails:
        return ""
    shared = set(first.phones).intersection(second.phones).union(set(first.emails).intersection(second.emails))
    if shared:
        return "same" if min(map(ground.bearers, shared)) < MANY else "switchboard"
    if emails:
        mine, theirs = ({one.partition("@")[2] for one in side.emails} for side in (first, second))
        if (mine & theirs) - ground.words.mail_for_all:
            return "same domain"
    return "other"


def _organisation(first: Traits, second: Traits) -> str:
    if first.charity and second.charity:
        return "other" if set(first.charity).isdisjoint(second.charity) else "same"
    if not set(first.sites).isdisjoint(second.sites):
        return "same"
    if first.provider and second.provider:
        if first.provider == second.provider:
            return "same"
        if fuzz.token_set_ratio(" ".join(first.provider), " ".join(second.provider)) >= ALIKE:
            return "alike"
        return "other"
    return "other" if first.sites and second.sites else ""


def _place(first: Traits, second: Traits) -> str:
    if first.postcodes and second.postcodes:
        return "other" if set(first.postcodes).isdisjoint(second.postcodes) else "same"
    if first.streets and second.streets:
        same = any(fuzz.token_set_ratio(a, b) >= ALIKE for a in first.streets for b in second.streets)
        return "same street" if same else "other"
    return ""


def _schedule(first: Traits, second: Traits) -> str:
    days, times = set(first.weekdays) & set(second.weekdays), set(first.times) & set(second.times)
    if first.weekdays and second.weekdays:
        if not days:
            return "other day"
        if first.weekdays == second.weekdays:
            return "same" if times else "same day"
        return "some days"
    if first.times and second.times:
        return "same time" if times else "other time"
    return ""


def _sketches(first: tuple[int, ...], second: tuple[int, ...]) -> str:
    """How much of the lesser description stands in the other, by the least hashes of both."""
    if not first or not second:
        return ""
    size = min(len(first), len(second))
    least = sorted({*first, *second})[:size]
    share = len(set(first) & set(second) & set(least)) / size
    return "same" if share >= 0.85 else "much" if share >= 0.45 else "some" if share >= 0.15 else "other"
