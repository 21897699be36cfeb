"""Patience, opt-outs in all their forms, and an end: delays, robots.txt, busy hosts, time limits, private names."""

import signal
import time
from itertools import pairwise
from pathlib import Path

from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import dnscache
from twisted.internet import reactor

from crawlers.addresses import Canonical
from crawlers.frontier import Frontier
from crawlers.guard import PublicResolver
from crawlers.hosts import HostWatch
from crawlers.job import Ended
from crawlers.run import crawl
from register.localities.locality import Source
from tests.crawls import crawling, crawls_of
from tests.misbehaving import LIMITS, Site, job, misbehave


def test_delay_crawl_delay_and_an_unreadable_robots_txt(tmp_path: Path) -> None:
    links = "/1 /2 /3"
    with (
        misbehave("127.0.0.1", links=links) as plain,
        misbehave("127.0.0.2", links=links, robots="User-agent: tidiermap\nCrawl-delay: 0.6\n") as slow,
        misbehave("127.0.0.3", links=links, robots=500) as closed,
        misbehave("127.0.0.4", links="/comeback /1 /2 /3") as later,
    ):
        sources = [Source(start=(f"{site.base}/",)) for site in (plain, slow, closed, later)]
        result = crawl(job(tmp_path, *sources, delay=0.3))
    assert [len(site.requests) for site in (plain, slow)] == [5, 5]
    assert smallest_gap(plain) >= 0.25, "0.3 s as sent; a busy machine receives them less evenly"
    assert smallest_gap(slow) >= 0.5
    assert {path for _, path in closed.requests} == {"/robots.txt"}
    stopped = {host.host: host.stopped for host in result.stats.hosts}
    assert "robots.txt answers 500" in stopped[closed.base.removeprefix("http://")]
    assert "asks to come back after 86400 s" in stopped[later.base.removeprefix("http://")]
    assert stopped[plain.base.removeprefix("http://")] == ""
    assert result.stats.truncated_by == "host"


def smallest_gap(site: Site) -> float:
    times = [when for when, _ in site.requests]
    return min(b - a for a, b in pairwise(times))


def test_a_crawl_over_its_time_is_closed_and_keeps_what_it_has(tmp_path: Path) -> None:
    limits = LIMITS.model_copy(update={"longest_wait_seconds": 600})
    with misbehave(links=" ".join(f"/{n}" for n in range(200))) as site, misbehave("127.0.0.2", links="/tea") as busy:
        began = time.monotonic()
        sources = [Source(start=(f"{server.base}/",)) for server in (site, busy)]
        result = crawl(job(tmp_path, *sources, delay=0.2, limits=limits), timeout_seconds=2)
    assert result.stats.finish_reason == "timeout"
    assert "timeout" in result.stats.truncated_by
    assert 3 <= len(result.fetches) < 20
    assert time.monotonic() - began < 15
    assert ("127.0.0.2", "asks to come back after 300 s") in [(h.host[:9], h.stopped) for h in result.stats.hosts]


def test_the_crawl_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with misbehave(links=" ".join(f"/{n}" for n in range(2000))) as site:
        asked = job(tmp_path, Source(start=(f"{site.base}/",)), delay=0.2)
        with crawling(asked) as parent:
            wait_until(lambda: len(site.requests) > 3)
            assert crawls_of(asked.out)
            parent.send_signal(signal.SIGKILL)
        wait_until(lambda: not crawls_of(asked.out))
        ended = len(site.requests)
        time.sleep(0.6)
        assert len(site.requests) == ended


def wait_until(true, seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    resolver = PublicResolver(reactor, 100, 1.0)
    resolver.allow_loopback = True
    seeded = {"rebound.example.org": "127.0.0.1", "inner.example.org": "10.1.2.3", "fine.example.org": "93.184.215.14"}
    answers: dict[str, object] = {}
    try:
        for name, address in {**seeded, "localhost": "127.0.0.1"}.items():
            dnscache[name] = address
            resolver.getHostByName(name).addBoth(lambda answer, name=name: answers.__setitem__(name, answer))
    finally:
        dnscache.clear()
    assert answers["fine.example.org"] == "93.184.215.14"
    assert answers["localhost"] == "127.0.0.1", "allowed by name and by address"
    for name in ("rebound.example.org", "inner.example.org"):
        assert isinstance(answers[name].value, CannotResolveHostError), name


def test_a_host_is_left_alone_after_many_failures_in_a_row(tmp_path: Path) -> None:
    watch = HostWatch(3)
    for status in (403, 500, 200, 403, 404, 429, 0):
        watch.note("https://www.example.org/a", status, "")
    assert watch.stopped("https://example.org/") == "", "an answer between them starts the count again"
    watch.note("https://example.org/b", 403, "")
    assert watch.stopped("https://www.example.org/c") == "3 failures in a row, the last: status 403"
    assert watch.stopped("https://example.com/") == ""
    (report,) = watch.reports(Frontier(job(tmp_path), Canonical()), cut=None)
    assert (report.host, report.pages, report.failures) == ("example.org", 1, 6)
    assert (report.ended, report.cause) == (Ended.FAILURES, "http_403_wall")
