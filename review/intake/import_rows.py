"""From the rows of a spreadsheet to statements: columns by their names, and for each bad row the reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from register.errors import TidiermapError
from register.publishing.export import safe_cell
from register.reviewing.intake import LONGEST_NAME, IntakeRules, Route, Statement, compose, plain_name
from register.reviewing.provider_form import read_day
from review.intake.sheets import Row, Sheet
from review.intake.statements import check_said

HEADINGS_WITHIN = 10  # rows from the top of a sheet in which its headings are looked for
NAME = "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody to ask, whom a row names."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    where: str
    statement: Statement
    ask_next: Named | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was refused: where it stands, why, and its cells by heading, for mending."""

    where: str
    reason: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says. `columns` are (heading, key) of those that were understood, `unknown` the other headings,
    `passed_over` the sheets without headings that we know."""

    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]
    columns: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the rows of a file belong: `route` and `said_at` stand in where a row says nothing else."""

    locality: str
    route: Route
    typed_by: str
    said_at: datetime


def read_rows(sheets: Sequence[Sheet], rules: IntakeRules, source: Source) -> Reading:
    """The statements of all sheets that have headings we know, and what is wrong with the other rows.

    Raises TidiermapError where no sheet has a column with the services' names.
    """
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    columns: dict[str, str] = {}
    unknown: dict[str, None] = {}
    passed_over: list[str] = []
    for sheet in sheets:
        at, headings = _headings(sheet, rules)
        keys = [rules.column(heading) for heading in headings]
        if NAME not in keys:
            passed_over.append(sheet.name)
            continue
        columns |= {heading: key for heading, key in zip(headings, keys, strict=True) if key}
        unknown |= {heading: None for heading, key in zip(headings, keys, strict=True) if heading and not key}
        for row in sheet.rows[at + 1 :]:
            try:
                good.append(_read_row(row, keys, headings, rules, source))
            except (TidiermapError, ValueError) as error:
                bad.append(BadRow(where=row.where, reason=str(error), cells=_by_heading(row, headings)))
    if not columns:
        known = next((part.columns for part in rules.parts if part.key == NAME), ())
        found = ", ".join(sheets[0].rows[0].cells[:8]) if sheets else "nothing"
        raise TidiermapError(
            f"headings: found {found}, expected a column with the services' names: {', '.join(known[:4])}, …"
        )
    return Reading(
        good=tuple(good),
        bad=tuple(bad),
        columns=tuple(columns.items()),
        unknown=tuple(unknown),
        passed_over=tuple(passed_over),
    )


def rejected_csv(rejected: Sequence[tuple[str, str, dict[str, str]]]) -> bytes:
    """The refused rows as a CSV that can be mended and imported: their cells, and before them place and reason."""
    headings = list(dict.fromkeys(heading for _, _, cells in rejected for heading in cells))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows = [["row in the file", "why it was refused", *headings]]
    rows += [[where, reason, *(cells.get(heading, "") for heading in headings)] for where, reason, cells in rejected]
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _headings(sheet: Sheet, rules: IntakeRules) -> tuple[int, tuple[str, ...]]:
    """The row, among the first, that holds the most column names that we know; sheets begin with titles and notes."""
    first = sheet.rows[:HEADINGS_WITHIN]
    at = max(range(len(first)), key=lambda n: (len({rules.column(c) for c in first[n].cells} - {""}), -n))
    return at, tuple(" ".join(cell.split()) for cell in first[at].cells)


def _by_heading(row: Row, headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    names = [heading or f"column {n}" for n, heading in enumerate(headings, 1)]
    names += [f"column {n}" for n in range(len(names) + 1, len(row.cells) + 1)]
    cells = (*row.cells, *[""] * (len(names) - len(row.cells)))
    return tuple(
        (name, cell) for name, cell in zip(names, cells, strict=True) if cell or not name.startswith("column ")
    )


def _read_row(row: Row, keys: Sequence[str], headings: Sequence[str], rules: IntakeRules, source: Source) -> GoodRow:
    faults = [f"{headings[at] if at < len(headings) else f'column {at + 1}'}: found {said}" for at, said in row.faults]
    if faults:
        raise TidiermapError("; ".join(faults))
    stray = [cell for cell in row.cells[len(keys) :] if cell]
    if stray:
        raise TidiermapError(f"found {len(stray)} cells more than there are headings, such as {stray[0][:40]!r}")
    told: dict[str, str] = {}
    for key, cell in zip(keys, row.cells, strict=False):
        if key and cell:
            told[key] = f"{told[key]}, {cell}" if key in told else cell
    statement = _statement(told, rules, source)
    why = told.get("next_why", "")
    named = Named(name=told["next_name"][:LONGEST_NAME], why=why) if told.get("next_name") else None
    return GoodRow(where=row.where, statement=statement, ask_next=named)


def _statement(told: dict[str, str], rules: IntakeRules, source: Source) -> Statement:
    about = " ".join(told.get(NAME, "").split())
    if len(about) > LONGEST_NAME:
        raise TidiermapError(f"name: found {len(about)} characters, expected at most {LONGEST_NAME}")
    statement = Statement(
        locality=source.locality,
        route=_route(told.get("route", ""), rules, source.route),
        about=about,
        body=compose((part.label if part.key != NAME else "", told.get(part.key, "")) for part in rules.parts),
        said_at=_said_at(told.get("said_on", ""), source.said_at),
        typed_by=source.typed_by,
        who=told.get("who", "")[:LONGEST_NAME],
        reach=told.get("reach", "")[:LONGEST_NAME],
    )
    check_said(statement, now=source.said_at)
    return statement


def _route(said: str, rules: IntakeRules, otherwise: Route) -> str:
    if not plain_name(said):
        return otherwise.key
    if (route := rules.route(said)) is None:
        known = ", ".join(one.label for one in rules.offered)
        raise TidiermapError(f"route: found {said[:60]!r}, expected one of {known}, or nothing")
    return route.key


def _said_at(said: str, otherwise: datetime) -> datetime:
    if not said:
        return datetime.combine(otherwise.date(), time(0), UTC)
    return datetime.combine(read_day(said), time(0), UTC)
