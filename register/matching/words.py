"""The words by which names and addresses are compared, as people edit them in `data/matching.toml`."""

from __future__ import annotations

from pathlib import Path

from register.datafile import DataModel, read_toml

FILE = "matching.toml"


class MatchingWords(DataModel):
    """What each list is for stands in the file."""

    articles: frozenset[str]
    forms: frozenset[str]
    days: frozenset[str]
    people: frozenset[str]
    mail_for_all: frozenset[str]
    streets: frozenset[str]
    spelt: dict[str, str]
    spelt_in_streets: dict[str, str]


def read_words(data: Path) -> MatchingWords:
    """The words of `data/matching.toml`; raises ConfigError where the file is wrong."""
    return read_toml(MatchingWords, data / FILE)
