"""From an answer to what it leads to: read by its kind's reader, judged, and handed to the frontier."""

from __future__ import annotations

from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawlers.booking import Booking
from crawlers.frontier import RELEVANT
from crawlers.links import page_root
from crawlers.readers import READINGS
from crawlers.state import CrawlState
from crawlers.visits import Visit


def follow(state: CrawlState, book: Booking, visit: Visit, response: Response) -> None:
    """Queue what an answer with status 200 leads to, by what it says."""
    reading, frontier = READINGS[visit.kind], state.frontier
    found = reading.read(response, visit, state.job)
    if found.error and reading.vital and not found.links:
        book.index_failed(visit, response, f"{visit.kind}: {found.error}")
    elif found.error:
        state.ledger.note_error(visit.url, f"{visit.kind}: {found.error}")
    state.ledger.note_found(visit, found)
    relevance, repeats = RELEVANT, False
    if isinstance(response, TextResponse) and (root := page_root(response)) is not None:
        relevance, repeats = frontier.judge(visit, root)
    frontier.follow(visit, found, relevance=relevance, repeats=repeats)


def from_archive(url: str, body: bytes, content_type: str) -> Response:
    """An archived body as the answer that it was."""
    kind = responsetypes.from_args(headers=Headers({"Content-Type": content_type}), url=url, body=body)
    return kind(url, headers={"Content-Type": content_type}, body=body)
