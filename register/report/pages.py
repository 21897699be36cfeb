"""The report as files: a page for all localities and one for each, lists of services, tables as CSV, pictures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from register.export import safe_cell
from register.hosts import is_web_address
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.shelf import PLACES, ListPage, Shelf, write_stretch
from register.report.survey import Survey
from register.report.tables import Cell, Part, Picture, Section, Table, Words
from register.serial import to_text

TEMPLATES: Final = Path(__file__).parent / "templates"
AREA_COLUMNS: Final = ("area", "area_name", "gss_code")
MARK: Final = "report.json"  # tells that a folder is a report, which the next one may replace


@cache
def open_pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"web": _web, "stretch": write_stretch}
    pages.tests |= {
        "table": lambda block: isinstance(block, Table),
        "picture": lambda block: isinstance(block, Picture),
        "words": lambda block: isinstance(block, Words),
    }
    return pages


def _web(url: str) -> str:
    return url if is_web_address(url) else ""


def page_of(area: Area) -> str:
    return f"{PLACES}/{area.key}/index.html" if area.key != EVERYWHERE else "index.html"


def render(survey: Survey, sections: Sequence[Section]) -> Iterator[tuple[str, bytes]]:
    """Each file of the report: its path within the folder, and its bytes. The same survey gives the same files."""
    report = _Report(survey=survey, sections=tuple(sections), shelf=Shelf((*survey.areas, survey.everywhere)))
    for area in survey.areas:
        yield from report.services(area)
        yield from report.area(area)
    yield from report.area(survey.everywhere)
    yield from report.observations()
    yield "style.css", (TEMPLATES / "style.css").read_bytes()
    yield MARK, report.mark()


@dataclass(slots=True, kw_only=True)
class _Report:
    survey: Survey
    sections: tuple[Section, ...]
    shelf: Shelf
    tidy: dict[str, list[str]] = field(default_factory=dict)  # of each table, its file's text by area

    def services(self, area: Area) -> Iterator[tuple[str, bytes]]:
        for path, records in self.shelf.put_services(area):
            described = [(record, tuple(self._axes(record))) for record in records]
            yield path, self._page("services.html", path, area=area, records=described, title=f"Services: {area.name}")

    def _axes(self, record: MappedRecord) -> Iterator[tuple[str, str]]:
        for axis in self.survey.axes.values():
            if told := record.told(axis.field):
                yield axis.title, "; ".join(axis.label(code) for code in told)

    def area(self, area: Area) -> Iterator[tuple[str, bytes]]:
        parts = [(section, part) for section in self.sections if (part := section.build(self.survey, area))]
        for _, part in parts:
            yield from self._behind(area, part)
        path = page_of(area)
        title = "The map" if area.key == EVERYWHERE else f"The map: {area.name}"
        yield path, self._page("area.html", path, area=area, parts=parts, title=title, href=self._href(area))

    def _behind(self, area: Area, part: Part) -> Iterator[tuple[str, bytes]]:
        """The files to which a part's tables and pictures lead."""
        for table in part.tables:
            self._observe(area, table)
            for page in self.shelf.put_lists(area, table):
                yield page.path, self._list(page)
        for picture in part.pictures:
            yield picture_path(area, picture), picture.svg.encode()

    def _list(self, page: ListPage) -> bytes:
        return self._page("list.html", page.path, page=page, title=f"{page.title}: {page.area.name}")

    def _href(self, area: Area) -> _Hrefs:
        return _Hrefs(shelf=self.shelf, area=area)

    def _observe(self, area: Area, table: Table) -> None:
        head = (area.key or "all", area.name, area.gss_code)
        lines = self.tidy.setdefault(table.key, [_csv([(*AREA_COLUMNS, *table.tidy_columns)])])
        lines.append(_csv((*head, *row) for row in table.tidy_rows))

    def observations(self) -> Iterator[tuple[str, bytes]]:
        for key, lines in self.tidy.items():
            yield f"tables/{key}.csv", "".join(lines).encode()

    def _page(self, template: str, path: str, **told: object) -> bytes:
        up = "../" * path.count("/")
        text = (
            open_pages()
            .get_template(template)
            .render(survey=self.survey, up=up, page_of=page_of, picture_path=picture_path, shelf=self.shelf, **told)
        )
        return text.encode()

    def mark(self) -> bytes:
        told = {
            "made_at": to_text(self.survey.made_at),
            "records": len(self.survey.everywhere.records),
            "localities": [area.key for area in self.survey.areas],
            "sections": [section.key for section in self.sections],
            "tables": sorted(self.tidy),
        }
        return (json.dumps(told, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hrefs:
    """Where the numbers of an area's tables lead."""

    shelf: Shelf
    area: Area

    def __call__(self, table: Table, cell: Cell) -> str:
        if cell.lead:
            return self.shelf.href(*cell.lead)
        return self.shelf.href(self.area.key, table.key, cell.listing.anchor) if cell.listing else ""


def picture_path(area: Area, picture: Picture) -> str:
    return f"pictures/{area.key or 'all'}-{picture.key}.svg"


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[safe_cell(value) for value in row] for row in rows])
    return out.getvalue()
