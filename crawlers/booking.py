"""Books what came of a request: an archived page, an unchanged one, a failure with its cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

from scrapy import Request
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from crawlers.archive import holds_record
from crawlers.causes import Answer, cause_of_answer, cause_of_error, cause_of_refusal, cause_of_words
from crawlers.guard import HeldError, RefusedError
from crawlers.readers import READINGS
from crawlers.state import CrawlState
from crawlers.visits import Visit
from register.codes.vocabulary import Cause
from register.models import Fetch


class Booking:
    """Turns answers into fetches of the ledger."""

    def __init__(self, state: CrawlState, clock: Callable[[], datetime]) -> None:
        self._state, self._clock, self._ledger = state, clock, state.ledger

    def keep(self, visit: Visit, response: Response) -> Fetch:
        """Archive a page and note its fetch. Raises CloseSpider where the archive cannot be written any more."""
        now = self._clock()
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs]
        try:
            name, offset = self._ledger.archive.write(
                url=response.url,
                status=f"{response.status} {_phrase(response.status)}",
                headers=headers,
                body=response.body,
                fetched_at=now,
                ip=str(response.ip_address or ""),
            )
        except OSError as error:  # a full disk: nothing more could be kept
            self._ledger.note_error(visit.url, f"cannot write the archive: {error}")
            raise CloseSpider("cannot write the archive") from error
        fault = ""
        if response.status == HTTPStatus.OK:
            self._ledger.note_body(response.body)
            fault = READINGS[visit.kind].fault(response)
        fetch = replace(
            self._fetch(visit, response),
            fetched_at=now,
            archive=name,
            offset=offset,
            error=fault,
            cause=self._cause_of(visit, response) or (Cause.CHANGED_LAYOUT if fault else ""),
        )
        self._write(visit, fetch)
        return fetch

    def unmodified(self, visit: Visit, response: Response) -> bool:
        """Note a 304; False where the archive has lost the body that it speaks of, so that it has to be got anew."""
        known = self._state.frontier.known[visit.url]
        if not holds_record(self._state.job.archive, known.archive, known.offset):
            self._ledger.note_error(visit.url, f"{known.archive}: no record at {known.offset}")
            return False
        fetch = self._fetch(visit, response)
        etag, changed = fetch.etag or known.etag, fetch.last_modified or known.last_modified
        self._write(visit, replace(fetch, etag=etag, last_modified=changed))
        return True

    def index_failed(self, visit: Visit, response: Response, text: str) -> None:
        """Note a list that could not be read, as a failed page where all of its source hangs on it."""
        if not READINGS[visit.kind].vital:
            self._ledger.note_error(visit.url, text)
            return
        status = 0 if response.status == HTTPStatus.OK else response.status
        cause = self._cause_of(visit, response) or Cause.CHANGED_LAYOUT
        self._ledger.write(replace(self._fetch(visit, response), status=status, error=text, cause=cause), final="")

    def fail(self, visit: Visit, request: Request, error: BaseException | None) -> None:
        """Note a request that came to no answer."""
        if isinstance(error, HeldError):
            self._repeat(visit, error.fetch)
            return
        if isinstance(error, RefusedError):
            self._ledger.refuse(error.kind, request.url)
            cause = self._cause_of_refusal(error, request)
            if not request.meta.get("redirect_urls"):  # nothing was asked, so there is no fetch
                self.miss(visit, cause, str(error))
                return
        else:
            cause = cause_of_error(error)
        if not READINGS[visit.kind].archived and not READINGS[visit.kind].vital:
            self._ledger.note_error(visit.url, describe(error))
            return
        text = f"redirects to {error}" if isinstance(error, RefusedError) else describe(error)
        reasons = request.meta.get("redirect_reasons") or [0]
        status = reasons[-1] if isinstance(error, IgnoreRequest) and isinstance(reasons[-1], int) else 0
        now, source = self._clock(), visit.source
        self._write(
            visit,
            Fetch(
                url=visit.url,
                final_url=request.url,
                status=status,
                fetched_at=now,
                error=text,
                cause=cause.value,
                source=source,
            ),
        )

    def miss(self, visit: Visit, cause: Cause, text: str) -> None:
        """Note a page that we know and did not get, so that nobody takes it for gone."""
        if visit.url in self._state.frontier.known:
            now, source = self._clock(), visit.source
            fetch = Fetch(url=visit.url, source=source, final_url="", status=0, fetched_at=now, error=text, cause=cause)
            self._ledger.miss(fetch)

    def _repeat(self, visit: Visit, fetch: Fetch) -> None:
        """Another address that ended at a page of this crawl: what a 304 spoke of is the body that we hold."""
        known = self._state.frontier.known.get(fetch.url)
        if fetch.status == HTTPStatus.NOT_MODIFIED and known is not None:
            fetch = replace(fetch, status=HTTPStatus.OK, archive=known.archive, offset=known.offset)
        self._state.frontier.arrive(visit, self._state.canonical(fetch.final_url))
        self._ledger.repeat(visit, fetch)

    def _write(self, visit: Visit, fetch: Fetch) -> None:
        final = self._state.canonical(fetch.final_url)
        self._state.frontier.arrive(visit, final)
        if fetch.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) or fetch.error or fetch.cause:
            self._state.frontier.fail(visit)
        self._ledger.write(fetch, final=final)

    def _fetch(self, visit: Visit, response: Response) -> Fetch:
        return Fetch(
            url=visit.url,
            final_url=response.url,
            status=response.status,
            fetched_at=self._clock(),
            content_type=header(response, "Content-Type"),
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            source=visit.source,
        )

    def _cause_of(self, visit: Visit, response: Response) -> Cause | None:
        answer = Answer(
            url=visit.url,
            final_url=response.url,
            status=response.status,
            headers={name.decode("latin-1").lower(): header(response, name) for name in response.headers},
            body=response.body,
        )
        return cause_of_answer(answer, self._state.job.signs)

    def _cause_of_refusal(self, error: RefusedError, request: Request) -> Cause:
        if error.kind == "stopped":
            return cause_of_words(self._state.watch.stopped(request.url))
        return cause_of_refusal(error.kind, request.url, self._state.job.signs)


def describe(error: BaseException | None) -> str:
    """What went wrong, in a line: the message of a refusal, else the error's kind and message."""
    text = " ".join(str(error).split())[:300]
    if isinstance(error, IgnoreRequest):
        return "redirect loop: too many redirects" if "max redirections" in text else text
    return f"{type(error).__name__}: {text}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def header(response: Response, name: str | bytes) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
