"""Which reader reads which kind of visit: a new kind of source is a module with a reader and a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from scrapy.http import Response

from crawlers import feeds, oruk
from crawlers.job import CrawlJob
from crawlers.links import read_page_links, read_sitemap, sitemap_address
from crawlers.listings import read_listing
from crawlers.visits import LISTING, PAGE, SITEMAP, Found, Visit


class Reader(Protocol):
    """Reads an answer with status 200. It raises nothing: what cannot be read is a Found with its `error`."""

    def __call__(self, response: Response, visit: Visit, job: CrawlJob) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How answers to one kind of visit are treated.

    `archived` tells that the answer is itself kept as a page of the locality; `types` are media types that are kept
    for this kind beside those of `Limits.kept_types`; `counted` that it counts towards a source's `max_pages`.
    `vital` that a failure is told as one of the locality's pages though the answer is none (a feed's list).
    `start` makes the first address to ask for out of a start address, `fault` says why an answer with status 200 is
    not what this kind asks for ("" where it is): it is then no page.
    """

    read: Reader
    archived: bool = True
    counted: bool = True
    vital: bool = False
    types: tuple[str, ...] = ()
    start: Callable[[str], str] = str
    fault: Callable[[Response], str] = lambda response: ""


READINGS: dict[str, Reading] = {
    PAGE: Reading(read=read_page_links),
    LISTING: Reading(read=read_listing),
    SITEMAP: Reading(read=read_sitemap, archived=False, counted=False, start=sitemap_address),
    oruk.FEED: Reading(read=oruk.read_services, archived=False, counted=False, vital=True, start=oruk.services_address),
    oruk.RECORD: Reading(read=oruk.read_nothing, types=oruk.TYPES, fault=oruk.record_fault),
    "feed": Reading(read=feeds.read_feed, types=feeds.FEED_TYPES, fault=feeds.feed_fault),
    "calendar": Reading(read=feeds.read_calendar, types=feeds.CALENDAR_TYPES, fault=feeds.calendar_fault),
}
# Media types that some kind of visit keeps: a page that is known already is kept in whatever type it came.
KNOWN_TYPES = frozenset(kind for reading in READINGS.values() for kind in reading.types)
