"""The gate before every request, redirects included: no private address, nobody who opted out, no strange host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver

from crawlers.state import CrawlState, state_of
from register.hosts import host_of
from register.localities.locality import is_loopback, is_private
from register.models import Fetch

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


class RefusedError(IgnoreRequest):
    """A request that is not made; its text names what was refused.

    `kind` is `private`, `host`, `opt_out`, `robots` or `stopped`.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class HeldError(IgnoreRequest):
    """A request that needs none: this crawl got the address already, as `fetch`."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__(f"already fetched as {fetch.url}")
        self.fetch = fetch


class AddressGuard:
    """Downloader middleware, before all others: robots.txt itself is not asked for where it refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        state = state_of(self._crawler)
        check_address(request.url, state, beside=request.meta.get("beside", ""))
        if reason := state.watch.stopped(request.url):
            raise RefusedError("stopped", f"a host left alone: {reason}")
        held = state.ledger.held(state.canonical(request.url))
        if held is not None and "visit" in request.meta:
            raise HeldError(held)


def check_address(url: str, state: CrawlState, *, beside: str = "") -> None:
    """Raises RefusedError where `url` is private, opted out, or off the hosts of this crawl.

    A script's request on behalf of the page `beside` stays on that page's host, the hosts below it, and the hosts that
    it is below.
    """
    host = urlsplit(url).hostname or ""
    if is_private(host) and not (state.job.locality.allow_loopback and is_loopback(host)):
        raise RefusedError("private", f"a private address: {host}")
    if any(row.covers(url) for row in state.job.opt_out):
        raise RefusedError("opt_out", f"a site that opted out: {host}")
    own, page = host_of(url), host_of(beside)
    beside_it = bool(page) and (own == page or own.endswith(f".{page}") or page.endswith(f".{own}"))
    if not beside_it and (page or own not in state.frontier.hosts):
        raise RefusedError("host", f"another host: {host_of(url)}")


class PublicResolver(CachingThreadedResolver):
    """Refuses names that resolve to private addresses, so that no public name leads inside the own network.

    The connection is made to the address that was checked here: a second answer of the name server plays no part.
    """

    allow_loopback = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_loopback = crawler.settings.getbool("TIDIERMAP_ALLOW_LOOPBACK")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802, ANN401 (Twisted's interface)
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        local = self.allow_loopback and is_loopback(name) and is_loopback(address)
        if is_private(address) and not local:
            raise CannotResolveHostError(f"{name} resolves to a private address, {address}")
        return address
