"""Reads a spreadsheet that somebody brought (CSV, XLSX) into rows of text, within bounds; nothing in it is believed."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, cast
from zipfile import ZipFile

from register.errors import TidiermapError
from register.publishing.export import safe_cell

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_FILE = 5_000_000  # bytes
LARGEST_UNPACKED = 20_000_000  # bytes of all parts of an XLSX together
MOST_PARTS = 500
MOST_LOOKED_AT = 2_500_000  # rows and cells of a sheet, with those that its reader makes up between two
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 2_000, 100, 150_000
LONGEST_CELL = 10_000  # characters
DECLARES = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", re.IGNORECASE)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as text: where it stands ("row 5", "Sheet2 row 5"), its cells, and what is wrong with single cells."""

    where: str
    cells: tuple[str, ...]
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    name: str
    rows: tuple[Row, ...]


def read_sheets(body: bytes, *, file_name: str) -> tuple[Sheet, ...]:
    """The sheets of the file that hold anything; a CSV is one sheet.

    Raises TidiermapError where the file is too large, of another kind, or broken: what, and what to do.
    """
    if len(body) > LARGEST_FILE:
        raise TidiermapError(
            f"{file_name}: found {len(body):,} bytes, expected at most {LARGEST_FILE:,}; split the file"
        )
    if body.startswith(OLE):
        raise TidiermapError(
            f"{file_name}: found an old Excel file (.xls), or one with a password; save it as .xlsx or .csv"
        )
    sheets = _read_workbook(body, file_name) if body.startswith(ZIP) else (_read_csv(body, file_name),)
    found = tuple(sheet for sheet in sheets if sheet.rows)
    _check_size(found, file_name)
    return found


def _check_size(sheets: Iterable[Sheet], file_name: str) -> None:
    rows = [row for sheet in sheets for row in sheet.rows]
    if len(rows) > MOST_ROWS:
        raise TidiermapError(f"{file_name}: found {len(rows):,} rows, expected at most {MOST_ROWS:,}; split the file")
    cells = sum(len(row.cells) for row in rows)
    if cells > MOST_CELLS:
        raise TidiermapError(f"{file_name}: found {cells:,} cells, expected at most {MOST_CELLS:,}; split the file")
    if not rows:
        raise TidiermapError(f"{file_name}: found nothing in it, expected a line of headings and rows below it")


def _read_csv(body: bytes, file_name: str) -> Sheet:
    text = _decode(body, file_name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if any(cell.strip() for cell in cells):
                rows.append(_row(f"row {number}", [_as_typed(cell.strip()) for cell in cells]))
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise TidiermapError(f"{file_name}: found {error} at line {len(rows) + 1}, expected a CSV file") from error
    return Sheet(name="", rows=tuple(rows))


def _as_typed(cell: str) -> str:
    """Without the sign that keeps a spreadsheet from running the text as a formula."""
    return cell[1:] if cell[:1] == "'" and safe_cell(cell[1:]) == cell else cell


def _decode(body: bytes, file_name: str) -> str:
    encodings = ("utf-16",) if body.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TidiermapError(f"{file_name}: found no text in it, expected a spreadsheet saved as .xlsx or .csv")


def _row(where: str, cells: list[str], faults: Iterable[tuple[int, str]] = ()) -> Row:
    while len(cells) > MOST_COLUMNS and not cells[-1]:
        cells.pop()
    told = list(faults)
    if len(cells) > MOST_COLUMNS:
        told.append((MOST_COLUMNS, f"{len(cells)} cells, expected at most {MOST_COLUMNS}"))
    told += [
        (n, f"{len(c):,} characters, expected at most {LONGEST_CELL:,}")
        for n, c in enumerate(cells)
        if len(c) > LONGEST_CELL
    ]
    kept = tuple(cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS])
    return Row(where=where, cells=kept, faults=tuple(told))


def _read_workbook(body: bytes, file_name: str) -> tuple[Sheet, ...]:
    """The visible sheets of an XLSX, with the values that its program last reckoned for formulas."""
    _check_parts(body, file_name)
    from openpyxl import load_workbook

    try:
        # Twice: only without values does a cell say that it is a formula, and only with them what came of it. Read as a
        # stream, for a workbook may say that it has a million rows.
        formulas = load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
        values = load_workbook(io.BytesIO(body), read_only=True, keep_links=False, data_only=True)
        shown = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
        named = len(shown) > 1
        return tuple(_read_sheet(sheet, formulas[sheet.title], _merged(sheet, body), named=named) for sheet in shown)
    except TidiermapError as error:
        raise TidiermapError(f"{file_name}: {error}") from error
    except Exception as error:
        # Its reader raises whatever a broken file leads it to.
        kind = type(error).__name__
        raise TidiermapError(
            f"{file_name}: found a file that cannot be read ({kind}), expected a workbook saved as .xlsx"
        ) from error


