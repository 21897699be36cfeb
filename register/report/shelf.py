"""Where the records behind a number stand: lists in pages of bounded length, by area, table and anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from register.report.records import EVERYWHERE, Area, MappedRecord
from register.report.tables import Listing, Table

ON_A_PAGE: Final = 500  # entries of a page of a list, and of a page of services


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a list: a service, or a locality with how many of the services lie there."""

    label: str
    href: str
    said: str = ""


@dataclass(slots=True, kw_only=True)
class Group:
    title: str
    entries: list[Entry]


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
    """A page of a table's lists; `path` is that of its file in the report, `next` that of the page after it."""

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
        self._services: dict[str, str] = {}

    def put_services(self, area: Area) -> Iterator[tuple[str, tuple[MappedRecord, ...]]]:
        """The pages on which the services of a locality are described: path and records of each."""
        known = (*area.records, *area.away)
        for n, first in enumerate(range(0, len(known), ON_A_PAGE), 1):
            path, records = f"services/{area.key}/{n}.html", known[first : first + ON_A_PAGE]
            self._services |= {record.id: f"{path}#{record.id}" for record in records}
            yield path, records

    def service(self, record: MappedRecord) -> str:
        return self._services[record.id]

    def href(self, area: str, table: str, anchor: str) -> str:
        """Where the list of that anchor begins; "" where it was not put on the shelf."""
        return self._listed.get((area, table, anchor), "")

    def put_lists(self, area: Area, table: Table) -> list[ListPage]:
        """The pages of the lists behind a table's numbers. A list of all localities leads to those of each, where they
        have one, so that none names all services of a country."""
        folder = f"lists/{area.key}/" if area.key != EVERYWHERE else "lists/"
        pages = [ListPage(path=f"{folder}{table.key}.html", title=table.title, table=table.key, area=area)]
        for listing in listings_of(table):
            groups = self._by_locality(table, listing) if area.key == EVERYWHERE else None
            self._put(listing, groups or self._by_service(listing), table, pages, folder)
        return pages if pages[0].stretches else []

    def _put(self, listing: Listing, groups: Iterable[Group], table: Table, pages: list[ListPage], folder: str) -> None:
        number = sum(len(records) for _, records in listing.groups)
        stretch: Stretch | None = None
        for group in groups:
            at = 0
            while at < len(group.entries):
                page = pages[-1]
                if page.entries >= ON_A_PAGE:
                    page.next = f"{folder}{table.key}-{len(pages) + 1}.html"
                    page = ListPage(path=page.next, title=table.title, table=table.key, area=page.area)
                    pages.append(page)
                if stretch is None or not page.stretches or page.stretches[-1] is not stretch:
                    again = stretch is not None
                    stretch = Stretch(anchor=listing.anchor, title=listing.title, number=number, continued=again)
                    page.stretches.append(stretch)
                    if not again:
                        self._listed[page.area.key, table.key, listing.anchor] = f"{page.path}#{listing.anchor}"
                taken = group.entries[at : at + ON_A_PAGE - page.entries]
                stretch.groups.append(Group(title=group.title, entries=taken))
                page.entries += len(taken)
                at += len(taken)

    def _by_service(self, listing: Listing) -> Iterator[Group]:
        for title, records in listing.groups:
            yield Group(title=title, entries=[Entry(label=r.name, href=self.service(r)) for r in records])

    def _by_locality(self, table: Table, listing: Listing) -> list[Group] | None:
        """One entry a locality with its numbers by group; None where a locality has no such list."""
        found: dict[str, Counter[str]] = {}
        for title, records in listing.groups:
            for locality, number in Counter(record.locality for record in records).items():
                found.setdefault(locality, Counter())[title] = number
        entries = []
        for key in sorted(found, key=lambda one: self._names[one]):
            href = self._listed.get((key, table.key, listing.anchor))
            if href is None:
                return None
            entries.append(Entry(label=self._names[key], href=href, said=say_groups(found[key])))
        return [Group(title="", entries=entries)]


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
