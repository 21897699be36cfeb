"""The map as a workbook for whoever looks services up: a sheet a locality, plain words, links, fit for printing."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from register.formats.packed import FilledCell, Row, pack
from register.formats.plain import APART, PlainWords
from register.hosts import is_web_address
from register.publishing.presentation import LONGEST_SHEET_NAME, Presentation
from register.publishing.publication import Edition

if TYPE_CHECKING:
    from register.formats.sheets import Styles

FILE = "services.xlsx"
KINDS = {"day": "day"}  # how cells of a kind of column look; the others as text
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

    from register.formats.sheets import Styles, add_notes, add_sheet

    with tempfile.TemporaryDirectory(prefix="tidiermap-xlsx-") as scratch:
        spool = Path(scratch) / "rows.jsonl"
        places = sorted(_spool(edition, spool), key=lambda place: place.order)
        groups = [list(group) for _, group in groupby(places, key=lambda place: place.sheet)]
        book = Workbook(write_only=True)
        styles = Styles(edition.presentation, book)
        add_notes(book, edition, styles, {group[0].sheet: len(group) for group in groups})
        for group in groups:
            add_sheet(book, group[0].sheet, edition, styles, rows=len(group))
        styles.keep_all()
        book.properties.title = edition.presentation.title
        book.properties.creator = edition.presentation.attribution
        book.properties.created = edition.publication.published_at.replace(tzinfo=None, microsecond=0)
        plain = Path(scratch) / "plain.xlsx"
        book.save(plain)
        with spool.open("rb") as rows:
            filled = {
                number: partial(_rows, rows, group, edition.presentation, styles)
                for number, group in enumerate(groups, 2)
            }
            longest = edition.presentation.workbook.longest
            out = folder / FILE
            pack(plain, out, filled=filled, properties=book.properties, longest=longest, scratch=Path(scratch))


def _spool(edition: Edition, path: Path) -> Iterator[_Place]:
    words = PlainWords(edition)
    names = _SheetNames(edition.presentation.workbook.notes_sheet)
    with path.open("wb") as out:
        for record in edition.living:
            place = _Place(names.of(words.place(record)), record.name, record.id, out.tell())
            told = [words.freshness(record).colour, *words.cells(record)]
            out.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
            yield place


def _rows(spool: IO[bytes], places: list[_Place], presentation: Presentation, styles: Styles) -> Iterator[Row]:
    absent = frozenset(presentation.absent.values())
    for place in places:
        spool.seek(place.offset)
        colour, *texts = json.loads(spool.readline())
        cells = []
        for column, text in zip(presentation.sheet, texts, strict=True):
            target = _link(text, column.kind)
            kind = "link" if target else "absent" if text in absent else KINDS.get(column.kind, "text")
            if column.kind == "freshness":
                kind = f"fresh-{colour}"
            day = date.fromisoformat(text) if column.kind == "day" else None
            cells.append(FilledCell(style=styles.number(kind, text), text=text, day=day, target=target))
        yield tuple(cells)


def _link(text: str, kind: str) -> str:
    """Where a cell leads: the first address in it that can be followed, "" where there is none."""
    if kind not in ("web", "mail"):
        return ""
    return next((target for value in text.split(APART) if (target := _target(value, kind))), "")


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
