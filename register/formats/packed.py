"""A workbook's file packed anew, with its rows and links put in: row after row, at fixed times.

openpyxl writes the sheets with their headings, looks and layout. Of each row it would make objects, keep every link in
memory, and stamp the time; so rows are written here, each cell as text or as a day, none ever as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl.packaging.core import DocumentProperties

MOST_LINKS = 65_530  # of one sheet, in Excel; of more the address stands in the cell
BLOCK = 1 << 20
THEN = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can tell
DAY_NOUGHT = date(1899, 12, 30)  # from which spreadsheets count
PROPERTIES = "docProps/core.xml"
SHEET, RELATED = "xl/worksheets/sheet{}.xml", "xl/worksheets/_rels/sheet{}.xml.rels"
END_OF_ROWS = b"</sheetData>"
BEHIND_LINKS = (b"<printOptions", b"<pageMargins")  # links stand before these in a sheet
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell with the number of its look; a `day` stands in the place of the text, `target` is where it leads."""

    style: int
    text: str
    day: date | None = None
    target: str = ""


Row = tuple[FilledCell, ...]


def pack(
    plain: Path,
    path: Path,
    *,
    filled: Mapping[int, Callable[[], Iterator[Row]]],
    properties: DocumentProperties,
    longest: int,
    scratch: Path,
) -> None:
    """Writes the workbook `plain` to `path`, with the rows that `filled` gives of its sheets (numbered from 1) below
    their headings, and all times those of `properties.created`. Texts are cut after `longest` characters."""
    from openpyxl.xml.functions import tostring

    properties.modified = properties.created
    sheets = {SHEET.format(number): number for number in filled}
    with ZipFile(plain) as given, ZipFile(path, "w", ZIP_DEFLATED) as out:
        for name in given.namelist():
            with out.open(_member(name), "w", force_zip64=True) as target:
                if name == PROPERTIES:
                    core: Any = tostring(properties.to_tree())  # bytes, whatever the stubs say
                    target.write(core)
                    continue
                body = given.read(name)  # sheets hold no more than their headings here
                if name in sheets:
                    _fill(body, target, filled[sheets[name]](), longest, scratch / f"links-{sheets[name]}")
                else:
                    target.write(body)
        for number in filled:
            _relate(out, number, scratch / f"links-{number}")


def _member(name: str) -> ZipInfo:
    told = ZipInfo(name, date_time=THEN)
    told.compress_type, told.external_attr, told.create_system = ZIP_DEFLATED, 0o600 << 16, 3
    return told


def _fill(body: bytes, target: IO[bytes], rows: Iterator[Row], longest: int, links: Path) -> None:
    """A sheet's rows behind its headings, then its links, which are spooled meanwhile as `cell address`."""
    at = body.index(END_OF_ROWS)
    behind = min(place for mark in BEHIND_LINKS if (place := body.find(mark, at)) >= 0)
    target.write(body[:at])
    count = 0
    with links.open("w", encoding="utf-8", newline="\n") as spool:
        for number, row in enumerate(rows, 2):
            target.write(_row(number, row, longest).encode())
            for column, cell in enumerate(row):
                if cell.target and count < MOST_LINKS:
                    spool.write(f"{_letters(column)}{number} {cell.target}\n")
                    count += 1
    target.write(body[at:behind])
    if count:
        target.write(f'<hyperlinks xmlns:r="{OFFICE}">'.encode())
        for number, where, _ in _links(links):
            target.write(f'<hyperlink ref="{where}" r:id="rId{number}"/>'.encode())
        target.write(b"</hyperlinks>")
    target.write(body[behind:])


def _row(number: int, row: Row, longest: int) -> str:
    cells = []
    for column, cell in enumerate(row):
        head = f'<c r="{_letters(column)}{number}" s="{cell.style}"'
        if cell.day is not None:
            cells.append(f"{head}><v>{(cell.day - DAY_NOUGHT).days}</v></c>")
        elif cell.text:
            text = NO_XML.sub("", cell.text)
            text = text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
            cells.append(f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>')
        else:
            cells.append(f"{head}/>")
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(column: int) -> str:
    """The name of a column, from 0: A to Z, AA to ZZ."""
    first, last = divmod(column, 26)
    return f"{chr(64 + first) if first else ''}{chr(65 + last)}"


def _links(path: Path) -> Iterator[tuple[int, str, str]]:
    """(number, cell, address) of the links that were spooled."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            cell, _, target = line.rstrip("\n").partition(" ")
            yield number, cell, target


def _relate(out: ZipFile, number: int, links: Path) -> None:
    if not links.stat().st_size:
        return
    with out.open(_member(RELATED.format(number)), "w") as target:
        head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{PACKAGE}">'
        target.write(head.encode())
        for count, _, address in _links(links):
            kind = f'Type="{OFFICE}/hyperlink" Target={quoteattr(address)} TargetMode="External"'
            target.write(f'<Relationship Id="rId{count}" {kind}/>'.encode())
        target.write(b"</Relationships>")
