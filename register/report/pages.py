"""The report as files: a page for all localities and one for each, lists of services, tables as CSV, pictures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from register.export import safe_cell
from register.report.entries import Describer, write_lists
from register.report.records import EVERYWHERE, Area
from register.report.shelf import PLACES, ListPage, Shelf
from register.report.survey import Survey
from register.report.tables import Cell, Part, Picture, Section, Table, Words
from register.serial import to_text

TEMPLATES: Final = Path(__file__).parent / "templates"
AREA_COLUMNS: Final = ("area", "area_name", "gss_code")
HEAD: Final = "(head)"  # among the areas of a table's rows
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
    pages.tests |= {
        "table": lambda block: isinstance(block, Table),
        "picture": lambda block: isinstance(block, Picture),
        "words": lambda block: isinstance(block, Words),
    }
    return pages


def page_of(area: Area) -> str:
    return f"{PLACES}/{area.key}/index.html" if area.key != EVERYWHERE else "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What the pages of some localities leave for those of all: where their lists begin, and the rows of their tables,
    as CSV, by table and area."""

    listed: Mapping[tuple[str, str, str], str]
    tidy: Mapping[str, Mapping[str, str]]


class Pages:
    """The files of a report, each with its path within the folder; the same survey gives the same files.

    The localities' come first, in shares that may be made apart from each other; those of all places rest on them.
    """

    def __init__(self, survey: Survey, sections: Sequence[Section]) -> None:
        self._survey, self._sections = survey, tuple(sections)
        self._shelf = Shelf((*survey.areas, survey.everywhere))
        self._describer = Describer(survey)
        self._described = {area.key: tuple(self._shelf.put_services(area)) for area in survey.areas}
        self._tidy: dict[str, dict[str, str]] = {}  # of each table, its rows by area

    def of_localities(self, areas: Iterable[Area]) -> Iterator[tuple[str, bytes]]:
        for area in areas:
            yield from self._services(area)
            yield from self._area(area)

    def of_all(self) -> Iterator[tuple[str, bytes]]:
        yield from self._area(self._survey.everywhere)
        yield from self._observations()
        yield "style.css", (TEMPLATES / "style.css").read_bytes()
        yield MARK, self._mark()

    @property
    def shares(self) -> Shares:
        return Shares(listed=self._shelf.listed, tidy=self._tidy)

    def take(self, shares: Shares) -> None:
        """Takes in what the pages of other localities left."""
        self._shelf.take(shares.listed)
        for key, rows in shares.tidy.items():
            self._tidy.setdefault(key, {}).update(rows)

    def _services(self, area: Area) -> Iterator[tuple[str, bytes]]:
        for path, records in self._described[area.key]:
            entries, title = self._describer.describe(records), f"Services: {area.name}"
            yield path, self._page("services.html", path, area=area, entries=entries, title=title)

    def _area(self, area: Area) -> Iterator[tuple[str, bytes]]:
        parts = [(section, part) for section in self._sections if (part := section.build(self._survey, area))]
        for _, part in parts:
            yield from self._behind(area, part)
        path = page_of(area)
        title = "The map" if area.key == EVERYWHERE else f"The map: {area.name}"
        yield path, self._page("area.html", path, area=area, parts=parts, title=title, href=self._href(area))

    def _behind(self, area: Area, part: Part) -> Iterator[tuple[str, bytes]]:
        """The files to which a part's tables and pictures lead."""
        for table in part.tables:
            self._observe(area, table)
            for page in self._shelf.put_lists(area, table):
                yield page.path, self._list(page)
        for picture in part.pictures:
            yield picture_path(area, picture), picture.svg.encode()

    def _list(self, page: ListPage) -> bytes:
        return self._page(
            "list.html", page.path, page=page, lists=write_lists(page), title=f"{page.title}: {page.area.name}"
        )

    def _href(self, area: Area) -> _Hrefs:
        return _Hrefs(shelf=self._shelf, area=area)

    def _observe(self, area: Area, table: Table) -> None:
        head = (area.key or "all", area.name, area.gss_code)
        rows = self._tidy.setdefault(table.key, {})
        rows[HEAD] = _csv([(*AREA_COLUMNS, *table.tidy_columns)])
        rows[area.key] = _csv((*head, *row) for row in table.tidy_rows)

    def _observations(self) -> Iterator[tuple[str, bytes]]:
        """The tables as CSV, the rows of each locality in the order of the localities."""
        order = [area.key for area in (*self._survey.areas, self._survey.everywhere)]
        for key, rows in self._tidy.items():
            yield f"tables/{key}.csv", "".join([rows[HEAD], *(rows[one] for one in order if one in rows)]).encode()

    def _page(self, template: str, path: str, **told: object) -> bytes:
        up = "../" * path.count("/")
        text = (
            open_pages()
            .get_template(template)
            .render(survey=self._survey, up=up, page_of=page_of, picture_path=picture_path, shelf=self._shelf, **told)
        )
        return text.encode()

    def _mark(self) -> bytes:
        told = {
            "made_at": to_text(self._survey.made_at),
            "records": len(self._survey.everywhere.records),
            "localities": [area.key for area in self._survey.areas],
            "sections": [section.key for section in self._sections],
            "tables": sorted(self._tidy),
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
