"""Where the records behind a number stand: lists in pages of bounded length, by area, table and anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from register.report.escaping import safe
from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.tables import Listing, Table

ON_A_PAGE: Final = 500  # entries of a page of a list, and of a page of services
ID, LOCALITY = attrgetter("id"), attrgetter("locality")
PLACES: Final = "places"  # the folder of the localities, each with a folder of its own


@dataclass(slots=True, kw_only=True)
class Group:
    """Entries of a list, each a line of HTML: a service, or a locality with how many of the services lie there."""

    title: str
    entries: list[str]


@dataclass(slots=True, kw_only=True)
class Stretch:
    """What of one listing stands on one page: `continued` where it began on the page before."""

    anchor: str
    title: str
    number: int
    groups: list[Group] = field(default_factory=list)
    continued: bool = False


@dataclass(slots=True, kw_only=True)
class ListPage:
    """A page of a table's lists; `path` is that of its file in the report, `next` the name of the file after it."""

    path: str
    title: str
    table: str
    area: Area
    stretches: list[Stretch] = field(default_factory=list)
    entries: int = 0
    next: str = ""


class Shelf:
    """Paths within the report, as they are seen from its top folder."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._names = {area.key: area.name for area in areas}
        self._listed: dict[tuple[str, str, str], str] = {}
        self._addresses: dict[str, str] = {}  # of each record, in its place
        self._lines: dict[str, str] = {}  # of each record, as it stands in its place's lists

    def put_services(self, area: Area) -> Iterator[tuple[str, tuple[MappedRecord, ...]]]:
        """The pages on which the services of a locality are described: path and records of each."""
        return self._put(area, "services", (*area.records, *area.away), said="")

    def put_gone(self, area: Area) -> Iterator[tuple[str, tuple[MappedRecord, ...]]]:
        """The same of services that are there no more."""
        return self._put(area, "gone", area.gone, said=" (not on the map any more)")

    def _put(
        self, area: Area, name: str, known: tuple[MappedRecord, ...], *, said: str
    ) -> Iterator[tuple[str, tuple[MappedRecord, ...]]]:
        for n, first in enumerate(range(0, len(known), ON_A_PAGE), 1):
            file, records = f"{name}{f'-{n}' if n > 1 else ''}.html", known[first : first + ON_A_PAGE]
            for record in records:
                address = f"{file}#{record.id}"
                self._addresses[record.id], self._lines[record.id] = address, _line(address, record.name, said=said)
            yield f"{PLACES}/{area.key}/{file}", records

    @property
    def listed(self) -> Mapping[tuple[str, str, str], str]:
        """Where lists begin, by area, table and anchor."""
        return self._listed

    def take(self, listed: Mapping[tuple[str, str, str], str]) -> None:
        """Knows of the lists that were put on another shelf."""
        self._listed.update(listed)

    def href(self, area: str, table: str, anchor: str) -> str:
        """Where the list of that anchor begins; "" where it was not put on the shelf."""
        return self._listed.get((area, table, anchor), "")

    def put_lists(self, area: Area, table: Table) -> list[ListPage]:
        """The pages of the lists behind a table's numbers. A list of all localities leads to those of each, where they
        have one, so that none names all services of a country."""
        folder = f"{PLACES}/{area.key}" if area.key != EVERYWHERE else PLACES
        pages = [ListPage(path=f"{folder}/{table.key}.html", title=table.title, table=table.key, area=area)]
        for listing in listings_of(table):
            groups = self._by_locality(table, listing) if area.key == EVERYWHERE else None
            stretch = Stretch(anchor=listing.anchor, title=listing.title, number=listing.number)
            if pages[-1].entries >= ON_A_PAGE:
                pages.append(_next_page(pages))
            pages[-1].stretches.append(stretch)
            self._listed[area.key, table.key, listing.anchor] = f"{pages[-1].path}#{listing.anchor}"
            for group in groups or self._by_service(area, listing):
                stretch = _fill(pages, stretch, group)
        return pages if pages[0].stretches else []

    def _by_service(self, area: Area, listing: Listing) -> Iterator[Group]:
        for title, records in listing.groups:
            if area.key == EVERYWHERE:
                lines = [_line(f"{r.locality}/{self._addresses[r.id]}", r.name) for r in records]
            else:
                lines = [*map(self._lines.__getitem__, map(ID, records))]
            yield Group(title=title, entries=lines)

    def _by_locality(self, table: Table, listing: Listing) -> list[Group] | None:
        """One entry a locality with its numbers by group; None where a locality has no such list."""
        found: dict[str, Counter[str]] = {}
        for title, records in listing.groups:
            for locality, number in Counter(map(LOCALITY, records)).items():
                found.setdefault(locality, Counter())[title] = number
        entries: list[str] = []
        for key in sorted(found, key=lambda one: self._names[one]):
            to = self._listed.get((key, table.key, listing.anchor))
            if to is None:
                return None
            entries.append(_line(to.removeprefix(f"{PLACES}/"), self._names[key], said=f" {say_groups(found[key])}"))
        return [Group(title="", entries=entries)]


def _line(to: str, words: str, *, said: str = "") -> str:
    return f'<li><a href="{safe(to)}">{safe(words)}</a>{said}</li>'


def _next_page(pages: list[ListPage]) -> ListPage:
    last = pages[-1]
    last.next = f"{last.table}-{len(pages) + 1}.html"
    path = f"{last.path.rpartition('/')[0]}/{last.next}"
    return ListPage(path=path, title=last.title, table=last.table, area=last.area)


def _fill(pages: list[ListPage], stretch: Stretch, group: Group) -> Stretch:
    """Puts a group's entries on the last page, and on as many new ones as they need; gives the stretch they end in."""
    at = 0
    while at < len(group.entries):
        if pages[-1].entries >= ON_A_PAGE:
            pages.append(_next_page(pages))
            stretch = Stretch(anchor=stretch.anchor, title=stretch.title, number=stretch.number, continued=True)
            pages[-1].stretches.append(stretch)
        taken = group.entries[at : at + ON_A_PAGE - pages[-1].entries]
        stretch.groups.append(Group(title=group.title, entries=taken))
        pages[-1].entries += len(taken)
        at += len(taken)
    return stretch


def say_groups(numbers: Mapping[str, int]) -> str:
    """“12: 5 in both nets, 7 in the wide net alone”."""
    told = ", ".join(f"{number:,} {title[0].lower()}{title[1:]}" for title, number in numbers.items() if title)
    whole = f"{sum(numbers.values()):,}"
    return f"{whole}: {told}" if told else whole


def listings_of(table: Table) -> Iterator[Listing]:
    """The listings of a table's cells, each once."""
    seen: set[str] = set()
    for row in table.rows:
        for cell in row.cells:
            if cell.listing is not None and cell.listing.anchor not in seen:
                seen.add(cell.listing.anchor)
                yield cell.listing
