"""The one spider: asks for what the frontier hands out, has each answer booked, and follows its links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from http import HTTPStatus

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from crawlers.archive import read_body
from crawlers.booking import Booking, describe
from crawlers.causes import cause_of_words
from crawlers.following import follow, from_archive
from crawlers.guard import HeldError
from crawlers.queue import Waiting
from crawlers.readers import KNOWN_TYPES, READINGS
from crawlers.state import CrawlState
from crawlers.visits import Visit
from register.codes.vocabulary import Cause


class LocalitySpider(Spider):
    name = "locality"

    def __init__(self, state: CrawlState, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.state, self._book = state, Booking(state, clock)

    @classmethod
    def from_crawler(cls, crawler: Crawler, state: CrawlState, clock: Callable[[], datetime]) -> LocalitySpider:
        spider = cls(state, clock)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.look_at_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.note_fault, signal=signals.spider_error)
        crawler.signals.connect(spider.note_misses, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Nothing of its own: the scheduler takes the first requests, too, from the frontier."""
        none: tuple[Request, ...] = ()
        for request in none:
            yield request

    def ask(self, one: Waiting, *, conditional: bool = True) -> Request:
        """The request for a visit."""
        self.state.ledger.note_asked(one)
        headers, known = {}, self.state.frontier.known.get(one.visit.url)
        if conditional and known is not None and known.archive:
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return Request(
            one.visit.url,
            callback=self.read,
            errback=self.fail,
            headers={name: value for name, value in headers.items() if value},
            meta={"visit": one.visit},
            dont_filter=True,  # the frontier admits once; a redirect may end where another visit ended
        )

    def look_at_headers(self, headers: Headers, request: Request) -> None:
        """Stop the download of a body that would not be kept (a film, an archive)."""
        visit = request.meta.get("visit")
        if isinstance(visit, Visit) and not self._keeps(visit, media_type(headers), b""):
            raise StopDownload(fail=False)

    def read(self, response: Response) -> Iterator[Request]:
        """Book an answer and queue what it leads to; yields a request only where the answer has to be got anew."""
        visit: Visit = response.meta["visit"]
        again = False
        try:
            again = self._read(visit, response)
        finally:
            if not again:
                self.state.frontier.end(visit)
        if again:
            yield self.ask(Waiting(visit=visit, prior=1.0), conditional=False)

    def fail(self, failure: Failure) -> None:
        """Book a request that came to no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.meta["visit"]
        self.state.frontier.fail(visit, repeats=isinstance(failure.value, HeldError))
        try:
            self._book.fail(visit, request, failure.value)
        finally:
            self.state.frontier.end(visit)

    def note_fault(self, failure: Failure, response: Response) -> None:
        """Book a fault of our own: it costs one page, not the crawl, and does not pass unseen."""
        self.state.ledger.note_error(response.url, f"our fault: {describe(failure.value)}")

    def note_misses(self) -> None:
        """Book the known pages that were due and that the crawl did not come to."""
        for one in self.state.frontier.left():
            reason = self.state.watch.stopped(one.visit.url)
            cause = cause_of_words(reason) if reason else Cause.OTHER
            self._book.miss(one.visit, cause, f"a host left alone: {reason}" if reason else "the crawl ended before")

    def _read(self, visit: Visit, response: Response) -> bool:
        """Whether the answer has to be asked for once more, unconditionally."""
        if not READINGS[visit.kind].archived:
            if response.status == HTTPStatus.OK:
                follow(self.state, self._book, visit, response)
            else:
                self._book.index_failed(visit, response, f"{visit.kind}: status {response.status}")
        elif response.status == HTTPStatus.NOT_MODIFIED:
            if not self._book.unmodified(visit, response):
                return True
            if self.state.frontier.fresh:  # otherwise its links were admitted when it was read
                self._read_again(visit, response.url)
        elif not self._keeps(visit, media_type(response.headers), response.body):
            self.state.ledger.skipped_types += 1
            self.state.frontier.fail(visit)
            kind = media_type(response.headers)
            self._book.miss(visit, Cause.OTHER, f"answers with {kind}, a type that is not kept")
        else:
            fetch = self._book.keep(visit, response)
            if response.status == HTTPStatus.OK and fetch.cause in ("", Cause.EMPTY):
                follow(self.state, self._book, visit, response)
        return False

    def _read_again(self, visit: Visit, url: str) -> None:
        known = self.state.frontier.known[visit.url]
        body, content_type = read_body(self.state.job.archive, known.archive, known.offset)
        follow(self.state, self._book, visit, from_archive(url, body, content_type))

    def _keeps(self, visit: Visit, kind: str, body: bytes) -> bool:
        """Without a content type, what looks like a page or a PDF is kept."""
        reading = READINGS[visit.kind]
        if not reading.archived:
            return True
        if not kind:
            start = body[:1000].lstrip().lower()
            return not body or bool(reading.types) or start.startswith((b"<", b"%pdf"))
        known = visit.url in self.state.frontier.known and kind in KNOWN_TYPES
        return kind in self.state.job.limits.kept_types or kind in reading.types or known


def media_type(headers: Headers) -> str:
    """The media type without its parameters, in lower case; "" where the server names none."""
    return (headers.get(b"Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
