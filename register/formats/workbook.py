"""The map as a workbook for whoever looks services up: a sheet a locality, plain words, links, fit for printing."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from register.formats.packed import Links, pack
from register.formats.plain import APART, PlainWords
from register.hosts import is_web_address
from register.models import ServiceRecord
from register.presentation import LONGEST_SHEET_NAME, SheetColumn
from register.publication import Edition

if TYPE_CHECKING:
    from openpyxl import Workbook

    from register.formats.sheets import Cell, Styles

FILE = "services.xlsx"
NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
LONGEST_LINK = 2079  # characters, in Excel


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row lies among the spooled ones; sorted as rows stand in the workbook."""

    sheet: str
    name: str
    record: str
    offset: int

    @property
    def order(self) -> tuple[str, ...]:
        return self.sheet.casefold(), self.sheet, self.name.casefold(), self.record


def write(edition: Edition, folder: Path) -> None:
    """Rows are spooled to a file, then read back sheet by sheet: of all records only their names are in memory."""
    from openpyxl import Workbook

    with tempfile.TemporaryDirectory(prefix="tidiermap-xlsx-") as scratch:
        rows = Path(scratch) / "rows.jsonl"
        places = sorted(_spool(edition, rows), key=lambda place: place.order)
        book = Workbook(write_only=True)
        with Links(Path(scratch)) as links:
            _fill(book, edition, places, rows, links)
            book.properties.title = edition.presentation.title
            book.properties.creator = edition.presentation.attribution
            book.properties.created = edition.publication.published_at.replace(tzinfo=None, microsecond=0)
            plain = Path(scratch) / "plain.xlsx"
            book.save(plain)
            pack(plain, folder / FILE, links=links, properties=book.properties)


def _spool(edition: Edition, path: Path) -> Iterator[_Place]:
    words = PlainWords(edition)
    names = _SheetNames(edition.presentation.workbook.notes_sheet)
    with path.open("wb") as out:
        for record in edition.living:
            cells = [words.cell(column, record) for column in edition.presentation.sheet]
            place = _Place(names.of(words.place(record)), record.name, record.id, out.tell())
            told = [cells, words.freshness(record).colour, _links(edition.presentation.sheet, record, cells)]
            out.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
            yield place


def _fill(book: Workbook, edition: Edition, places: list[_Place], rows: Path, links: Links) -> None:
    from register.formats.sheets import Styles, add_notes, add_sheet

    styles = Styles(edition.presentation)
    listed = {name: len(list(group)) for name, group in groupby(places, key=lambda place: place.sheet)}
    add_notes(book, edition, styles, listed)
    with rows.open("rb") as spooled:
        for number, (name, group) in enumerate(groupby(places, key=lambda place: place.sheet), 2):
            sheet = add_sheet(book, name, edition, styles, rows=listed[name])
            for row, place in enumerate(group, 2):
                spooled.seek(place.offset)
                cells, colour, targets = json.loads(spooled.readline())
                sheet.append(_cells(sheet, cells, colour, targets, edition, styles))
                for column, target in targets.items():
                    links.add(number, row=row, column=int(column), target=target)


def _cells(
    sheet: Any,  # noqa: ANN401 (openpyxl's stubs know no write-only sheet)
    cells: list[str],
    colour: str,
    targets: dict[str, str],
    edition: Edition,
    styles: Styles,
) -> list[Cell]:
    row = []
    for place, (column, text) in enumerate(zip(edition.presentation.sheet, cells, strict=True)):
        if column.kind == "freshness":
            row.append(styles.cell(sheet, text, f"fresh-{colour}"))
        elif column.kind == "day":
            row.append(styles.day(sheet, text))
        else:
            absent = text in edition.presentation.absent.values()
            kind = "link" if str(place) in targets else "absent" if absent else "text"
            row.append(styles.cell(sheet, text, kind))
    return row


def _links(columns: tuple[SheetColumn, ...], record: ServiceRecord, cells: list[str]) -> dict[str, str]:
    """Where the cells lead, by their place: the first address of a cell that can be followed."""
    found = {}
    for place, (column, text) in enumerate(zip(columns, cells, strict=True)):
        if column.kind not in ("web", "mail"):
            continue
        for value in text.split(APART):
            if target := _target(value, column.kind):
                found[str(place)] = target
                break
    return found


def _target(value: str, kind: str) -> str:
    """The address as a link: "" where it is none, or longer than spreadsheets take."""
    if kind == "mail":
        target = f"mailto:{value}" if EMAIL.fullmatch(value) else ""
    else:
        told = value if "://" in value else f"https://{value}" if re.match(r"[\w-]+(\.[\w-]+)+", value) else ""
        target = quote(told, safe="%/:=&?~#+!$,;'@()*[]") if is_web_address(told) else ""
    return target if len(target) <= LONGEST_LINK else ""


class _SheetNames:
    """A name for each locality's sheet that every spreadsheet program takes, each once."""

    def __init__(self, *taken: str) -> None:
        self._by_place: dict[str, str] = {}
        self._taken = {name.casefold() for name in taken}

    def of(self, place: str) -> str:
        if place not in self._by_place:
            plain = " ".join(NO_SHEET_NAME.sub(" ", place).split()).strip("'") or "-"
            name, number = plain[:LONGEST_SHEET_NAME], 1
            while name.casefold() in self._taken:
                number += 1
                ending = f" {number}"
                name = plain[: LONGEST_SHEET_NAME - len(ending)] + ending
            self._taken.add(name.casefold())
            self._by_place[place] = name
        return self._by_place[place]
