"""Counts of records as cells: all that are approved, and those of each net of eligibility beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from register.report.axes import NOT_TOLD, Axis, Code
from register.report.records import Area, MappedRecord
from register.report.tables import Cell, Listing, Row, Table

NETS_SHOWN: Final = ("Approved", "Wide net", "Strict net")
NET_COLUMNS: Final = ("approved", "wide", "strict")
GROUPS: Final = ("In both nets", "In the wide net alone", "In the strict net alone", "In neither net")  # of a list
ZERO: Final = Cell(text="0", number=0, look="zero")
WIDE, STRICT = attrgetter("wide"), attrgetter("strict")
EACH_CODE: Final = "A service with several codes counts in the row of each; the last row counts each service once."


def list_by_nets(anchor: str, title: str, records: Sequence[MappedRecord]) -> Listing | None:
    """The records in groups by the nets that they are in; None where there are none, as a zero leads nowhere."""
    if not records:
        return None
    groups: tuple[list[MappedRecord], ...] = ([], [], [], [])
    for record in records:
        groups[(not record.wide) * 2 + (not record.strict)].append(record)
    found = tuple((heading, tuple(own)) for heading, own in zip(GROUPS, groups, strict=True) if own)
    return Listing(anchor=anchor, title=title, groups=found)


def count_nets(listing: Listing | None) -> tuple[int, int, int]:
    """How many are approved, in the wide net, in the strict net."""
    sizes = {title: len(records) for title, records in listing.groups} if listing else {}
    both, wide, strict, neither = (sizes.get(title, 0) for title in GROUPS)
    return both + wide + strict + neither, both + wide, both + strict


def count_records(records: Sequence[MappedRecord]) -> tuple[int, int, int]:
    """The same of records that nothing lists."""
    return len(records), sum(map(WIDE, records)), sum(map(STRICT, records))


def count_cell(number: int, listing: Listing | None) -> Cell:
    return Cell(text=f"{number:,}", number=number, listing=listing if number else None, look="" if number else "zero")


def net_cells(listing: Listing | None) -> tuple[Cell, ...]:
    return tuple(count_cell(number, listing) for number in count_nets(listing))


def share_cell(part: int, whole: int, listing: Listing | None = None) -> Cell:
    """A share in whole per cent, which leads to the services that it is of; a dash where there is nothing to have a
    share of."""
    if not whole:
        return Cell(text="–", look="missing")
    return Cell(text=f"{part / whole:.0%}", number=part / whole, listing=listing if part else None)


def axis_table(key: str, title: str, axis: Axis, area: Area, *, codes: Sequence[Code]) -> Table:
    """The area's records by the codes of an axis, zero rows too, and all of them once in the last row."""
    found = axis.split_area(area)
    rows, tidy = [], []
    for code in codes:
        listing = list_by_nets(code.code, code.label, found[code.code])
        rows.append(Row(label=code.label, cells=net_cells(listing), note=note_of(code)))
        tidy.append((axis.key, code.code, code.label, code.origin, *count_nets(listing)))
    whole = list_by_nets("all", "All services", area.records)
    rows.append(Row(label="All services", cells=net_cells(whole)))
    tidy.append((axis.key, "", "All services", "", *count_nets(whole)))
    return Table(
        key=key,
        title=title,
        columns=(axis.title, *NETS_SHOWN),
        rows=tuple(rows),
        tidy_columns=("axis", "code", "label", "origin", *NET_COLUMNS),
        tidy_rows=tuple(tidy),
        notes=(EACH_CODE,),
    )


def note_of(code: Code) -> str:
    """What is said beside a row's label."""
    if code.of:
        return "computed"
    return "" if code.of_study or code.code == NOT_TOLD or not code.origin else "not in the study"
