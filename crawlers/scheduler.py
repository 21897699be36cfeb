"""Feeds Scrapy from the frontier: only what its slots can take now, so that the order stays ours and memory flat."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

from scrapy.core.scheduler import BaseScheduler

from crawlers.state import CrawlState, state_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawlers.spider import LocalitySpider


class FrontierScheduler(BaseScheduler):
    """Requests that Scrapy makes itself (redirects, retries) go first; every other one is made when it is wanted."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._again: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(crawler)

    def has_pending_requests(self) -> bool:
        return bool(self._again) or self._state.frontier.waits()

    def enqueue_request(self, request: Request) -> bool:
        self._again.append(request)
        return True

    def next_request(self) -> Request | None:
        if self._again:
            return self._again.popleft()
        visit = self._state.frontier.next_visit()
        return None if visit is None else cast("LocalitySpider", self._crawler.spider).ask(visit)

    @property
    def _state(self) -> CrawlState:
        return state_of(self._crawler)
