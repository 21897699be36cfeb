"""The workbook's sheets and how they look: frozen header, filters, widths, print layout; no cell is ever a formula."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from register.presentation import Presentation
from register.publication import Edition

if TYPE_CHECKING:
    from openpyxl import Workbook

Sheet = Any  # openpyxl's stubs know neither write-only sheets
Cell = Any  # nor their cells
A4 = 9
RUNS = ("=", "+", "-", "@")  # begins what a spreadsheet would take for a formula when somebody edits the cell
LINE = Side(style="thin", color="D0D0D0")
NOTES_WIDTH = 110


class Styles:
    """Cells by their kind: header, text, absent, link, day, title, and one for each colour of freshness."""

    def __init__(self, presentation: Presentation) -> None:
        self._longest = presentation.workbook.longest
        self._looks: dict[str, dict[str, Any]] = {
            "header": {
                "font": Font(bold=True, color="FFFFFF"),
                "fill": PatternFill("solid", fgColor="1F4E5F"),
                "alignment": Alignment(wrap_text=True, vertical="center"),
            },
            "text": {},
            "absent": {"font": Font(italic=True, color="595959")},
            "link": {"font": Font(underline="single", color="0B4F9E")},
            "day": {"number_format": "d mmm yyyy"},
            "title": {"font": Font(bold=True, size=16), "border": Border()},
            "heading": {"font": Font(bold=True), "border": Border()},
            "note": {"border": Border()},
        }
        for band in presentation.freshness:
            self._looks[f"fresh-{band.colour}"] = {"fill": PatternFill("solid", fgColor=band.colour)}
        self._made: dict[tuple[int, str, bool], Any] = {}

    def cell(self, sheet: Sheet, text: str, kind: str) -> Cell:
        """Text in that look; it stays text, whatever it begins with."""
        told = ILLEGAL_CHARACTERS_RE.sub("", text)
        told = told if len(told) <= self._longest or kind == "note" else f"{told[: self._longest - 1].rstrip()}…"
        cell: Cell = WriteOnlyCell(sheet, value=None)
        cell._value, cell.data_type = told, "s"  # the setter would read a formula
        cell._style = self._look(sheet, kind, told.startswith(RUNS))
        return cell

    def day(self, sheet: Sheet, text: str) -> Cell:
        cell: Cell = WriteOnlyCell(sheet)
        cell.value = date.fromisoformat(text)
        cell._style = self._look(sheet, "day", False)
        return cell

    def _look(self, sheet: Sheet, kind: str, quoted: bool) -> Any:  # noqa: ANN401 (openpyxl's own array)
        key = (id(sheet.parent), kind, quoted)
        if key not in self._made:
            model: Cell = WriteOnlyCell(sheet)
            edge = Border(bottom=LINE)
            look = {"alignment": Alignment(wrap_text=True, vertical="top"), "border": edge, **self._looks[kind]}
            for name, value in look.items():
                setattr(model, name, value)
            model.quotePrefix = quoted
            self._made[key] = copy(model._style)
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