def _is_xml(part: str) -> bool:
    return part.endswith((".xml", ".rels", ".vml"))


def _check_parts(body: bytes, file_name: str) -> None:
    """A packed file may unpack to far more than it is; the sizes that it states are those up to which it is read."""
    try:
        with ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            small = (
                len(parts) <= MOST_PARTS and unpacked <= LARGEST_UNPACKED and not any(p.flag_bits & 1 for p in parts)
            )
            declares = small and any(DECLARES.search(packed.read(part)) for part in parts if _is_xml(part.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise TidiermapError(
            f"{file_name}: found a broken file ({error}), expected a workbook saved as .xlsx"
        ) from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise TidiermapError(f"{file_name}: found another kind of file, expected a spreadsheet saved as .xlsx or .csv")
    if declares:  # no spreadsheet program writes one; it serves to blow up what reads it
        raise TidiermapError(f"{file_name}: found an XML declaration that may do harm, expected a workbook of cells")
    if not small:
        raise TidiermapError(
            f"{file_name}: found {unpacked:,} bytes in {len(parts):,} parts once unpacked, or a password; expected at "
            f"most {LARGEST_UNPACKED:,} in {MOST_PARTS}; copy the rows into a new workbook, or save them as .csv"
        )


def _read_sheet(sheet: Worksheet, formulas: Worksheet, merged: Merged, *, named: bool) -> Sheet:
    rows: list[Row] = []
    for one in (sheet, formulas):  # what a sheet says of its own size is often wrong
        cast("ReadOnlyWorksheet", one).reset_dimensions()
    carried: dict[tuple[int, int], str] = {}
    looked_at = 0
    for number, (cells, told) in enumerate(zip(sheet.iter_rows(), formulas.iter_rows(), strict=True), 1):
        looked_at += 1 + len(cells)
        if looked_at > MOST_LOOKED_AT:
            raise TidiermapError(f"found cells far apart in {sheet.title}; copy the rows into a new workbook")
        texts = [_text(cell) for cell in cells]
        for column, first in merged.get(number, ()):
            if number == first and column <= len(texts):
                carried[column, first] = texts[column - 1]
            elif said := carried.get((column, first), ""):
                texts += [""] * (column - len(texts))
                texts[column - 1] = texts[column - 1] or said
        if any(texts):
            where = f"{sheet.title} row {number}" if named else f"row {number}"
            rows.append(_row(where, texts, _faults(cells, told)))
        if len(rows) > MOST_ROWS:
            break
    return Sheet(name=sheet.title, rows=tuple(rows))


Cells = tuple["Cell | MergedCell", ...]
# By row: each merged area that the row is part of, as its first column and its first row.
Merged = dict[int, list[tuple[int, int]]]
AREA = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


def _merged(sheet: Worksheet, body: bytes) -> Merged:
    """What stands in a merged cell counts for each row of it, in its first column; a sheet read as a stream does not
    say which are merged."""
    from openpyxl.utils import column_index_from_string

    found: Merged = {}
    with ZipFile(io.BytesIO(body)) as packed:
        areas = AREA.findall(packed.read(str(getattr(sheet, "_worksheet_path", ""))))
    for letters, first, last in areas:
        top, bottom = int(first), int(last)
        if 0 < bottom - top < MOST_ROWS:
            column = column_index_from_string(letters.decode())
            for row in range(top, bottom + 1):
                found.setdefault(row, []).append((column, top))
    return found


def _faults(cells: Cells, told: Cells) -> Iterator[tuple[int, str]]:
    for at, (cell, formula) in enumerate(zip(cells, told, strict=True)):
        if cell.data_type == "e":
            yield at, f"the error {cell.value}, expected a value"
        elif formula.data_type == "f" and cell.value is None:
            yield at, "a formula that was never worked out; open the file in a spreadsheet program and save it"


def _text(cell: Cell | MergedCell) -> str:
    """A cell's value as a person would write it."""
    value = cell.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
        return f"{hours}:{minutes:02d}"
    return "" if value is None else str(value).replace("_x000D_", "").strip()
