"""Which reader reads which kind of visit: a new kind of source is a module with a reader and a row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scrapy.http import Response

from crawlers.job import CrawlJob
from crawlers.links import read_page_links, read_sitemap
from crawlers.visits import LISTING, PAGE, SITEMAP, Found, Visit


class Reader(Protocol):
    """Reads an answer with status 200. It raises nothing: what cannot be read is a Found with its `error`."""

    def __call__(self, response: Response, visit: Visit, job: CrawlJob) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How answers to one kind of visit are treated.

    `archived` tells that the answer is itself kept as a page of the locality; `types` are media types that are kept
    for this kind beside those of `Limits.kept_types`; `counted` that it counts towards a source's `max_pages`.
    """

    read: Reader
    archived: bool = True
    counted: bool = True
    types: tuple[str, ...] = ()


READINGS: dict[str, Reading] = {
    PAGE: Reading(read=read_page_links),
    LISTING: Reading(read=read_page_links),
    SITEMAP: Reading(read=read_sitemap, archived=False, counted=False),
}
