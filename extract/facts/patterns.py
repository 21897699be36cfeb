"""The patterns of patterns.toml, compiled once, in their order."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

DAY_WORD: Final = (
    r"(?:mon(?:day)?s?|tue(?:s|sday)?s?|wed(?:s|nesday)?s?|thu(?:r|rs|rsday)?s?"
    r"|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?)"
)
NTH: Final = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)"
YEARS: Final = r"(?:years?|yrs?|yr|y/o)"

Pattern = re.Pattern[str]


@cache
def read_patterns(kind: str) -> tuple[tuple[str, str, Pattern], ...]:
    """(value, rule, pattern) of all tables of `kind`: frequency, delivery, referral, cost or age."""
    raw = tomllib.loads(files("extract.facts").joinpath("patterns.toml").read_text(encoding="utf-8"))
    return tuple((row["value"], row.get("rule", row["value"]), _compile(row["any"])) for row in raw[kind])


def one_pattern(kind: str, value: str) -> Pattern:
    return next(pattern for name, _, pattern in read_patterns(kind) if name == value)


def _compile(alternatives: list[str]) -> Pattern:
    text = "|".join(alternatives)
    for name, pattern in (("{day}", DAY_WORD), ("{nth}", NTH), ("{years}", YEARS)):
        text = text.replace(name, pattern)
    return re.compile(text, re.IGNORECASE)
