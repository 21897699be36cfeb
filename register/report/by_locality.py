"""An axis by locality: the services of each code in every locality, each number leading to that locality's list."""

from __future__ import annotations

from register.report.axes import Axis
from register.report.counting import NET_COLUMNS, ZERO, count_records
from register.report.survey import Survey
from register.report.tables import Cell, Row, Table


def locality_table(survey: Survey, axis: Axis, *, behind: str) -> Table:
    """`behind` is the key of the table of each locality that lists the services by their code."""
    rows, tidy = [], []
    for area in survey.areas:
        found, cells = axis.split_area(area), []
        for code in axis.rows:
            counts = count_records(found[code.code])
            cells.append(_cell(area.key, behind, code.code, counts))
            tidy.append((area.key, area.gss_code, code.code, code.label, *counts))
        rows.append(Row(label=area.name, cells=tuple(cells)))
    return Table(
        key=f"{axis.key}-by-locality",
        title=f"{axis.title} by locality",
        columns=("Locality", *(code.label for code in axis.rows)),
        rows=tuple(rows),
        tidy_columns=("locality", "locality_gss_code", "code", "label", *NET_COLUMNS),
        tidy_rows=tuple(tidy),
        notes=("Approved services, and under them those of the wide net and of the strict one.",),
    )


def _cell(area: str, behind: str, code: str, counts: tuple[int, int, int]) -> Cell:
    approved, wide, strict = counts
    if not approved:
        return ZERO
    return Cell(text=f"{approved:,}", under=f"{wide:,} · {strict:,}", number=approved, lead=(area, behind, code))
