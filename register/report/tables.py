"""What a section of the report is made of: words, tables whose numbers lead to their records, and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.report.records import Area, MappedRecord

if TYPE_CHECKING:
    from register.report.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The records behind a number, or behind the numbers of a row: groups, each with its heading ("" for none).

    `anchor` is the same in every area, so that a number of all localities leads to those of each.
    """

    anchor: str
    title: str
    groups: tuple[tuple[str, tuple[MappedRecord, ...]], ...]

    @property
    def number(self) -> int:
        return sum(len(records) for _, records in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell, and `under` it in small; `number` where it is one, `listing` where it counts records.

    `lead` is the area, table and anchor of a listing that another table has. `look` is a class of the style:
    zero, missing, gap."""

    text: str
    number: float | None = None
    listing: Listing | None = None
    look: str = ""
    under: str = ""
    lead: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is shown, and its observations, one a row, for `tables/KEY.csv`. The file holds those of all areas,
    each row after the columns area, area_name and gss_code; columns are the same in every area."""

    key: str
    title: str
    columns: tuple[str, ...]  # the first is that of the rows' labels
    rows: tuple[Row, ...]
    tidy_columns: tuple[str, ...]
    tidy_rows: tuple[tuple[object, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, for `pictures/AREA-KEY.svg`: `svg` is a whole file that names no other, `alt` says what it shows,
    `table` is the key of the table with the numbers behind it."""

    key: str
    title: str
    alt: str
    svg: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Sentences between tables; a list where `points` are there."""

    text: str
    points: tuple[str, ...] = ()


Block = Table | Picture | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section as it stands on the page of one area."""

    blocks: tuple[Block, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Picture))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the report. `build` is asked once for each area, that of all localities last; None where it has
    nothing to say of that area."""

    key: str
    title: str
    build: Callable[[Survey, Area], Part | None]
