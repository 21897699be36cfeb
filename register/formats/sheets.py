"""The workbook's sheets and how they look: frozen header, filters, widths, print layout; no cell is ever a formula."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from register.publishing.presentation import Presentation
from register.publishing.publication import Edition

if TYPE_CHECKING:
    from openpyxl import Workbook

Sheet = Any  # openpyxl's stubs know neither write-only sheets
Cell = Any  # nor their cells
A4 = 9
RUNS = ("=", "+", "-", "@")  # begins what a spreadsheet would take for a formula when somebody edits the cell
LINE = Side(style="thin", color="D0D0D0")
NOTES_WIDTH = 110
FACE: Any = {"name": "Calibri", "size": 11}


class Styles:
    """Looks of cells by their kind: header, text, absent, link, day, title, and one for each colour of freshness."""

    def __init__(self, presentation: Presentation, book: Workbook) -> None:
        self._looks: dict[str, dict[str, Any]] = {
            "header": {
                "font": Font(**FACE, bold=True, color="FFFFFF"),
                "fill": PatternFill("solid", fgColor="1F4E5F"),
                "alignment": Alignment(wrap_text=True, vertical="center"),
            },
            "text": {},
            "absent": {"font": Font(**FACE, italic=True, color="595959")},
            "link": {"font": Font(**FACE, underline="single", color="0B4F9E")},
            "day": {"number_format": "d mmm yyyy"},
            "title": {"font": Font(name="Calibri", size=16, bold=True), "border": Border()},
            "heading": {"font": Font(**FACE, bold=True), "border": Border()},
            "note": {"border": Border()},
        }
        for band in presentation.freshness:
            self._looks[f"fresh-{band.colour}"] = {"fill": PatternFill("solid", fgColor=band.colour)}
        self._book = book
        self._made: dict[tuple[str, bool], Cell] = {}

    def cell(self, sheet: Sheet, text: str, kind: str) -> Cell:
        """Text in that look; it stays text, whatever it begins with."""
        cell: Cell = WriteOnlyCell(sheet, value=None)
        cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text), "s"  # the setter would read a formula
        cell._style = copy(self._look(kind, text)._style)
        return cell

    def keep_all(self) -> None:
        """Puts every look into the workbook's list, which must be whole when it is saved."""
        for kind in self._looks:
            for text in ("", RUNS[0]):
                self.number(kind, text)

    def number(self, kind: str, text: str) -> int:
        """The number of the look in the workbook's list of them."""
        return int(self._look(kind, text).style_id)

    def _look(self, kind: str, text: str) -> Cell:
        key = (kind, text.startswith(RUNS))
        if key not in self._made:
            model: Cell = WriteOnlyCell(self._book.worksheets[0])
            look = {"alignment": Alignment(wrap_text=True, vertical="top"), "border": Border(bottom=LINE)}
            for name, value in {**look, **self._looks[kind]}.items():
                setattr(model, name, value)
            model.quotePrefix = key[1]
            self._made[key] = model
        return self._made[key]


def add_sheet(book: Workbook, name: str, edition: Edition, styles: Styles, *, rows: int) -> Sheet:
    """A locality's sheet with its header, ready for so many rows."""
    sheet: Sheet = book.create_sheet(name)
    columns = edition.presentation.sheet
    last, printed = len(columns), sum(bool(column.printed) for column in columns)
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.auto_filter.ref = f"A1:{get_column_letter(last)}{rows + 1}"
    sheet.print_area = f"A1:{get_column_letter(printed)}{rows + 1}"
    sheet.print_title_rows = "1:1"
    _lay_out(sheet, name, edition)
    sheet.append([styles.cell(sheet, column.heading, "header") for column in columns])
    return sheet


def _lay_out(sheet: Sheet, name: str, edition: Edition) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.6
    day = f"{edition.publication.published_at:%-d %B %Y}"
    sheet.oddHeader.left.text = name.replace("&", "&&")
    sheet.oddHeader.right.text = day
    sheet.oddFooter.left.text = edition.publication.id
    sheet.oddFooter.right.text = "&P / &N"


def add_notes(book: Workbook, edition: Edition, styles: Styles, listed: Mapping[str, int]) -> None:
    """The first sheet: what this is, of which day, under which licence, how to read it, and what each colour means."""
    presentation, publication = edition.presentation, edition.publication
    sheet: Sheet = book.create_sheet(presentation.workbook.notes_sheet)
    sheet.column_dimensions["A"].width = NOTES_WIDTH
    sheet.sheet_view.showGridLines = False
    _lay_out(sheet, presentation.workbook.notes_sheet, edition)

    def put(text: str, kind: str = "note") -> None:
        sheet.append([styles.cell(sheet, text, kind)])

    put(presentation.title, "title")
    put(presentation.description)
    put(f"{publication.published_at:%-d %B %Y} ({publication.id})")
    licence = presentation.licence
    put(f"{presentation.attribution}. {licence.name}: {licence.url}")
    put("")
    for note in presentation.workbook.notes:
        put(note)
    put("")
    for band in presentation.freshness:
        put(band.words, f"fresh-{band.colour}")
    put("")
    for name, count in listed.items():
        put(f"{name}: {count:,}", "heading")
