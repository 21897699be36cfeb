"""Renders a page in a browser that reaches nothing by itself: what it asks for is fetched by the crawler's rules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, HtmlResponse, Response

from crawlers.javascript import SLOT, context_options, renders
from crawlers.state import state_of
from crawlers.visits import LISTING, PAGE, Visit
from register.errors import CrawlError

if TYPE_CHECKING:
    from playwright.async_api import Page, Route
    from playwright.async_api import Request as Asked
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)

MARK: Final = "X-Tidiermap-Rendered"  # in the archive, on records whose body is a rendered page
NEEDED: Final = frozenset({"script", "xhr", "fetch"})  # not pictures, fonts, styles, films, sockets
MOST_REQUESTS: Final = 60  # of one page
QUIET_SECONDS: Final = 0.5  # without a request, after which a page is taken to be made
STEP_SECONDS: Final = 0.1
LATE_SECONDS: Final = 5.0  # after its time in which a page may still hand over its text
PASSED_ON: Final = frozenset({"accept", "origin", "x-requested-with"})  # headers of a script's request
# The body is decoded, and a page keeps no cookies.
DROPPED: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding", b"set-cookie"})
UNCONDITIONAL: Final = (b"ETag", b"Last-Modified")  # of the shell, which stays while its data change


class RenderingError(CrawlError):
    """A page that could not be rendered."""


@dataclass(slots=True, kw_only=True)
class Rendering:
    """One page in the making: its document as the crawler got it, and what it has asked for since."""

    document: Response
    until: float
    page: Page | None = None
    tries: int = 0
    opened: bool = False
    waiting: int = 0
    asked: int = 0
    received: int = 0


class Renderer:
    """Downloader middleware: puts the rendered page in the place of the page as the server sent it.

    The document was fetched as any other, with robots.txt, opt-out, redirects, and the guard of addresses. The browser
    gets it from here, and so it gets its scripts and their data: GET alone, of the page's own host and those below it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._one_at_a_time = asyncio.Semaphore(1)
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself forgets tasks that nobody holds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Renderer:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        visit = request.meta.get("visit")
        if not isinstance(visit, Visit) or response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        job = state_of(self._crawler).job
        if not renders(job, visit) or visit.kind not in (LISTING, PAGE):
            return response
        body = (await self._render(response)).encode()
        if len(body) > job.limits.max_body_bytes:
            raise RenderingError(f"the rendered page is larger than {job.limits.max_body_bytes} bytes")
        headers = Headers(response.headers)
        for name in UNCONDITIONAL:
            headers.pop(name, None)
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers[MARK] = "chromium"
        return response.replace(body=body, headers=headers, encoding="utf-8")

    async def _render(self, response: Response) -> str:
        job, engine = state_of(self._crawler).job, self._crawler.engine
        rendering = Rendering(document=response, until=monotonic() + job.limits.render_seconds)

        async def open_page(page: Page, request: Request) -> None:
            await self._open(page, rendering)

        request = Request(
            response.url,
            dont_filter=True,
            meta={
                "playwright": True,
                "playwright_include_page": True,
                "playwright_context_kwargs": context_options(job),
                "playwright_page_init_callback": open_page,
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
                "download_slot": SLOT,
                "autothrottle_dont_adjust_delay": True,
                "dont_redirect": True,
                "dont_retry": True,
            },
        )
        async with self._one_at_a_time:
            try:
                await engine.download_async(request)
                page: Page = request.meta["playwright_page"]
                await _settle(rendering)
                return await page.content()
            except IgnoreRequest:
                raise
            except Exception as error:
                over = " (Timeout: it went on after its time)" if monotonic() > rendering.until else ""
                raise RenderingError(f"rendering {response.url}: {type(error).__name__}{over}: {error}") from error
            finally:
                if rendering.page is not None and not rendering.page.is_closed():
                    await rendering.page.close()

    async def _open(self, page: Page, rendering: Rendering) -> None:
        rendering.tries += 1
        rendering.page = page
        if rendering.tries == 1:
            rendering.until = monotonic() + state_of(self._crawler).job.limits.render_seconds

        async def gate(route: Route, asked: Asked) -> None:
            await self._answer(route, asked, rendering)

        await page.route("**/*", gate)  # laid over the handler's own, which is never reached
        page.on("popup", lambda popup: self._later(popup.close()))
        self._later(_end_in_time(page, rendering))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, route: Route, asked: Asked, rendering: Rendering) -> None:
        from playwright.async_api import Error

        rendering.waiting += 1
        try:
            response = await self._fetch(asked, rendering)
            if response is None and asked.is_navigation_request() and rendering.opened:
                await route.fulfill(status=204)  # leaves the document where it is; an error would take its place
            elif response is None:
                await route.abort("blockedbyclient")
            else:
                headers = {
                    name.decode("latin-1"): (response.headers.get(name) or b"").decode("latin-1")
                    for name in response.headers
                    if name.lower() not in DROPPED
                }
                await route.fulfill(status=response.status, headers=headers, body=response.body)
        except Error:  # the page was closed meanwhile
            log.debug("a page closed before its request was answered: %s", asked.url)
        finally:
            rendering.waiting -= 1

    async def _fetch(self, asked: Asked, rendering: Rendering) -> Response | None:
        """What the page's request gets; None where it is refused."""
        if rendering.tries > 1:
            return None  # the page went beyond its time; the handler tries again, and need not
        if asked.is_navigation_request():
            first = not rendering.opened and asked.frame.parent_frame is None
            rendering.opened = True
            return rendering.document if first else None
        job = state_of(self._crawler).job
        spent = rendering.asked >= MOST_REQUESTS or rendering.received > job.limits.max_body_bytes
        if asked.resource_type not in NEEDED or asked.method != "GET" or spent or monotonic() > rendering.until:
            return None
        rendering.asked += 1
        passed = {name: value for name, value in asked.headers.items() if name.lower() in PASSED_ON}
        request = Request(asked.url, dont_filter=True, headers=passed, meta={"beside": rendering.document.url})
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 (whatever it was, the page goes without)
            log.info("not given to %s: %s (%s)", rendering.document.url, asked.url, error)
            return None
        rendering.received += len(response.body)
        return response


async def _settle(rendering: Rendering) -> None:
    """Wait until the page has asked for nothing for a while, or its time is over."""
    quiet = 0.0
    while quiet < QUIET_SECONDS and monotonic() < rendering.until:
        await asyncio.sleep(STEP_SECONDS)
        quiet = 0.0 if rendering.waiting else quiet + STEP_SECONDS


async def _end_in_time(page: Page, rendering: Rendering) -> None:
    """Close a page that does not hand over its text: a script that never ends would hold the crawl."""
    while not page.is_closed():
        await asyncio.sleep(STEP_SECONDS)
        if monotonic() > rendering.until + LATE_SECONDS:
            log.info("closing %s, which goes on after its time", rendering.document.url)
            await page.close()
            return
