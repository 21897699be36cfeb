"""The codebook: types, factors and populations with their cues and examples (`data/codebook/*.csv`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from register.datafile import DataModel, one_of, read_csv
from register.errors import ConfigError
from register.vocabulary import SCHEMES

ORIGINS = ("duncan2021", "duncan2021_blog", "proposed")
SIGNAL_KINDS = ("before", "after", "around", "sentence", "eligibility")


def check_cues(cues: str) -> str:
    """`cues` as they are; raises ValueError for the first that is no regular expression."""
    for cue in split_cues(cues):
        try:
            re.compile(cue)
        except re.error as error:
            raise ValueError(f"regular expressions; {cue!r} is none: {error}") from error
    return cues


def split_cues(cues: str) -> tuple[str, ...]:
    """The cues of a cell: one a line, or separated by a bar between spaces."""
    return tuple(cue.strip() for cue in re.split(r"\n| \| ", cues) if cue.strip())


Cues = Annotated[str, AfterValidator(check_cues)]


class Code(DataModel):
    """One code. `include` and `exclude` are regular expressions, one a line or separated by ` | `, matched without
    case; `example` is a sentence that the code must be proposed for, `counter_example` one where it must not."""

    scheme: str
    code: str
    label: str
    origin: Annotated[str, one_of(*ORIGINS)]
    definition: str = ""
    boundary: str = ""
    axis: str = ""
    include: Cues = ""
    exclude: Cues = ""
    example: str = ""
    counter_example: str = ""


class Signal(DataModel):
    """What the words around a cue, or of the whole service, say beside the codes (`signals.csv`).

    `kind` is where it stands to what it speaks of. A guard takes back a cue that comes after it (`before`), ahead of it
    (`after`), within it (`around`) or in the same sentence (`sentence`); `eligibility` bears on the two verdicts.
    `include` and `exclude` are as a code's.
    """

    code: str
    kind: Annotated[str, one_of(*SIGNAL_KINDS)]
    label: str
    definition: str = ""
    include: Cues = ""
    exclude: Cues = ""
    example: str = ""
    counter_example: str = ""


class Codebook(DataModel):
    """The codes of all schemes, and the signals that guard their cues and decide eligibility."""

    codes: tuple[Code, ...]
    signals: tuple[Signal, ...] = ()

    def scheme(self, scheme: str) -> tuple[Code, ...]:
        return tuple(code for code in self.codes if code.scheme == scheme)

    def label(self, scheme: str, code: str) -> str:
        return next((c.label for c in self.codes if (c.scheme, c.code) == (scheme, code)), code)


def read_codebook(data: Path) -> Codebook:
    """The three schemes of `data/codebook` (types.csv, factors.csv, populations.csv), and signals.csv if it is there.

    Raises ConfigError for an unknown column, a cue that is no regular expression, or a code that stands twice.
    """
    codes: list[Code] = []
    for scheme in SCHEMES:
        path = data / "codebook" / f"{scheme}s.csv"
        rows = read_csv(Code, path, scheme=scheme)
        _refuse_twice([row.code for row in rows], path)
        codes.extend(rows)
    path = data / "codebook" / "signals.csv"
    signals = read_csv(Signal, path) if path.exists() else ()
    _refuse_twice([signal.code for signal in signals], path)
    return Codebook(codes=tuple(codes), signals=signals)


def _refuse_twice(names: list[str], path: Path) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(str(path), "code", twice[0], "each code once")
