"""Reads links out of answers: of pages, of sitemaps and sitemap indexes, of robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from lxml.etree import LxmlError, XPath, _Element, tostring  # type: ignore[import-untyped]  # lxml ships no types
from scrapy.http import Response, TextResponse
from scrapy.utils.gz import gunzip, gzip_magic_number
from scrapy.utils.response import get_base_url
from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots

from crawlers.job import CrawlJob
from crawlers.jsonld import json_ld_links
from crawlers.visits import MOST_WORDS, SITEMAP, Found, Link, Visit

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKING = ("a", "area", "frame", "link")
_META_ROBOTS = XPath("//meta[translate(@name, 'ROBTS', 'robts')='robots']/@content", smart_strings=False)


def read_page_links(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """The links of a page in its order, then those that its JSON-LD names; none where it asks for its links not to be
    followed, or has no markup."""
    if not isinstance(response, TextResponse):
        return Found(base=response.url)
    root = page_root(response)
    if root is None:
        return Found(base=response.url)
    rules = " ".join(_META_ROBOTS(root)).lower()
    if "nofollow" in rules or "none" in rules.split():
        return Found(base=response.url)
    return Found(links=(*_links(root), *json_ld_links(root)), base=get_base_url(response))


def page_root(response: TextResponse) -> _Element | None:
    """The root element of a page, parsed once; None where there is no markup."""
    try:
        root = response.selector.root
    except (ValueError, LxmlError):  # plain text, control characters
        return None
    return root if isinstance(root, _Element) else None


def _links(root: _Element) -> Iterator[Link]:
    heading = ""
    for element in root.iter(*_HEADINGS, *_LINKING):
        tag = element.tag
        if tag in _HEADINGS:
            heading = _words(element)
            continue
        address = element.get("src" if tag == "frame" else "href")
        if not address or (tag == "link" and "next" not in (element.get("rel") or "").lower().split()):
            continue
        yield Link(url=address, anchor=_words(element), heading=heading)


def _words(element: _Element) -> str:
    """The words of an element, those of its pictures where it has no others."""
    text = " ".join(tostring(element, method="text", encoding="unicode", with_tail=False).split())
    if not text:
        told = (element.get("title"), element.get("alt"), *(image.get("alt") for image in element.iter("img")))
        text = " ".join(word for word in told if word)
    return text[:MOST_WORDS]


def sitemap_address(start: str) -> str:
    """Where the addresses of a site are listed: a front page stands for its robots.txt."""
    return f"{start}robots.txt" if start.count("/") == 3 and start.endswith("/") else start


def read_sitemap(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """The links of a sitemap, of an index of sitemaps (either may be gzip), or the Sitemap lines of a robots.txt.

    A robots.txt without such lines leads to /sitemap.xml.
    """
    if response.url.endswith("/robots.txt"):
        named = tuple(sitemap_urls_from_robots(response.body, base_url=response.url))
        entries = [{"loc": address} for address in named or (response.urljoin("/sitemap.xml"),)]
        return _found(response, entries, kind=SITEMAP)
    try:
        most = job.limits.max_body_bytes
        body = gunzip(response.body, max_size=most) if gzip_magic_number(response) else response.body
        sitemap = Sitemap(body)
        entries = [entry for entry in sitemap if entry["loc"]]
    except (OSError, ValueError, EOFError, LxmlError, StopIteration) as error:
        return Found(base=response.url, error=f"unreadable ({type(error).__name__}: {error})"[:200])
    if sitemap.type == "sitemapindex":
        return _found(response, entries, kind=SITEMAP)
    if sitemap.type == "urlset":
        return _found(response, entries)
    return Found(base=response.url, error=f"found a <{sitemap.type}>, expected a urlset or a sitemapindex")


def _found(response: Response, entries: list[dict[str, str]], *, kind: str = "") -> Found:
    links = (Link(url=entry["loc"], kind=kind, changed_at=_changed_at(entry.get("lastmod") or "")) for entry in entries)
    return Found(links=tuple(links), base=response.url)


def _changed_at(text: str) -> datetime | None:
    """When a `lastmod` (a W3C date, with or without a time) says that a page changed; None where it says nothing.

    >>> _changed_at("2026-05-01").isoformat()
    '2026-05-01T23:59:59.999999+00:00'
    """
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) <= len("2026-05-01"):
        told = datetime.combine(told, time.max)  # it may have changed after we looked on that day
    return told if told.tzinfo else told.replace(tzinfo=UTC)
