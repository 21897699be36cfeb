"""Reads links out of answers: of pages, of sitemaps and sitemap indexes, of robots.txt."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types
from scrapy.http import Response, TextResponse
from scrapy.utils.gz import gunzip, gzip_magic_number
from scrapy.utils.response import get_base_url
from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots

_LINKS = "//a/@href | //area/@href | //frame/@src | //link[@rel='next']/@href"
_META_ROBOTS = "//meta[translate(@name, 'ROBTS', 'robts')='robots']/@content"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLinks:
    sitemaps: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    error: str = ""


def page_links(response: TextResponse) -> tuple[tuple[str, ...], str]:
    """The links of a page in its order, and the address to which they are relative; none where it asks for none."""
    try:
        selector = response.selector
        rules = " ".join(selector.xpath(_META_ROBOTS).getall()).lower()
        links = selector.xpath(_LINKS).getall()
    except (ValueError, LxmlError):  # no markup at all: plain text, control characters
        return (), response.url
    return (() if "nofollow" in rules or "none" in rules.split() else tuple(links)), get_base_url(response)


def sitemap_links(response: Response, *, most_bytes: int) -> SitemapLinks:
    """The links of a sitemap, of an index of sitemaps (either may be gzip), or the Sitemap lines of a robots.txt.

    A robots.txt without such lines leads to /sitemap.xml.
    """
    if response.url.endswith("/robots.txt"):
        named = tuple(sitemap_urls_from_robots(response.body, base_url=response.url))
        return SitemapLinks(sitemaps=named or (response.urljoin("/sitemap.xml"),))
    try:
        body = gunzip(response.body, max_size=most_bytes) if gzip_magic_number(response) else response.body
        sitemap = Sitemap(body)
        found = tuple(entry["loc"] for entry in sitemap)
    except (OSError, ValueError, EOFError, LxmlError, StopIteration) as error:
        return SitemapLinks(error=f"unreadable ({type(error).__name__}: {error})"[:200])
    if sitemap.type == "sitemapindex":
        return SitemapLinks(sitemaps=found)
    if sitemap.type == "urlset":
        return SitemapLinks(pages=found)
    return SitemapLinks(error=f"found a <{sitemap.type}>, expected a urlset or a sitemapindex")
