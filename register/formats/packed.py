"""A workbook's file packed anew: fixed times, so that the same workbook gives the same bytes, and links to follow.

openpyxl keeps every link of a sheet in memory until it is saved, and stamps the time; so links are spooled beside and
put into the sheets here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl.packaging.core import DocumentProperties

MOST_LINKS = 65_530  # of one sheet, in Excel
BLOCK = 1 << 20
THEN = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can tell
PROPERTIES = "docProps/core.xml"
SHEET, RELATED = "xl/worksheets/sheet{}.xml", "xl/worksheets/_rels/sheet{}.xml.rels"
END_OF_ROWS = b"</sheetData>"
BEHIND_LINKS = (b"<printOptions", b"<pageMargins")  # links stand before these in a sheet
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


class Links:
    """Links of sheets, each sheet's in a file of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, tuple[IO[str], int]] = {}

    def __enter__(self) -> Links:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for spool, _ in self._open.values():
            spool.close()

    def add(self, sheet: int, *, row: int, column: int, target: str) -> None:
        """A link of the sheet (from 1) in the cell of that row (from 1) and column (from 0); more than a sheet can hold
        are left out, for the address stands in the cell."""
        from openpyxl.utils import get_column_letter

        if sheet not in self._open:
            self.close_last()
            self._open[sheet] = (self._path(sheet).open("w+", encoding="utf-8"), 0)
        spool, count = self._open[sheet]
        if count < MOST_LINKS:
            spool.write(f"{get_column_letter(column + 1)}{row} {target}\n")
            self._open[sheet] = (spool, count + 1)

    def close_last(self) -> None:
        """Sheets come one after the other: what is written is flushed, so that many localities open few files."""
        for spool, _ in self._open.values():
            spool.close()

    def of(self, sheet: int) -> Iterator[tuple[int, str, str]]:
        """(number, cell, target) of the sheet's links."""
        self.close_last()
        if sheet in self._open:
            with self._path(sheet).open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    cell, _, target = line.rstrip("\n").partition(" ")
                    yield number, cell, target

    def sheets(self) -> tuple[int, ...]:
        return tuple(sorted(self._open))

    def _path(self, sheet: int) -> Path:
        return self._folder / f"links-{sheet}.txt"


def pack(plain: Path, path: Path, *, links: Links, properties: DocumentProperties) -> None:
    """Writes the workbook `plain` to `path` with the links in it and all times those of `properties.created`."""
    from openpyxl.xml.functions import tostring

    properties.modified = properties.created
    by_name = {SHEET.format(sheet): sheet for sheet in links.sheets()}
    with ZipFile(plain) as given, ZipFile(path, "w", ZIP_DEFLATED) as out:
        for name in given.namelist():
            with out.open(_member(name), "w", force_zip64=True) as target:
                if name == PROPERTIES:
                    core: Any = tostring(properties.to_tree())  # bytes, whatever the stubs say
                    target.write(core)
                    continue
                with given.open(name) as source:
                    sheet = by_name.get(name)
                    _copy(source, target, links.of(sheet) if sheet else None)
        for sheet in links.sheets():
            with out.open(_member(RELATED.format(sheet)), "w") as target:
                _relate(target, links.of(sheet))


def _member(name: str) -> ZipInfo:
    told = ZipInfo(name, date_time=THEN)
    told.compress_type, told.external_attr, told.create_system = ZIP_DEFLATED, 0o600 << 16, 3
    return told


def _copy(source: IO[bytes], target: IO[bytes], links: Iterator[tuple[int, str, str]] | None) -> None:
    """Copies a member; `links` are put behind the rows of a sheet."""
    rest = b""
    while block := source.read(BLOCK):
        rest += block
        if links is None or (END_OF_ROWS not in rest and len(rest) > len(END_OF_ROWS)):
            keep = 0 if links is None else len(END_OF_ROWS)
            target.write(rest[: len(rest) - keep])
            rest = rest[len(rest) - keep :]
    if links is None:
        target.write(rest)
        return
    at = min(place for mark in BEHIND_LINKS if (place := rest.find(mark, rest.find(END_OF_ROWS))) >= 0)
    target.write(rest[:at])
    target.write(f'<hyperlinks xmlns:r="{OFFICE}">'.encode())
    for number, cell, _ in links:
        target.write(f'<hyperlink ref="{cell}" r:id="rId{number}"/>'.encode())
    target.write(b"</hyperlinks>" + rest[at:])


def _relate(target: IO[bytes], links: Iterator[tuple[int, str, str]]) -> None:
    target.write(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{PACKAGE}">'.encode())
    for number, _, address in links:
        told = f'Type="{OFFICE}/hyperlink" Target={quoteattr(address)} TargetMode="External"'
        target.write(f'<Relationship Id="rId{number}" {told}/>'.encode())
    target.write(b"</Relationships>")
