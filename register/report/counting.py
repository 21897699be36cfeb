"""Counts of records as cells: all that are approved, and those of each net of eligibility beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from register.report.axes import NOT_TOLD, Axis, Code
from register.report.records import MappedRecord
from register.report.tables import Cell, Listing, Row, Table

NETS_SHOWN: Final = ("Approved", "Wide net", "Strict net")
NET_COLUMNS: Final = ("approved", "wide", "strict")
# A record's place in a list, by whether it is in the wide net and in the strict one.
GROUPS: Final = {
    (True, True): "In both nets",
    (True, False): "In the wide net alone",
    (False, True): "In the strict net alone",
    (False, False): "In neither net",
}
EACH_CODE: Final = "A service with several codes counts in the row of each; the last row counts each service once."


def nets_of(record: MappedRecord) -> tuple[bool, bool]:
    return record.wide, record.strict


def list_by_nets(anchor: str, title: str, records: Sequence[MappedRecord]) -> Listing | None:
    """The records in groups by the nets that they are in; None where there are none, as a zero leads nowhere."""
    if not records:
        return None
    groups: dict[tuple[bool, bool], list[MappedRecord]] = {nets: [] for nets in GROUPS}
    for record in records:
        groups[nets_of(record)].append(record)
    found = tuple((GROUPS[nets], tuple(own)) for nets, own in groups.items() if own)
    return Listing(anchor=anchor, title=title, groups=found)


def count_nets(listing: Listing | None) -> tuple[int, int, int]:
    """How many are approved, in the wide net, in the strict net."""
    sizes = {title: len(records) for title, records in listing.groups} if listing else {}
    both, wide, strict, neither = (sizes.get(title, 0) for title in GROUPS.values())
    return both + wide + strict + neither, both + wide, both + strict


def count_cell(number: int, listing: Listing | None) -> Cell:
    return Cell(text=f"{number:,}", number=number, listing=listing if number else None, look="" if number else "zero")


def net_cells(listing: Listing | None) -> tuple[Cell, ...]:
    return tuple(count_cell(number, listing) for number in count_nets(listing))


def share_cell(part: int, whole: int) -> Cell:
    """A share in whole per cent; a dash where there is nothing to have a share of."""
    if not whole:
        return Cell(text="–", look="missing")
    return Cell(text=f"{part / whole:.0%}", number=part / whole)


def axis_table(key: str, title: str, axis: Axis, records: Sequence[MappedRecord], *, codes: Sequence[Code]) -> Table:
    """The records by the codes of an axis, zero rows too, and all of them once in the last row."""
    found = axis.split(records)
    rows, tidy = [], []
    for code in codes:
        listing = list_by_nets(code.code, code.label, found[code.code])
        rows.append(Row(label=code.label, cells=net_cells(listing), note=note_of(code)))
        tidy.append((axis.key, code.code, code.label, code.origin, *count_nets(listing)))
    whole = list_by_nets("all", "All services", records)
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
