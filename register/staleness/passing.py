"""Words of a page that tell of the visit and not of the service, such as its last update: data/passing.toml."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from pydantic import Field, model_validator

from register.datafile import DataModel, Pattern, read_toml

PASSING_FILE = "passing.toml"


class PassingWords(DataModel):
    """One kind of such words; `example` marks what the pattern covers between [ and ]."""

    pattern: Pattern
    example: str

    @model_validator(mode="after")
    def _covers_its_example(self) -> PassingWords:
        before, found, rest = self.example.partition("[")
        inside, closed, after = rest.partition("]")
        if not (found and closed):
            raise ValueError("an example with the covered words between [ and ]")
        covered = [match[0].strip() for match in re.finditer(self.pattern, f"{before}{inside}{after}", re.IGNORECASE)]
        if covered != [inside.strip()]:
            raise ValueError(f"a pattern that covers {inside!r} of its example alone; it covers {covered}")
        return self


class Passing(DataModel):
    """`data/passing.toml`, whose head says what each row means; empty, nothing passes."""

    words: tuple[PassingWords, ...] = ()
    same: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.words, tuple(self.same.items())))

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The word that stands for each other spelling of it."""
        return {other: word for word, others in self.same.items() for other in others}

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where such words stand in `text`, in order."""
        return [match.span() for match in self._pattern.finditer(text)] if self.words else []

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{one.pattern})" for one in self.words), re.IGNORECASE)


def read_passing(data: Path) -> Passing:
    """Raises ConfigError for a pattern that does not cover its example."""
    return read_toml(Passing, data / PASSING_FILE)
