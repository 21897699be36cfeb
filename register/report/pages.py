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
from markupsafe import Markup

from register.publishing.export import safe_cell
from register.report.entries import Describer, write_lists
from register.report.records import EVERYWHERE, Area
from register.report.shelf import PLACES, ListPage, Shelf
from register.report.survey import Survey
from register.report.table_markup import write_table
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
    pages.globals["write_table"] = write_table
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
    """What the pages of some areas leave for others: where their lists begin, the rows of their tables, as CSV, by
    table and area, and the sections of the page of all localities that were written, by their keys."""

    listed: Mapping[tuple[str, str, str], str]
    tidy: Mapping[str, Mapping[str, str]]
    written: Mapping[str, Markup]


class Pages:
    """The files of a report, each with its path within the folder; the same survey gives the same files.

    The localities' come first, in shares that may be made apart from each other; the sections of the page of all rest
    on them, and may be made apart too.
    """

    def __init__(self, survey: Survey, sections: Sequence[Section]) -> None:
        self._survey, self._sections = survey, tuple(sections)
        self._shelf = Shelf((*survey.areas, survey.everywhere))
        self._describer = Describer(survey)
        self._described = {area.key: tuple(self._shelf.put_services(area)) for area in survey.areas}
        self._gone = {area.key: tuple(self._shelf.put_gone(area)) for area in survey.areas}
        self._tidy: dict[str, dict[str, str]] = {}  # of each table, its rows by area
        self._written: dict[str, Markup] = {}  # of the page of all, its sections; "" where one has nothing

    def of_localities(self, areas: Iterable[Area]) -> Iterator[tuple[str, bytes]]:
        for area in areas:
            yield from self._services(area)
            yield from self._area(area)

    def of_sections(self, sections: Sequence[Section]) -> Iterator[tuple[str, bytes]]:
        """The files behind these sections of the page of all localities."""
        area = self._survey.everywhere
        for section in sections:
            part = section.build(self._survey, area)
            yield from self._behind(area, part)
            self._written[section.key] = self._section(area, section, part)

    def of_all(self) -> Iterator[tuple[str, bytes]]:
        """The page of all localities, when its sections were made, and what belongs to the whole report."""
        area = self._survey.everywhere
        yield from self._front(area, [(one, self._written[one.key]) for one in self._sections], "The map")
        yield from self._observations()
        yield "style.css", (TEMPLATES / "style.css").read_bytes()
        yield MARK, self._mark()

    def shares(self, areas: Iterable[Area]) -> Shares:
        """What the pages of these areas leave."""
        keys = {area.key for area in areas}
        tidy = {
            table: {key: text for key, text in rows.items() if key in keys or key == HEAD}
            for table, rows in self._tidy.items()
            if not keys.isdisjoint(rows)
        }
        listed = {listing: path for listing, path in self._shelf.listed.items() if listing[0] in keys}
        return Shares(listed=listed, tidy=tidy, written=self._written)

    def take(self, shares: Shares) -> None:
        """Takes in what the pages of other areas left."""
        self._shelf.take(shares.listed)
        self._written.update(shares.written)
        for key, rows in shares.tidy.items():
            self._tidy.setdefault(key, {}).update(rows)

    def _services(self, area: Area) -> Iterator[tuple[str, bytes]]:
        for title, described in (("Services", self._described), ("Services that are on the map no more", self._gone)):
            for path, records in described[area.key]:
                told = {"area": area, "entries": self._describer.describe(records), "heading": f"{title}: {area.name}"}
                yield path, self._page("services.html", path, title=told["heading"], **told)

    def _area(self, area: Area) -> Iterator[tuple[str, bytes]]:
        written = []
        for section in self._sections:
            part = section.build(self._survey, area)
            yield from self._behind(area, part)
            written.append((section, self._section(area, section, part)))
        yield from self._front(area, written, f"The map: {area.name}")

    def _front(self, area: Area, written: Sequence[tuple[Section, Markup]], title: str) -> Iterator[tuple[str, bytes]]:
        path, told = page_of(area), [(section, markup) for section, markup in written if markup]
        yield path, self._page("area.html", path, area=area, sections=told, title=title)

    def _section(self, area: Area, section: Section, part: Part | None) -> Markup:
        """A section as it stands on the area's page; its lists are on the shelf."""
        if part is None:
            return Markup()
        template, up = open_pages().get_template("section.html"), "../" * page_of(area).count("/")
        told = template.render(
            area=area, section=section, part=part, up=up, href=self._href(area), picture_path=picture_path
        )
        return Markup(told)  # noqa: S704 (the template escapes)

    def _behind(self, area: Area, part: Part | None) -> Iterator[tuple[str, bytes]]:
        """The files to which a part's tables and pictures lead."""
        if part is None:
            return
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
        text = open_pages().get_template(template).render(survey=self._survey, up=up, page_of=page_of, **told)
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
    csv.writer(out, lineterminator="\n").writerows([map(safe_cell, row) for row in rows])
    return out.getvalue()
