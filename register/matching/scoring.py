"""Fellegi and Sunter's score: each sign's level says in bits how much likelier it is in a match than in another pair.

A level is met with share m among pairs that match and u among those that do not, both learned; its bits are
log2(m / u). A sign that a side does not tell says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from register.matching.comparing import APART, LEVELS, NAMES, NEAR, REST, Ground, Rarity, compare, compare_names
from register.matching.traits import Traits
from register.matching.words import MatchingWords

ASPECTS = ("organisation", "programme", "place")  # what weights are learned for
Signs = tuple[tuple[str, str], ...]  # (sign, level)
# How likely one programme, or one service, a pair is that a person is asked about: where F1 on the labelled pairs of a
# site is the highest, of weights that saw none of its pairs (data/matching.md).
SHOWN_FROM = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of one aspect: the bits before anything is compared, and those of each (sign, level)."""

    before: float
    bits: Mapping[tuple[str, str], float]

    def score(self, signs: Signs) -> float:
        """How likely the pair matches in this aspect, 0-1."""
        whole, bits = self.before, self.bits
        for sign in signs:
            whole += bits.get(sign, 0.0)
        return likely(whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How likely two candidates are one in each aspect (0-1), and what agrees and what differs, in words."""

    service: float
    organisation: float
    programme: float
    place: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)  # no slots: what is worked out once lives in its dict
class Matcher:
    """Compares two candidates by learned weights, an aspect each; `said` tells signs in words, `places` are names of
    places that are one word."""

    weights: Mapping[str, Weights]
    said: Mapping[tuple[str, str], str]
    words: MatchingWords
    places: frozenset[str]

    def ground(self, *, rarity: Rarity, bearers: Callable[[str], int]) -> Ground:
        return Ground(rarity=rarity, bearers=bearers, is_place=self.places.__contains__, words=self.words)

    def compare_names(self, first: tuple[str, ...], second: tuple[str, ...], ground: Ground) -> str:
        """The level of two names; "" where they are not one service or programme, whatever else agrees."""
        level = compare_names(first, second, ground)
        return "" if level in self.hopeless else level

    @cached_property
    def hopeless(self) -> frozenset[str]:
        """The levels of names that nothing else makes up for: at the best it is less likely than what is shown."""
        return frozenset(level for level in NAMES if level not in NEAR and likely(self._best(level)) < SHOWN_FROM)

    def _best(self, level: str) -> float:
        """The bits for one programme of a pair whose names are other ones, where all else agrees."""
        weights = self.weights["programme"]
        rest = (max(weights.bits[f"{sign}{APART}", told] for told in levels) for sign, levels in REST.items())
        return weights.before + weights.bits["name", level] + sum(max(0.0, bits) for bits in rest)

    def likeness(
        self, first: Traits, second: Traits, ground: Ground, *, names: str = "", shown_from: float = 0.0
    ) -> Likeness | None:
        """How likely the two are one; None where they are one programme less than so likely. `names` is the level of
        their names, where it is known already."""
        signs = signs_of(first, second, ground, names=names)
        programme, place = self.weights["programme"].score(signs), self.weights["place"].score(signs)
        if programme < shown_from:
            return None
        return Likeness(
            service=one_service(programme, place),
            organisation=self.weights["organisation"].score(signs),
            programme=programme,
            place=place,
            reasons=self.reasons(signs),
        )

    def reasons(self, signs: Signs) -> tuple[str, ...]:
        """What speaks for one service, then what speaks against it, each in the order of the signs."""
        programme, place = self.weights["programme"].bits, self.weights["place"].bits
        told = sorted(signs, key=lambda sign: programme[sign] + place[sign] < 0)
        return tuple(self.said[sign] for sign in told if sign in self.said)


def one_service(programme: float, place: float) -> float:
    """How likely a pair is one service: it is one programme, and its place is the same (which is learned from pairs of
    one programme alone)."""
    return programme * place


def signs_of(first: Traits, second: Traits, ground: Ground, *, names: str = "") -> Signs:
    return tuple(compare(first, second, ground, names=names))


def likely(bits: float) -> float:
    return 1 / (1 + math.pow(2, -max(min(bits, 60.0), -60.0)))


def every_level() -> Iterable[tuple[str, str]]:
    return ((sign, level) for sign, levels in LEVELS.items() for level in levels)


def rarity_of(bearers: Callable[[str], int], total: int) -> Callable[[str], float]:
    """How rare a word of names is among `total` names, of which `bearers` have it."""
    return lambda word: rarity(bearers(word), total)


def rarity(bearers: int, total: int) -> float:
    """How rare a word is that so many of `total` names have: 1 for one alone, 0 for all."""
    return 1 - math.log(max(bearers, 1)) / math.log(max(total, 2))
