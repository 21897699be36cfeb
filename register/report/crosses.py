"""Intersections: two or three axes against each other, with the cells that nobody fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from register.report.axes import Axis, Code
from register.report.counting import NET_COLUMNS, ZERO, count_records, list_by_nets
from register.report.records import Area, MappedRecord
from register.report.survey import Survey
from register.report.tables import Cell, Part, Row, Section, Table, Words

Filled = dict[tuple[str, ...], list[MappedRecord]]
SAID: Final = (
    "Computed from the codes of each service: it stands in every cell whose codes it has. A cell has the approved "
    "services, and under them those of the wide net and of the strict one. A zero means that none was found."
)


def build_crosses(survey: Survey, area: Area) -> Part:
    return Part(blocks=(Words(text=SAID), *(cross_table(survey, area, keys) for keys in survey.crosses)))


def cross_table(survey: Survey, area: Area, keys: tuple[str, ...]) -> Table:
    axes = tuple(survey.axes[key] for key in keys)
    filled = fill(area.records, axes)
    *down, across = axes
    shown = [codes for codes in product(*(axis.rows for axis in down)) if len(down) == 1 or _any(codes, across, filled)]
    rows = tuple(_row(codes, across, filled) for codes in shown)
    return Table(
        key="-".join(("cross", *keys)),
        title=" × ".join(axis.title for axis in axes),
        columns=(" and ".join(axis.title for axis in down), *(code.label for code in across.rows)),
        rows=rows,
        tidy_columns=(*keys, *NET_COLUMNS),
        tidy_rows=tuple(_tidy(axes, filled)),
        notes=tuple(_notes(axes, filled, len(shown))),
    )


def fill(records: Sequence[MappedRecord], axes: Sequence[Axis]) -> Filled:
    """The records of each cell that has any, by the codes of the axes in their order."""
    filled: Filled = {}
    for record in records:
        for codes in product(*(axis.of(record) for axis in axes)):
            filled.setdefault(codes, []).append(record)
    return filled


def _any(codes: Sequence[Code], across: Axis, filled: Filled) -> bool:
    own = tuple(code.code for code in codes)
    return any((*own, code.code) in filled for code in across.rows)


def _row(codes: Sequence[Code], across: Axis, filled: Filled) -> Row:
    cells = tuple(_cell((*codes, code), filled) for code in across.rows)
    note = "computed" if any(code.of for code in codes) else ""
    return Row(label=", ".join(code.label for code in codes), cells=cells, note=note)


def _cell(codes: Sequence[Code], filled: Filled) -> Cell:
    own = tuple(code.code for code in codes)
    records = filled.get(own)
    if records is None:
        return ZERO
    listing = list_by_nets("-".join(own), ", ".join(code.label for code in codes), records)
    approved, wide, strict = count_records(records)
    return Cell(text=f"{approved:,}", under=f"{wide:,} · {strict:,}", number=approved, listing=listing)


def _tidy(axes: Sequence[Axis], filled: Filled) -> Iterator[tuple[object, ...]]:
    for codes in product(*(axis.rows for axis in axes)):
        own = tuple(code.code for code in codes)
        yield (*own, *count_records(filled.get(own, ())))


def _notes(axes: Sequence[Axis], filled: Filled, shown: int) -> Iterator[str]:
    cells = 1
    for axis in axes:
        cells *= len(axis.rows)
    yield f"{cells - len(filled):,} of {cells:,} cells are empty."
    if len(axes) > 2:
        every = cells // len(axes[-1].rows)
        yield f"Of {every:,} rows the {every - shown:,} without any service stand in the file alone."


CROSSES: Final = Section(key="crosses", title="Intersections", build=build_crosses)
