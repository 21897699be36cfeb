"""Doing as sites ask: robots.txt with its crawl-delay, Retry-After, and a pace that follows a slow server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.throttle import AutoThrottle

from crawlers.guard import RefusedError
from crawlers.job import Ended
from crawlers.state import state_of
from register.localities.locality import is_loopback

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

log = logging.getLogger(__name__)
_BUSY = frozenset({429, 503})
_SHORTEST_HOLD = 0.001  # a slot without any delay would not look at `lastseen`


class RobotsRules(RobotsTxtMiddleware):
    """Obeys robots.txt; one that the server cannot give now (RFC 9309: 5xx, no answer) means: ask for nothing."""

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        token = state_of(self.crawler).job.limits.agent
        if rp is not None and not rp.allowed(request.url, token):
            raise RefusedError("robots", "an address that robots.txt refuses")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            state_of(self.crawler).watch.stop(
                request.url, f"its robots.txt answers {response.status}", ended=Ended.ROBOTS
            )
        elif response.status >= 400:
            response = response.replace(body=b"")  # none there: an error page is no rule
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, RefusedError):
            reason = f"its robots.txt cannot be read: {exc}"
            state_of(self.crawler).watch.stop(f"http://{netloc}/", reason, ended=Ended.ROBOTS)
        super()._robots_error(exc, netloc)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        await super().process_request(request)
        reason = state_of(self.crawler).watch.stopped(request.url)
        if reason and not request.meta.get("dont_obey_robotstxt"):  # robots.txt itself said so just now
            raise RefusedError("stopped", f"a host left alone: {reason}")


class RetryAfter(RetryMiddleware):
    """Retries a bounded number of times; a busy host (429, 503) is left in peace as long as it asks for."""

    clock: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status in _BUSY:
            limits = state_of(self.crawler).job.limits
            tried = request.meta.get("retry_times", 0)
            asked = retry_after(response.headers.get(b"Retry-After"), now=self.clock())
            wait = limits.retry_wait_seconds * 2**tried if asked is None else asked
            if wait > limits.longest_wait_seconds or monotonic() + wait > state_of(self.crawler).deadline:
                reason = f"asks to come back after {wait:.0f} s"
                state_of(self.crawler).watch.stop(request.url, reason, ended=Ended.BUSY)
                return response
            _hold(self.crawler, request, wait)
        return super().process_response(request, response)


def retry_after(header: bytes | None, *, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, in either of its forms; None where it is absent or unreadable.

    >>> retry_after(b"120", now=datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    text = (header or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _hold(crawler: Crawler, request: Request, seconds: float) -> None:
    """Send nothing more to the request's host for that long, requests that queue already included."""
    slot = crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
    if slot is not None:
        log.info("holding %s for %.1f s", request.meta["download_slot"], seconds)
        slot.delay = max(slot.delay, _SHORTEST_HOLD)
        slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


class HostPace(AutoThrottle):
    """AutoThrottle that keeps each host's crawl-delay as the floor of its delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._floors: dict[str, float] = {}
        crawler.signals.connect(self._read_crawl_delay, signal=signals.robots_parsed)

    def _read_crawl_delay(self, robotparser: RobotParser, request: Request) -> None:
        state = state_of(self.crawler)
        delay = robotparser.crawl_delay(state.job.limits.agent)
        if not delay:
            return
        if delay > state.job.limits.longest_wait_seconds:
            reason = f"its robots.txt asks for {delay:.0f} s between requests"
            state.watch.stop(request.url, reason, ended=Ended.ROBOTS)
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        self._floors[key] = delay
        downloader.per_slot_settings[key] = {"delay": max(delay, self.mindelay)}
        if key in downloader.slots:
            downloader.slots[key].delay = max(delay, downloader.slots[key].delay)

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        if not self.mindelay and not self._floors and is_loopback(urlsplit(response.url).hostname or ""):
            return  # our own machine, asked without delay
        super()._adjust_delay(slot, latency, response)
        key = next((key for key, known in self.crawler.engine.downloader.slots.items() if known is slot), "")
        slot.delay = max(slot.delay, self._floors.get(key, 0.0))
