"""Listings: which links lead to their further pages, and how many entries they say they have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]  # lxml ships no types
from scrapy.http import Response, TextResponse

from crawlers.job import CrawlJob
from crawlers.links import page_root, read_page_links
from crawlers.visits import LISTING, Found, Link, Visit

NEXT = re.compile(
    r"(?i)^\W*(?:(?:go to |view |see )?(?:the )?next(?: page| \d+| results| entries)?|older(?: posts| entries)?"
    r"|(?:load|show|view|see) more(?: results)?|more results)\W*$"
)
ARROWS = re.compile(r"^\s*(?:›|»|→|>|>>|⟩|❯|▶)\s*$")
NUMBER = re.compile(r"(?i)^\W*(?:go to )?(?:page )?(\d{1,4})\W*$")
LETTER = re.compile(r"(?i)^\W*(?:letter )?([a-z]|0-9|#)\W*$")
FEWEST_LETTERS = 5  # links of one letter each that make an A to Z
_WORDS = XPath("//text()[not(parent::script or parent::style)]", smart_strings=False)
_DIGITS = re.compile(r"\d+")
_PAGE_PART = re.compile(r"(?i)/(?:page|p|pg|seite)[/-]?\d+/?$")
_PAGE_NAMES = re.compile(
    r"(?i)^(?:.*[_-])?(?:page|paged|pg|p|start|offset|from|skip|first|pagenumber|pageno|pageindex)$"
)
_MOST_TEXT = 300_000  # characters of a page in which its claim is looked for

_COUNT = r"(\d{1,3}(?:,\d{3})+|\d{1,6})"
RANGE = re.compile(
    rf"(?i)\b{_COUNT}\s*(?:-|–|—|to)\s*{_COUNT}\s+(?:out\s+)?of\s+(?:about\s+|over\s+)?{_COUNT}\b(?!\s*(?:pages|%))"
)
PAGES = re.compile(r"(?i)\bpage\s+(\d{1,4})\s+(?:of|/)\s+(\d{1,4})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How much a listing says there is in all, and how much of it is on this page: entries, or pages where it counts
    those alone."""

    total: int
    here: int


def read_listing(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """A listing's links, those to its further pages marked as such, and what it claims to have.

    Where the locality file says what further pages look like, that alone decides.
    """
    found = read_page_links(response, visit, job)
    root = page_root(response) if isinstance(response, TextResponse) else None
    if root is None:
        return found
    claim = find_claim(" ".join(_WORDS(root))[:_MOST_TEXT])
    if claim:
        found = replace(found, claimed=claim.total, entries=claim.here)
    if visit.source >= 0 and job.locality.sources[visit.source].next_page:
        return found
    return replace(found, links=tuple(mark_further(found.links, _told_next(root), here=response.url, base=found.base)))


def find_claim(text: str) -> Claim | None:
    """What "1-20 of 134" or "Page 1 of 7" in a listing's text claims; None where it says nothing that adds up."""
    words = " ".join(text.split())
    for match in RANGE.finditer(words):
        first, last, total = (int(number.replace(",", "")) for number in match.groups())
        if 0 < first <= last <= total and (total > last or first > 1 or last - first > 0):
            return Claim(total=total, here=last - first + 1)
    for match in PAGES.finditer(words):
        page, pages = int(match[1]), int(match[2])
        if 0 < page <= pages:
            return Claim(total=pages, here=1)
    return None


def mark_further(links: Iterable[Link], told: set[str], *, here: str, base: str) -> Iterator[Link]:
    """The links, those to further pages of the listing at `here` marked as listings.

    `told` are addresses that the page's markup itself calls next. A link that says "Next" is one; a number is where
    its address is the listing's own but for a number; letters are where there are enough of them for an A to Z. The
    way back to the first page is left out: the listing has been read there.
    """
    links = tuple(links)
    own = _shape(here)
    named = ((LETTER.match(link.anchor), urljoin(base, link.url)) for link in links)
    letters = {letter[1].lower() for letter, address in named if letter and _near(here, address)}
    for link in links:
        address = urljoin(base, link.url)
        if urlsplit(address).netloc != urlsplit(here).netloc:
            yield link
            continue
        number, letter = NUMBER.match(link.anchor), LETTER.match(link.anchor)
        if link.url in told or NEXT.match(link.anchor) or (ARROWS.match(link.anchor) and _shape(address) == own):
            yield replace(link, kind=LISTING)
        elif number and _shape(address) == own:
            if int(number[1]) > 1:
                yield replace(link, kind=LISTING)
        elif letter and len(letters) >= FEWEST_LETTERS and _near(here, address):
            yield replace(link, kind=LISTING)
        else:
            yield link


def _told_next(root: _Element) -> set[str]:
    return {
        element.get("href")
        for element in root.iter("a", "link")
        if element.get("href") and "next" in (element.get("rel") or "").lower().split()
    }


def _shape(url: str) -> str:
    """An address without the number of its page: /groups/page/3/ and /groups/?page=2 are /groups/."""
    parts = urlsplit(url)
    path = _PAGE_PART.sub("/", parts.path).rstrip("/")
    kept = sorted(name for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _is_page(name, value))
    return f"{parts.netloc}{_DIGITS.sub('#', path)}?{'&'.join(kept)}"


def _is_page(name: str, value: str) -> bool:
    return bool(_PAGE_NAMES.match(name)) and (value.isdigit() or not value)


def _near(here: str, address: str) -> bool:
    """Whether an address lies beside or below the listing's own, or differs from it by its query."""
    own, other = urlsplit(here).path.rstrip("/"), urlsplit(address).path.rstrip("/")
    folder = own.rpartition("/")[0]
    return other == own or other.startswith(f"{own}/") or (bool(folder) and other.startswith(f"{folder}/"))
