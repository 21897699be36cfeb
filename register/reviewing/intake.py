"""What people tell us (`data/intake.toml`): the routes, the parts of a statement, and the statement itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from register.datafile import DataModel, one_of, read_toml
from register.hosts import STATEMENT
from register.models import Candidate
from register.serial import digest

# Columns of a spreadsheet that are no part of the statement; `who` and `reach` are private.
COLUMNS: Final = ("said_on", "route", "who", "reach", "next_name", "next_why")
LONGEST_ANSWER: Final = 10_000  # characters of one part of a statement
LONGEST_NAME: Final = 200  # of a service's or a person's name

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Route(DataModel):
    """How a service came to be known. `who` and `reach` ask for the person who said it; `offered` says whether the form
    and imports take it."""

    key: Key
    label: str = Field(min_length=1)
    help: str
    who: str
    reach: str
    offered: bool = True


class Part(DataModel):
    """One part of a statement: its label in the archived text, its question on the form (`lines` high), the names that
    spreadsheets give its column, and the columns of a published table of records that belong to it."""

    key: Key
    label: str
    question: str = Field(min_length=1)
    hint: str = ""
    lines: int = Field(default=1, ge=1, le=20)
    columns: tuple[str, ...]
    fields: tuple[str, ...] = ()


class Column(DataModel):
    key: Annotated[str, one_of(*COLUMNS)]
    columns: tuple[str, ...]


class TaskOutcome(DataModel):
    key: Key
    label: str = Field(min_length=1)


class IntakeRules(DataModel):
    routes: tuple[Route, ...] = Field(default=(), alias="route")
    parts: tuple[Part, ...] = Field(default=(), alias="part")
    columns: tuple[Column, ...] = Field(default=(), alias="column")
    outcomes: tuple[TaskOutcome, ...] = Field(default=(), alias="outcome")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named: tuple[Part | Column, ...] = (*self.parts, *self.columns)
        for keys in (
            [route.key for route in self.routes],
            [row.key for row in named],
            [outcome.key for outcome in self.outcomes],
        ):
            if again := next((key for key in keys if keys.count(key) > 1), ""):
                raise ValueError(f"each key once; {again!r} stands there again")
        names = [plain_name(name) for row in named for name in row.columns]
        if again := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"each column name for one thing; {again!r} stands there again")
        return self

    @property
    def offered(self) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if route.offered)

    def route(self, named: str) -> Route | None:
        """The offered route of that key or label, however it is spelled."""
        return next((r for r in self.offered if plain_name(named) in (plain_name(r.key), plain_name(r.label))), None)

    def label(self, key: str) -> str:
        """A route in words; its key where the file no longer has it."""
        return next((route.label for route in self.routes if route.key == key), key)

    def column(self, heading: str) -> str:
        """The key of the part or column that a spreadsheet's heading names, "" where it names none."""
        name = plain_name(heading)
        rows: tuple[Part | Column, ...] = (*self.parts, *self.columns)
        return next(
            (row.key for row in rows if name == plain_name(row.key) or name in map(plain_name, row.columns)), ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person said of one service: `about` is its name, `body` all of it as it is archived, lines apart.

    `said_at` is when it was said, `typed_by` who put it down. `who` and `reach` (who said it, how to reach them) are
    private and no part of the text.
    """

    locality: str
    route: str
    about: str
    body: str
    said_at: datetime
    typed_by: str
    who: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)
    task_id: int | None = None
    import_id: int | None = None

    @property
    def url(self) -> str:
        """Its address: the same words by the same route are the same statement, so that no file adds them twice."""
        said = f"{self.locality}\n{self.route}\n{self.body}"
        return f"{STATEMENT}{digest(said)[:20]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStatement:
    """A statement as a page was read of it: its text, the hash of its main text, and the one candidate it gives."""

    text: str
    text_hash: str
    candidate: Candidate


def read_intake(data: Path) -> IntakeRules:
    """Raises ConfigError for the first fault of `data/intake.toml`, with file and key."""
    return read_toml(IntakeRules, data / "intake.toml")


def compose(answers: Iterable[tuple[str, str]]) -> str:
    """The archived text of a statement: each (label, answer) a paragraph, empty answers left out."""
    told = ((label, tidy(answer)) for label, answer in answers)
    return "\n\n".join(f"{label}: {answer}" if label else answer for label, answer in told if answer) + "\n"


def tidy(text: str) -> str:
    """`text` with lines trimmed, no control characters, and at most one empty line together."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    shown = "".join(" " if c.isspace() and c != "\n" else c for c in composed if c.isspace() or c.isprintable())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in shown.split("\n"))).strip()


def plain_name(name: str) -> str:
    """A heading's words alone: case, spacing and punctuation do not matter."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
