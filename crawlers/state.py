"""What one crawl's parts share: its job, frontier, host watch and ledger, reached through the running spider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from crawlers.addresses import Canonical
from crawlers.frontier import Frontier
from crawlers.hosts import HostWatch
from crawlers.job import CrawlJob
from crawlers.ledger import Ledger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlState:
    """`deadline` is the `time.monotonic()` at which the crawl closes; infinite where it has all the time it needs."""

    job: CrawlJob
    canonical: Canonical
    frontier: Frontier
    watch: HostWatch
    ledger: Ledger
    deadline: float


class _Stateful(Protocol):
    state: CrawlState


def state_of(crawler: Crawler) -> CrawlState:
    """The state of the crawl that runs in `crawler`; there is one from the opening of its spider on."""
    return cast(_Stateful, crawler.spider).state
