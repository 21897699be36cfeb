"""The words by which a service's reach is told (`data/scope.toml`)."""

from __future__ import annotations

from pathlib import Path

from register.datafile import DataModel, Pattern, read_toml


class ScopeCues(DataModel):
    """Regular expressions over lower-case text; `*_before` must end, `*_after` begin, where the place's name does."""

    national: tuple[Pattern, ...]
    national_lines: tuple[Pattern, ...]
    national_numbers: Pattern
    not_national: tuple[Pattern, ...]
    serves_before: Pattern
    serves_after: Pattern
    stands_before: Pattern
    not_a_place_after: Pattern


def read_scope_cues(data: Path) -> ScopeCues:
    """The cues of `data/scope.toml`; raises ConfigError where one is missing, unknown or no expression."""
    return read_toml(ScopeCues, data / "scope.toml")
