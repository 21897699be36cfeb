"""What the public pages show, leave out and ask (`data/public/`), and the plain words that they use for codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from register.codes.codebook import Codebook
from register.codes.vocabulary import CODE_SCHEMES, FACT_BY_NAME
from register.datafile import DataModel, Pattern, read_csv, read_toml
from register.errors import ConfigError


class Privacy(DataModel):
    """By which words names of people, private addresses and places that must not be known are told."""

    role_words: tuple[str, ...]
    titles: tuple[str, ...]
    before_a_name: tuple[str, ...]
    before_a_place: tuple[str, ...]
    after_a_place: tuple[str, ...]
    home_words: Pattern
    hidden_place_words: Pattern
    hidden_place_codes: tuple[str, ...]
    shown_all_the_same: tuple[str, ...] = ()


class Choice(DataModel):
    key: str
    words: str


class ReportRules(DataModel):
    """Bounds of what anybody may send; times in the unit of the name, counts in the span that rules.toml names."""

    least_seconds: int = Field(ge=0, le=600)
    form_hours: int = Field(ge=1, le=168)
    per_address: int = Field(ge=1)
    per_service: int = Field(ge=1)
    altogether: int = Field(ge=1)
    longest: int = Field(ge=100, le=20_000)
    most_links: int = Field(ge=0)
    contact_days: int = Field(ge=1, le=366)
    about: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]


class PublicRules(DataModel):
    privacy: Privacy
    reports: ReportRules


class Forename(DataModel):
    """A row of `forenames.csv`; `word = yes` where it is an English word or a place's name too."""

    name: str
    word: Literal["yes", ""] = ""


class Landmark(DataModel):
    """A row of `points.csv`: where a place lies on the National Grid, in metres."""

    name: str
    east: int
    north: int
    population: int = Field(ge=0)


class PlainWord(DataModel):
    """A row of `words.csv`: `scheme:code`, or `fact:value`, in words that anybody knows."""

    name: str
    words: str


def read_public_rules(data: Path) -> PublicRules:
    """Raises ConfigError for the first fault of `data/public/rules.toml`."""
    path = data / "public" / "rules.toml"
    rules = read_toml(PublicRules, path)
    for name, choices in (("about", rules.reports.about), ("outcomes", rules.reports.outcomes)):
        keys = [choice.key for choice in choices]
        if wrong := next((k for k in keys if keys.count(k) > 1 or not re.fullmatch(r"[a-z_]+", k)), ""):
            raise ConfigError(str(path), f"reports.{name}.key", wrong, "each key once, in small letters")
    return rules


def read_forenames(data: Path) -> Mapping[str, bool]:
    """Forenames in small letters, and whether each is a word too."""
    rows = read_csv(Forename, data / "public" / "forenames.csv")
    return {row.name.lower(): bool(row.word) for row in rows}


def read_landmarks(data: Path) -> tuple[Landmark, ...]:
    """The largest places first."""
    rows = read_csv(Landmark, data / "public" / "points.csv")
    return tuple(sorted(rows, key=lambda mark: (-mark.population, mark.name)))


def read_plain_words(data: Path, codebook: Codebook) -> Mapping[str, str]:
    """Plain words by `scheme:code` or `fact:value`; a code without a row of its own has the codebook's label.

    Raises ConfigError for a row that names no code and no value of a fact.
    """
    path = data / "public" / "words.csv"
    labels = {code.key: code.label for scheme in CODE_SCHEMES for code in codebook.scheme(scheme)}
    named: dict[str, str] = {}
    for number, row in enumerate(read_csv(PlainWord, path), 2):
        own, _, value = row.name.partition(":")
        fact = FACT_BY_NAME.get(own)
        known = own in CODE_SCHEMES or (fact is not None and (value in fact.allowed or value == "unknown"))
        if not known or not row.words:
            raise ConfigError(f"{path}:{number}", "name", row.name, "scheme:code or fact:value, with words for it")
        named[row.name] = row.words
    return {**labels, **named}
