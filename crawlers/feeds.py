"""RSS and Atom feeds, whose items lead to pages; calendars, which lead nowhere."""

from __future__ import annotations

import io

import feedparser  # type: ignore[import-untyped]  # it ships no types
from scrapy.http import Response

from crawlers.job import CrawlJob
from crawlers.visits import MOST_WORDS, Found, Link, Visit
from register.hosts import host_of

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/octet-stream",
)
CALENDAR_TYPES = ("text/calendar", "application/ics", "application/octet-stream")


def read_feed(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """The pages to which the items of a feed lead, with their titles."""
    # A stream of bytes: feedparser takes a string for an address, and would fetch it.
    feed = feedparser.parse(io.BytesIO(response.body))
    links = tuple(
        Link(url=str(item.link), anchor=str(item.get("title", ""))[:MOST_WORDS])
        for item in feed.entries
        if item.get("link")
    )
    # Frontiers stay on the hosts of the start addresses; a feed on another host would give nothing, in silence.
    away = {host_of(response.urljoin(link.url)) for link in links} - _hosts(job)
    error = f"its items lead to {', '.join(sorted(away)[:3])}: add that site as a source to read them" if away else ""
    return Found(links=links, base=response.url, error=error, entries=len(feed.entries))


def read_calendar(response: Response, visit: Visit, job: CrawlJob) -> Found:
    """The number of events; a calendar is read whole, and its links are not followed."""
    return Found(base=response.url, entries=response.body.upper().count(b"BEGIN:VEVENT"))


def feed_fault(response: Response) -> str:
    """Why an answer is no feed; "" where it may be one."""
    start = response.body[:4096].lower()
    if any(mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return ""
    return f"found {_start(response.body)!r}, expected an RSS or Atom feed"


def calendar_fault(response: Response) -> str:
    """Why an answer is no calendar; "" where it is one."""
    if b"BEGIN:VCALENDAR" in response.body[:4096].upper():
        return ""
    return f"found {_start(response.body)!r}, expected an iCalendar file"


def _hosts(job: CrawlJob) -> set[str]:
    return {host_of(address) for source in job.locality.sources for address in source.start}


def _start(body: bytes) -> str:
    return " ".join(body[:200].decode("utf-8", errors="replace").split())[:40]
