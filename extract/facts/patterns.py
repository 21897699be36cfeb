"""The patterns of patterns.toml, compiled once, in their order."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from extract.literals import Quick, quick

DAY_WORD: Final = (
    r"(?:mon(?:day)?s?|tue(?:s|sday)?s?|wed(?:s|nesday)?s?|thu(?:r|rs|rsday)?s?"
    r"|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?)"
)
NTH: Final = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)"
YEARS: Final = r"(?:years?|yrs?|yr|y/o)"

Pattern = re.Pattern[str]

BEFORE: Final = 80  # characters that `unless` sees before a match
AFTER: Final = 40


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("extract.facts").joinpath("patterns.toml").read_text(encoding="utf-8"))


@cache
def read_patterns(kind: str) -> tuple[tuple[str, str, Pattern], ...]:
    """(value, rule, pattern) of all tables of `kind`: frequency, delivery, referral, cost or age."""
    return tuple((row["value"], row.get("rule", row["value"]), _compile(row["any"])) for row in _tables()[kind])


@dataclass(frozen=True, slots=True)
class Rule:
    """A table of patterns.toml: it says `value` where `pattern` matches and `unless` does not around the match."""

    value: str
    name: str
    pattern: Quick
    unless: Pattern | None

    def first(self, text: str, lowered: str) -> re.Match[str] | None:
        """The first match that counts. `unless` sees the text around it, the match itself in angle brackets."""
        if not self.pattern.may_match(lowered):
            return None
        for match in self.pattern.pattern.finditer(text):
            if self.unless is None:
                return match
            before = text[max(0, match.start() - BEFORE) : match.start()]
            after = text[match.end() : match.end() + AFTER]
            if not self.unless.search(f"{before}<{match[0]}>{after}"):
                return match
        return None


@cache
def read_rules(kind: str) -> tuple[Rule, ...]:
    """The tables of `kind`, in their order."""
    unless = [_compile(row["unless"]) if row.get("unless") else None for row in _tables()[kind]]
    return tuple(
        Rule(value, name, quick(pattern), guard)
        for (value, name, pattern), guard in zip(read_patterns(kind), unless, strict=True)
    )


def rules_for(kind: str, lowered: str) -> tuple[Rule, ...]:
    """The rules of `kind` that may match anywhere in a text, given in lower case."""
    return tuple(rule for rule in read_rules(kind) if rule.pattern.may_match(lowered))


@cache
def one_pattern(kind: str, value: str) -> Pattern:
    return next(pattern for name, _, pattern in read_patterns(kind) if name == value)


@cache
def one_quick(kind: str, value: str) -> Quick:
    return quick(one_pattern(kind, value))


def _compile(alternatives: list[str]) -> Pattern:
    text = "|".join(alternatives)
    for name, pattern in (("{day}", DAY_WORD), ("{nth}", NTH), ("{years}", YEARS)):
        text = text.replace(name, pattern)
    return re.compile(text, re.IGNORECASE)
