"""What a crawl asks for and what an answer leads to: visits, links, and all that a reader found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PAGE, LISTING, SITEMAP = "page", "listing", "sitemap"
MOST_WORDS = 200  # characters of an anchor or a heading that a reader keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An address to ask for. `source` is its place in the locality file, -1 for a known page outside all sources;
    `kind` names the reader of the answer (`page`, `listing`, `sitemap`, …); `depth` the links followed to get here.
    `named` tells that a sitemap or a `follow` pattern asks for this query, so that it is no calendar's; `first` is the
    first page of the listing or feed of which this visit is a further page, empty for the first and for pages."""

    url: str
    source: int
    depth: int = 0
    kind: str = PAGE
    named: bool = False
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it stands in an answer: its address as written, its words, and the heading above it.

    `kind` is the kind of visit that the reader knows it to lead to (a listing's next page, a feed's entry); empty
    where the source's rules decide. `changed_at` is when a sitemap says that the page changed: the end of a mere date.
    """

    url: str
    anchor: str = ""
    heading: str = ""
    kind: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader found in one answer. Addresses of links are relative to `base`.

    `claimed` is how many entries the listing or feed says that it has (None where it says nothing), `entries` how
    many stand in this answer; `error` says why the answer could not be read, in a line.
    """

    links: tuple[Link, ...] = ()
    base: str = ""
    error: str = ""
    claimed: int | None = None
    entries: int = 0
