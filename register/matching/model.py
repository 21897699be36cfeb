"""The matcher as it is shipped: words, place names and learned weights read from the data folder."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.matching.scoring import ASPECTS, Matcher, Weights, every_level
from register.matching.words import MatchingWords, read_words

FILE, PLACES = "matching.csv", "places.csv"
BEFORE = "before"


class LevelRow(DataModel):
    """A level of a sign: how a reviewer is told of it, and its share among the pairs that match (`_m`) and those that
    do not (`_u`), for each aspect. The row `before` has the shares of all pairs that match and do not."""

    sign: str
    level: str
    words: str
    organisation_m: float
    organisation_u: float
    programme_m: float
    programme_u: float
    place_m: float
    place_u: float

    def bits(self, aspect: str) -> float:
        return math.log2(getattr(self, f"{aspect}_m") / getattr(self, f"{aspect}_u"))


@cache
def read_matcher(data: Path) -> Matcher:
    """The matcher of the data folder; raises ConfigError where a file is wrong or lacks a level."""
    rows = read_csv(LevelRow, data / FILE)
    by_level = {(row.sign, row.level): row for row in rows if row.sign != BEFORE}
    before = next((row for row in rows if row.sign == BEFORE), None)
    if lacking := [sign for sign in every_level() if sign not in by_level]:
        raise ConfigError(str(data / FILE), "sign", "no such row", f"a row for {', '.join(lacking[0])}")
    if before is None:
        raise ConfigError(str(data / FILE), "sign", "no such row", f"a row for {BEFORE}")
    words = read_words(data)
    return Matcher(
        weights={
            aspect: Weights(
                before=before.bits(aspect), bits={level: row.bits(aspect) for level, row in by_level.items()}
            )
            for aspect in ASPECTS
        },
        said={level: row.words for level, row in by_level.items() if row.words},
        words=words,
        places=places_of(data, words),
    )


def places_of(data: Path, words: MatchingWords) -> frozenset[str]:
    """Names of places that are one word."""
    with (data / PLACES).open(encoding="utf-8", newline="") as lines:
        names = (row["name"].casefold() for row in csv.DictReader(lines))
        return frozenset(name for name in names if name.isalpha() and name not in words.articles)
