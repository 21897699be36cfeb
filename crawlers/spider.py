"""The one spider: asks for what the frontier admits, books each answer, and follows its links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from twisted.python.failure import Failure

from crawlers.archive import read_body
from crawlers.causes import Answer, cause_of_answer, cause_of_error, cause_of_refusal, cause_of_words
from crawlers.guard import HeldError, RefusedError
from crawlers.job import Known
from crawlers.readers import KNOWN_TYPES, READINGS
from crawlers.state import CrawlState
from crawlers.visits import Visit
from register.errors import CrawlError
from register.models import Fetch
from register.vocabulary import Cause


class LocalitySpider(Spider):
    name = "locality"

    def __init__(self, state: CrawlState, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.state, self._clock = state, clock
        self._known = {state.canonical(known.url): known for known in state.job.known}

    @classmethod
    def from_crawler(cls, crawler: Crawler, state: CrawlState, clock: Callable[[], datetime]) -> LocalitySpider:
        spider = cls(state, clock)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.look_at_headers, signal=signals.headers_received)
        crawler.signals.connect(spider.note_fault, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for visit in self.state.frontier.start():
            yield self._ask(visit)

    def look_at_headers(self, headers: Headers, request: Request) -> None:
        """Stop the download of a body that would not be kept (a film, an archive)."""
        visit = request.meta.get("visit")
        if isinstance(visit, Visit) and not self._keeps(visit, media_type(headers), b""):
            raise StopDownload(fail=False)

    def read(self, response: Response) -> Iterator[Request]:
        """Book an answer; yields the requests to which it leads."""
        visit: Visit = response.meta["visit"]
        if not READINGS[visit.kind].archived:
            yield from self._read_index(visit, response)
        elif response.status == HTTPStatus.NOT_MODIFIED:
            yield from self._read_unmodified(visit, response)
        elif not self._keeps(visit, media_type(response.headers), response.body):
            self.state.ledger.skipped_types += 1
            self._miss(visit, Cause.OTHER, f"answers with {media_type(response.headers)}, a type that is not kept")
        else:
            fetch = self._keep(visit, response)
            if response.status == HTTPStatus.OK and fetch.cause in ("", Cause.EMPTY):
                yield from self._follow(visit, response)

    def fail(self, failure: Failure) -> None:
        """Book a request that came to no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.meta["visit"]
        ledger, error = self.state.ledger, failure.value
        redirected = bool(request.meta.get("redirect_urls"))
        if isinstance(error, HeldError):
            ledger.repeat(visit, error.fetch)
            return
        if isinstance(error, RefusedError):
            ledger.refuse(error.kind, request.url)
            cause = self._cause_of_refusal(error, request)
            if not redirected:  # nothing was asked, so there is no fetch
                self._miss(visit, cause, str(error))
                return
        else:
            cause = cause_of_error(error)
        if not READINGS[visit.kind].archived and not READINGS[visit.kind].vital:
            ledger.note_error(visit.url, describe(error))
            return
        text = f"redirects to {error}" if isinstance(error, RefusedError) else describe(error)
        reasons = request.meta.get("redirect_reasons") or [0]
        status = reasons[-1] if isinstance(error, IgnoreRequest) and isinstance(reasons[-1], int) else 0
        fetch = Fetch(
            url=visit.url,
            source=visit.source,
            final_url=request.url,
            status=status,
            fetched_at=self._clock(),
            error=text,
            cause=cause.value,
        )
        ledger.write(fetch, final=self.state.canonical(request.url))

    def note_fault(self, failure: Failure, response: Response) -> None:
        """Book a fault of our own: it costs one page, not the crawl, and does not pass unseen."""
        self.state.ledger.note_error(response.url, f"our fault: {describe(failure.value)}")

    def _ask(self, visit: Visit, *, conditional: bool = True) -> Request:
        headers = {}
        known = self._known.get(visit.url)
        if conditional and known is not None and known.archive:
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return Request(
            visit.url,
            callback=self.read,
            errback=self.fail,
            headers={name: value for name, value in headers.items() if value},
            meta={"visit": visit},
            dont_filter=True,  # the frontier admits once; a redirect may end where another visit ended
            priority=-visit.depth,
        )

    def _cause_of_refusal(self, error: RefusedError, request: Request) -> Cause:
        if error.kind == "stopped":
            return cause_of_words(self.state.watch.stopped(request.url))
        return cause_of_refusal(error.kind, request.url, self.state.job.signs)

    def _miss(self, visit: Visit, cause: Cause, text: str) -> None:
        """Book a page that we know and did not get, so that nobody takes it for gone."""
        if visit.url in self._known:
            now, source = self._clock(), visit.source
            fetch = Fetch(url=visit.url, source=source, final_url="", status=0, fetched_at=now, error=text, cause=cause)
            self.state.ledger.miss(fetch)

    def _keep(self, visit: Visit, response: Response) -> Fetch:
        now = self._clock()
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs]
        try:
            name, offset = self.state.ledger.archive.write(
                url=response.url,
                status=f"{response.status} {_phrase(response.status)}",
                headers=headers,
                body=response.body,
                fetched_at=now,
                ip=str(response.ip_address or ""),
            )
        except OSError as error:  # a full disk: nothing more could be kept
            self.state.ledger.note_error(visit.url, f"cannot write the archive: {error}")
            raise CloseSpider("cannot write the archive") from error
        fault = ""
        if response.status == HTTPStatus.OK:
            self.state.ledger.note_body(response.body)
            fault = READINGS[visit.kind].fault(response)
        fetch = Fetch(
            url=visit.url,
            source=visit.source,
            final_url=response.url,
            status=response.status,
            fetched_at=now,
            content_type=_header(response, "Content-Type"),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            archive=name,
            offset=offset,
            error=fault,
            cause=self._cause_of(visit, response) or (Cause.CHANGED_LAYOUT if fault else ""),
        )
        self.state.ledger.write(fetch, final=self.state.canonical(response.url))
        return fetch

    def _cause_of(self, visit: Visit, response: Response) -> Cause | None:
        answer = Answer(
            url=visit.url,
            final_url=response.url,
            status=response.status,
            headers={name.decode("latin-1").lower(): _header(response, name) for name in response.headers},
            body=response.body,
        )
        return cause_of_answer(answer, self.state.job.signs)

    def _read_unmodified(self, visit: Visit, response: Response) -> Iterator[Request]:
        known: Known = self._known[visit.url]
        try:
            body, content_type = read_body(self.state.job.archive, known.archive, known.offset)
        except CrawlError as error:  # the archive lost it: get it anew
            self.state.ledger.note_error(visit.url, str(error))
            yield self._ask(visit, conditional=False)
            return
        fetch = Fetch(
            url=visit.url,
            source=visit.source,
            final_url=response.url,
            status=response.status,
            fetched_at=self._clock(),
            content_type=content_type,
            etag=_header(response, "ETag") or known.etag,
            last_modified=_header(response, "Last-Modified") or known.last_modified,
        )
        final = self.state.canonical(response.url)
        self.state.ledger.write(fetch, final=final)
        # Another address that ends here may be new to the caller: it gets the body that we hold, not a bare 304.
        held = replace(fetch, status=HTTPStatus.OK, archive=known.archive, offset=known.offset)
        self.state.ledger.hold(final, held)
        yield from self._follow(visit, _from_archive(response.url, body, content_type))

    def _read_index(self, visit: Visit, response: Response) -> Iterator[Request]:
        """Follow an answer that is no page of the locality (a sitemap)."""
        if response.status == HTTPStatus.OK:
            yield from self._follow(visit, response)
        elif READINGS[visit.kind].vital:
            self._fail_index(visit, response, f"{visit.kind}: status {response.status}")
        else:
            self.state.ledger.note_error(visit.url, f"{visit.kind}: status {response.status}")

    def _fail_index(self, visit: Visit, response: Response, text: str) -> None:
        cause = self._cause_of(visit, response) or Cause.CHANGED_LAYOUT
        status = 0 if response.status == HTTPStatus.OK else response.status
        fetch = Fetch(
            url=visit.url,
            source=visit.source,
            final_url=response.url,
            status=status,
            fetched_at=self._clock(),
            error=text,
            cause=cause,
        )
        self.state.ledger.write(fetch, final="")

    def _follow(self, visit: Visit, response: Response) -> Iterator[Request]:
        found = READINGS[visit.kind].read(response, visit, self.state.job)
        if found.error and READINGS[visit.kind].vital and not found.links:
            self._fail_index(visit, response, f"{visit.kind}: {found.error}")
        elif found.error:
            self.state.ledger.note_error(visit.url, f"{visit.kind}: {found.error}")
        self.state.ledger.note_found(visit, found)
        for next_visit in self.state.frontier.visits_from(visit, found):
            yield self._ask(next_visit)

    def _keeps(self, visit: Visit, kind: str, body: bytes) -> bool:
        """Without a content type, what looks like a page or a PDF is kept."""
        reading = READINGS[visit.kind]
        if not reading.archived:
            return True
        if not kind:
            start = body[:1000].lstrip().lower()
            return not body or bool(reading.types) or start.startswith((b"<", b"%pdf"))
        known = visit.url in self._known and kind in KNOWN_TYPES
        return kind in self.state.job.limits.kept_types or kind in reading.types or known


def media_type(headers: Headers) -> str:
    """The media type without its parameters, in lower case; "" where the server names none."""
    return (headers.get(b"Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()


def describe(error: BaseException | None) -> str:
    """What went wrong, in a line: the message of a refusal, else the error's kind and message."""
    text = " ".join(str(error).split())[:300]
    if isinstance(error, IgnoreRequest):
        return "redirect loop: too many redirects" if "max redirections" in text else text
    return f"{type(error).__name__}: {text}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def _from_archive(url: str, body: bytes, content_type: str) -> Response:
    kind = responsetypes.from_args(headers=Headers({"Content-Type": content_type}), url=url, body=body)
    return kind(url, headers={"Content-Type": content_type}, body=body)


def _header(response: Response, name: str | bytes) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
