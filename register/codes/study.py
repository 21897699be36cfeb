"""A study: its window, its age, its net and which rules decide (`data/studies/*.toml`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from register.codes.vocabulary import NETS
from register.datafile import DataModel, one_of, read_toml
from register.errors import ConfigError

RULES: Final = (
    "locality",
    "adults",
    "non_clinical",
    "not_private",
    "community",
    "determinant",
    "active",
    "aim",
    "not_therapy",
)
STRICT_ALONE: Final = ("aim", "not_therapy")
PRESENT_DAY: Final = "today"
LEAST_LIKELY: Final = 0.45  # with it wrong and missing codes were fewest together: docs/experiments.md

Weight = Literal["decides", "told"]


class Window(DataModel):
    """The days between which a service must be active; no last day is a window that is still open."""

    first: date
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"a last day on or after the first, {self.first}")
        return self


class Study(DataModel):
    """`youngest` is the age in years from which a person counts as an adult; `net` is the one whose verdict orders the
    queue; `shown_from` the chance to be right from which a code is shown, fewer and surer the higher it is. A rule
    `decides`, or is `told` beside the verdict."""

    key: str
    title: str
    net: Annotated[str, one_of(*NETS)]
    youngest: int = Field(ge=0, le=99)
    shown_from: float = Field(default=LEAST_LIKELY, ge=LEAST_LIKELY, lt=1)
    window: Window
    rules: dict[str, Weight]

    @field_validator("rules")
    @classmethod
    def _each_rule_once(cls, rules: dict[str, Weight]) -> dict[str, Weight]:
        if set(rules) != set(RULES):
            raise ValueError(f"each of {', '.join(RULES)}")
        return rules

    def decides(self, rule: str) -> bool:
        return self.rules[rule] == "decides"


def read_study(data: Path, key: str = PRESENT_DAY) -> Study:
    """The study `data/studies/KEY.toml`; raises ConfigError for its first fault, or where it is absent."""
    path = data / "studies" / f"{key}.toml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.toml")))
        raise ConfigError(str(path), "(file)", "no such file", f"a study; there are: {known}")
    return read_toml(Study, path, key=key)


def read_studies(data: Path) -> tuple[Study, ...]:
    """All studies of `data/studies`, by name."""
    return tuple(read_study(data, path.stem) for path in sorted((data / "studies").glob("*.toml")))
