"""The codebook: types, factors and populations with their cues and examples (`data/codebook/*.csv`)."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import field_validator

from register.datafile import DataModel, read_csv
from register.errors import ConfigError
from register.vocabulary import SCHEMES

ORIGINS = ("duncan2021", "duncan2021_blog", "proposed")


class Code(DataModel):
    """One code. `include` and `exclude` are regular expressions, one a line or separated by ` | `, matched without
    case; `example` is a sentence that the code must be proposed for, `counter_example` one where it must not."""

    scheme: str
    code: str
    label: str
    origin: str
    definition: str = ""
    boundary: str = ""
    axis: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    counter_example: str = ""

    @field_validator("origin")
    @classmethod
    def _known_origin(cls, origin: str) -> str:
        if origin not in ORIGINS:
            raise ValueError(f"one of {', '.join(ORIGINS)}")
        return origin

    @field_validator("include", "exclude")
    @classmethod
    def _patterns_compile(cls, cues: str) -> str:
        for cue in split_cues(cues):
            try:
                re.compile(cue)
            except re.error as error:
                raise ValueError(f"regular expressions; {cue!r} is none: {error}") from error
        return cues


def split_cues(cues: str) -> tuple[str, ...]:
    """The cues of a cell: one a line, or separated by a bar between spaces."""
    return tuple(cue.strip() for cue in re.split(r"\n| \| ", cues) if cue.strip())


class Codebook(DataModel):
    codes: tuple[Code, ...]

    def scheme(self, scheme: str) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.scheme == scheme)

    def label(self, scheme: str, code: str) -> str:
        return next((c.label for c in self.codes if (c.scheme, c.code) == (scheme, code)), code)


def read_codebook(data: Path) -> Codebook:
    """The three schemes of `data/codebook`: types.csv, factors.csv, populations.csv.

    Raises ConfigError for an unknown column, a cue that is no regular expression, or a code that stands twice.
    """
    codes: list[Code] = []
    for scheme in SCHEMES:
        path = data / "codebook" / f"{scheme}s.csv"
        rows = read_csv(Code, path, scheme=scheme)
        names = [row.code for row in rows]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ConfigError(str(path), "code", twice[0], "each code once")
        codes.extend(rows)
    return Codebook(codes=tuple(codes))
