"""What a visitor asked for, as the address says it: words, a postcode, chosen facets, a part of the map, a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

FACETS = ("locality", "type", "factor", "population", "day", "cost", "delivery_mode", "referral")
DISTANCES = (1, 2, 5, 10, 20)  # miles
MOST_PAGES = 1000
LONGEST = 200  # characters of what is typed
MOST_CHOSEN = 20  # values of one facet
BOX = re.compile(r"(-?\d{1,7}),(-?\d{1,7}),(-?\d{1,7}),(-?\d{1,7})")
Box = tuple[int, int, int, int]  # west, south, east, north; metres on the National Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicQuery:
    """`within` is in miles, 0 for any distance."""

    words: str = ""
    near: str = ""
    within: int = 0
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    box: Box | None = None
    page: int = 1

    def pairs(self, *, page: bool = False) -> list[tuple[str, str]]:
        """Names and values of the address, in an order that does not change."""
        told = [("q", self.words), ("near", self.near), ("within", str(self.within or ""))]
        told += [(facet, value) for facet in FACETS for value in self.chosen.get(facet, ())]
        told.append(("box", ",".join(map(str, self.box)) if self.box else ""))
        if page and self.page > 1:
            told.append(("page", str(self.page)))
        return [(name, value) for name, value in told if value]

    @property
    def address(self) -> str:
        query = urlencode(self.pairs(page=True))
        return f"/services?{query}" if query else "/services"

    @property
    def is_everything(self) -> bool:
        return not self.pairs()

    def on_page(self, page: int) -> PublicQuery:
        return replace(self, page=page)

    def choosing(self, facet: str, value: str) -> PublicQuery:
        values = (*self.chosen.get(facet, ()), value)
        return replace(self, chosen={**self.chosen, facet: values}, page=1)

    def without(self, facet: str, value: str) -> PublicQuery:
        left = tuple(v for v in self.chosen.get(facet, ()) if v != value)
        return replace(self, chosen={**self.chosen, facet: left}, page=1)

    def in_box(self, box: Box | None) -> PublicQuery:
        return replace(self, box=box, page=1)

    def without_words(self) -> PublicQuery:
        return replace(self, words="", page=1)

    def anywhere(self) -> PublicQuery:
        return replace(self, near="", within=0, page=1)


def read_query(params: QueryParams) -> PublicQuery:
    """Whatever an address says: what is no value of ours is passed over, so that no address is an error."""
    chosen = {}
    for facet in FACETS:
        values = dict.fromkeys(v[:LONGEST] for v in params.getlist(facet) if re.fullmatch(r"[\w-]+", v))
        if values:
            chosen[facet] = tuple(values)[:MOST_CHOSEN]
    within, page = params.get("within", ""), params.get("page", "")
    return PublicQuery(
        words=_line(params.get("q", "")),
        near=_line(params.get("near", "")),
        within=int(within) if within in map(str, DISTANCES) else 0,
        chosen=chosen,
        box=_box(params.get("box", "")),
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and 0 < len(page) < 9 and int(page) else 1,
    )


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def _box(text: str) -> Box | None:
    found = BOX.fullmatch(text)
    if not found:
        return None
    west, south, east, north = (int(part) for part in found.groups())
    return (west, south, east, north) if west < east and south < north else None
