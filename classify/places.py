"""Finds the places that a text names: postcodes, and names of the gazetteer, with how they stand in their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from register.codes.scope import ScopeCues
from register.localities.places import POSTCODE, Atlas, Home, Spot, plain_name

LOOK_BACK = 60  # characters before a name that say how it stands
LOOK_AHEAD = 30
LONGEST_NAME = 5  # words

# Capitalised words with the small words that join them: "Newcastle upon Tyne", "Chapel-en-le-Frith".
_NAME = r"(?:St\.|[A-Z][\w’']*)"
_JOIN = "(?:(?:upon|on|in|under|le|the|by|and|of|with|cum|de|la|en|next)[ -]){0,2}"
_RUN = re.compile(rf"{_NAME}(?:[ -]{_JOIN}{_NAME})*")
_WORD = re.compile(r"\bSt\.|[\w’']+")


class Side(StrEnum):
    """Where a place lies, seen from the locality; `wider` areas hold the locality and more."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    WIDER = "wider"


class Stance(StrEnum):
    """How a name stands: as the area served, as where something is, or merely mentioned."""

    SERVED = "served"
    STANDS = "stands"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeFound:
    """A postcode `text[start:end]`, and the code of its district."""

    start: int
    end: int
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """A place's name `text[start:end]`, on which side it lies and how it stands."""

    start: int
    end: int
    side: Side
    stance: Stance


@dataclass(frozen=True, slots=True, eq=False)
class PlaceFinder:
    """Finds places in texts, seen from one locality."""

    atlas: Atlas
    home: Home
    cues: ScopeCues
    served_before: re.Pattern[str]
    served_after: re.Pattern[str]
    stands_before: re.Pattern[str]
    no_place_after: re.Pattern[str]

    def postcodes(self, text: str, start: int, end: int) -> Iterator[PostcodeFound]:
        """The postcodes of `text[start:end]` that exist."""
        for match in POSTCODE.finditer(text, start, end):
            district = self.atlas.district(match[0])
            if district:
                yield PostcodeFound(start=match.start(), end=match.end(), district=district)

    def names(self, text: str, start: int, end: int) -> Iterator[NameFound]:
        """The places named in `text[start:end]`, each by its longest name."""
        for run in _RUN.finditer(text, start, end):
            words = list(_WORD.finditer(text, run.start(), run.end()))
            at = 0
            while at < len(words):
                step = 1
                for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                    first, last = words[at].start(), words[at + length - 1].end()
                    spot = self._spot(text[first:last])
                    if spot:
                        step = length
                        found = self._found(text, (start, end), first, last, spot, in_run=at > 0)
                        if found:
                            yield found
                        break
                at += step

    def _spot(self, name: str) -> Spot | None:
        if plain_name(name) in self.home.also:
            return Spot(meanings=(self.home.districts,))
        return self.atlas.spot(name)

    def _found(
        self, text: str, inside: tuple[int, int], first: int, last: int, spot: Spot, *, in_run: bool
    ) -> NameFound | None:
        after = text[last : min(inside[1], last + LOOK_AHEAD)].lstrip(" -").lower()
        if self.no_place_after.match(after):
            return None
        before = text[max(inside[0], first - LOOK_BACK) : first].rstrip().lower()
        stance = Stance.MENTIONED
        if self.served_before.search(before) or self.served_after.match(after):
            stance = Stance.SERVED
        elif not in_run and (not before or self.stands_before.search(before)):
            stance = Stance.STANDS
        side = side_of(spot, self.home)
        if spot.word and stance is Stance.MENTIONED:
            return None
        # "Jane Preston", "York Stone": inside a run of capitals a name is seldom the place.
        follows = text[last : last + 2]
        if side is Side.OUTSIDE and stance is not Stance.SERVED and (in_run or re.match(r" [A-Z]", follows)):
            stance = Stance.MENTIONED
        return NameFound(start=first, end=last, side=side, stance=stance)


def side_of(spot: Spot, home: Home) -> Side:
    """A name of several places means the one at home where one is; "wider" is what holds the locality and more."""
    if any(meaning <= home.districts for meaning in spot.meanings):
        return Side.INSIDE
    if any(meaning & home.districts for meaning in spot.meanings):
        return Side.WIDER if spot.wide else Side.INSIDE
    return Side.OUTSIDE


@lru_cache(maxsize=8)
def _compiled(cues: ScopeCues) -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"\b{cues.serves_before}$"),
        re.compile(cues.serves_after),
        re.compile(rf"(?:^|\W){cues.stands_before}$"),
        re.compile(cues.not_a_place_after),
    )


def place_finder(atlas: Atlas, home: Home, cues: ScopeCues) -> PlaceFinder:
    served_before, served_after, stands_before, no_place_after = _compiled(cues)
    return PlaceFinder(
        atlas=atlas,
        home=home,
        cues=cues,
        served_before=served_before,
        served_after=served_after,
        stands_before=stands_before,
        no_place_after=no_place_after,
    )
