"""The codebook: the codes of every scheme with their cues and examples (`data/codebook/*.csv`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator

from register.codes.vocabulary import FACT_BY_NAME, PROVISION_SCHEMES, SCHEMES
from register.datafile import DataModel, one_of, read_csv
from register.errors import ConfigError

ORIGINS = ("duncan2021", "duncan2021_blog", "cisl2021", "proposed")
SIGNAL_KINDS = ("before", "after", "around", "sentence", "eligibility")


@cache  # a second for the whole codebook, which a process may read more than once
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

    @property
    def key(self) -> str:
        """By which scores, cues and sources name it: `scheme:code`."""
        return f"{self.scheme}:{self.code}"


class ProvisionCode(Code):
    """A code that says what kind of provision a service is.

    It follows from what `follows` names, one a line: a code (`type:food_security`), a fact (`fact.charity_number`) or a
    fact's value (`fact.provider_kind:nhs`). Beside its cues for the service's text, `place` has those for the words in
    which the service tells where it is.
    """

    follows: str = ""
    place: Cues = ""

    @property
    def sources(self) -> tuple[str, ...]:
        return split_cues(self.follows)


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
    """The codes that a model is taught (types, factors, populations), those of provision, and the signals that guard
    the cues of both and decide eligibility."""

    codes: tuple[Code, ...]
    signals: tuple[Signal, ...] = ()
    provision: tuple[ProvisionCode, ...] = ()

    def __hash__(self) -> int:
        """By its codes alone: cues are compiled once a codebook, and looked up by it for each service."""
        return hash(tuple(code.code for code in self.codes))

    def scheme(self, scheme: str) -> tuple[Code, ...]:
        return tuple(code for code in (*self.codes, *self.provision) if code.scheme == scheme)

    def label(self, scheme: str, code: str) -> str:
        named = (c.label for c in (*self.codes, *self.provision) if c.code == code and c.scheme == scheme)
        return next(named, code)


def read_codebook(data: Path) -> Codebook:
    """The schemes of `data/codebook` (types.csv, settings.csv and so on), and signals.csv if it is there.

    Raises ConfigError for an unknown column, a cue that is no regular expression, a code that stands twice, or one
    that follows from a code or a fact that does not exist.
    """
    folder = data / "codebook"
    codes = tuple(code for scheme in SCHEMES for code in _scheme(Code, folder, scheme))
    provision = tuple(code for scheme in PROVISION_SCHEMES for code in _provision(folder, scheme, codes))
    path = folder / "signals.csv"
    signals = read_csv(Signal, path) if path.exists() else ()
    _refuse_twice([signal.code for signal in signals], path)
    return Codebook(codes=codes, signals=signals, provision=provision)


C = TypeVar("C", bound=Code)


def _scheme(model: type[C], folder: Path, scheme: str) -> tuple[C, ...]:
    path = folder / f"{scheme}s.csv"
    rows = read_csv(model, path, scheme=scheme)
    _refuse_twice([row.code for row in rows], path)
    return rows


def _provision(folder: Path, scheme: str, codes: tuple[Code, ...]) -> tuple[ProvisionCode, ...]:
    rows = _scheme(ProvisionCode, folder, scheme)
    known = {code.key for code in codes}
    for row, code in enumerate(rows, 2):
        for source in code.sources:
            if source not in known and not _is_fact(source):
                where = f"{folder / f'{scheme}s.csv'}:{row}"
                raise ConfigError(
                    where, "follows", source, "a code (scheme:code), a fact (fact.name) or fact.name:value"
                )
    return rows


def _is_fact(source: str) -> bool:
    group, _, told = source.partition(".")
    name, colon, value = told.partition(":")
    fact = FACT_BY_NAME.get(name) if group == "fact" else None
    return fact is not None and (not colon or value in fact.allowed)


def _refuse_twice(names: list[str], path: Path) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(str(path), "code", twice[0], "each code once")
