"""The cues by which a page says that something closes (`data/closing.toml`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from register.datafile import DataModel, Pattern, read_toml

CLOSING_FILE = "closing.toml"


class Cue(DataModel):
    """What says that something closes; `alone` cues fit a whole heading or short paragraph. The pattern may hold
    {own}, {subject} and {noun}, as the head of the file says."""

    name: str
    pattern: str = Field(min_length=1)
    alone: bool = False


class Except(DataModel):
    """What makes a sentence no notice, unless something else stands in it; the pattern may hold {noun}."""

    name: str
    pattern: str = Field(min_length=1)
    unless: Pattern = ""


class ClosingRules(DataModel):
    """`data/closing.toml`, whose head says what each key means."""

    organisations: tuple[str, ...] = Field(min_length=1)
    services: tuple[str, ...] = Field(min_length=1)
    we_between: Pattern
    between: Pattern
    history_years: int = Field(ge=1)
    cue: tuple[Cue, ...] = Field(min_length=1)
    exception: tuple[Except, ...]


def read_closing(data: Path) -> ClosingRules:
    """The rules of `closing.toml`; raises ConfigError for an unknown key or a bad expression."""
    return read_toml(ClosingRules, data / CLOSING_FILE)
