"""Sites that are slow, broken or malicious: every address ends in a fetch or a count, and the run ends."""

import gzip
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import dnscache
from twisted.internet import reactor

from crawlers.addresses import Canonical
from crawlers.archive import read_body
from crawlers.frontier import Frontier
from crawlers.guard import PublicResolver
from crawlers.hosts import HostWatch
from crawlers.job import CrawlJob, CrawlResult, Ended, dump
from crawlers.limits import Limits
from crawlers.run import crawl
from register.locality import Locality, Source
from register.models import Fetch

BOMB = gzip.compress(bytes(20_000_000))
LIMITS = Limits(
    timeout_seconds=1.0,
    retries=1,
    addresses_per_path=5,
    retry_wait_seconds=0.2,
    longest_wait_seconds=3,
    longest_delay_seconds=0.1,
    max_redirects=4,
    host_failures=50,
)
HUNG = threading.Event()  # never set: a server that waits for it says nothing
PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1>{1}<a href='/'>Home</a>"


class Site(ThreadingHTTPServer):
    """A server whose paths misbehave as their names say; `requests` holds (time, path) of each request."""

    daemon_threads = True

    def __init__(self, host: str, robots: str | int, links: str) -> None:
        super().__init__((host, 0), Misbehaving)
        self.robots, self.links = robots, links
        self.requests: list[tuple[float, str]] = []
        self.base = f"http://{host}:{self.server_port}"

    def times(self, path: str) -> list[float]:
        return [when for when, requested in self.requests if requested == path]


class Misbehaving(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.requests.append((time.monotonic(), path))
        if path == "/robots.txt":
            status = self.server.robots if isinstance(self.server.robots, int) else 200
            return self.answer(
                self.server.robots if status == 200 else "sorry", status=status, Content_Type="text/plain"
            )
        name = re.sub(r"\W", "", path) or "front"
        return getattr(self, f"be_{name}", self.be_plain)()

    def be_plain(self) -> None:
        self.answer(PAGE.format(self.path, ""))

    def be_front(self) -> None:
        self.answer(
            PAGE.format("Front", "".join(f"<a href='{link}'>{link}</a> " for link in self.server.links.split()))
        )

    def be_busy(self) -> None:
        first = len(self.server.times("/busy")) == 1
        self.answer(PAGE.format("Busy", ""), **({"status": 429, "Retry_After": "1"} if first else {}))

    def be_comeback(self) -> None:
        self.answer("maintenance", status=503, Retry_After="86400")

    def be_tea(self) -> None:
        self.answer("gone for tea", status=429, Retry_After="300")

    def be_bomb(self) -> None:
        self.answer(BOMB, Content_Encoding="gzip")

    def be_huge(self) -> None:
        self.answer(b"x" * 1000, length=20_000_000)

    def be_loop(self) -> None:
        self.answer("", status=302, Location="/loop?again" if "again" not in self.path else "/loop")

    def be_inside(self) -> None:
        self.answer("", status=302, Location="http://169.254.10.20/latest/meta-data/")

    def be_other(self) -> None:
        self.answer("", status=302, Location="http://other.example.org/")

    def be_calendar(self) -> None:
        month = int((re.search(r"month=(\d+)", self.path) or ["", "0"])[1])
        links = "".join(f"<a href='/calendar?month={month + n}'>{n}</a>" for n in range(1, 13))
        self.answer(PAGE.format(f"Month {month}", links))

    def be_truncated(self) -> None:
        self.answer("<p>half a page", length=4000)

    def be_charset(self) -> None:
        self.answer(
            "<h1>Café £2</h1><a href='/after-charset'>more</a>".encode("cp1252"),
            Content_Type="text/html; charset=utf-8",
        )

    def be_film(self) -> None:
        self.answer(b"film" * 100_000, Content_Type="video/mp4")

    def be_silent(self) -> None:
        HUNG.wait(20)

    def be_nofollow(self) -> None:
        self.answer("<meta name='Robots' content='noindex, NOFOLLOW'><a href='/hidden'>hidden</a>")

    def be_nul(self) -> None:
        self.answer(b"\x00<a href='http://[::1'>x</a><a href='javascript:void(0)'>y</a><a href='/after-nul'>z</a>")

    def answer(self, body: str | bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.close_connection = self.close_connection or length is not None
        self.send_response(status)
        named = {"Content_Type": "text/html; charset=utf-8", "Content_Length": str(length or len(body)), **headers}
        for name, value in named.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the crawler hung up, as it should on a bomb
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Nothing: `requests` is the log."""


@contextmanager
def misbehave(host: str = "127.0.0.1", *, robots: str | int = "", links: str = "") -> Iterator[Site]:
    with Site(host, robots, links) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def job(folder: Path, *sources: Source, delay: float = 0, limits: Limits = LIMITS) -> CrawlJob:
    locality = Locality(
        key="hostile", name="Hostile", gss_code="E99999999", allow_loopback=True, delay_seconds=delay, source=sources
    )
    return CrawlJob(
        locality=locality,
        out=folder / "run",
        archive=folder / "archive",
        user_agent="tidiermap/0 (test)",
        limits=limits,
    )


LINKS = (
    "/busy /bomb /huge /loop /inside /other /calendar /truncated /charset /film /silent /nofollow /nul /photo.JPG "
    "http://10.0.0.1/admin http://192.168.1.1/ /a/b/a/b/a/b/a/b/ /plain#top "
    "/plain?utm_source=letter mailto:a@example.org"
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CrawlResult, Site, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    with misbehave(links=LINKS) as site:
        yield crawl(job(folder, Source(start=(f"{site.base}/",))), timeout_seconds=60), site, folder


def fetch_of(crawled: tuple[CrawlResult, Site, Path], path: str) -> Fetch:
    (found,) = (fetch for fetch in crawled[0].fetches if fetch.url == f"{crawled[1].base}{path}")
    return found


def test_the_run_ends_in_good_order(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert crawled[0].stats.finish_reason == "finished"
    assert not [text for _, text in crawled[0].stats.errors if "our fault" in text]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/bomb", 0, r"exceeded DOWNLOAD_MAXSIZE"),
        ("/huge", 0, r"DownloadCancelledError.*10000000"),
        ("/loop", 302, r"redirect loop"),
        ("/inside", 302, r"redirects to a private address: 169\.254\.10\.20"),
        ("/other", 302, r"redirects to another host: other\.example\.org"),
        ("/truncated", 0, r"ResponseDataLoss"),
        ("/silent", 0, r"DownloadTimeoutError|took longer than 1"),
    ],
)
def test_what_cannot_be_had_is_a_fetch_that_says_why(
    crawled: tuple[CrawlResult, Site, Path], path: str, status: int, error: str
) -> None:
    fetch = fetch_of(crawled, path)
    assert (fetch.status, fetch.archive) == (status, "")
    assert re.search(error, fetch.error)
    assert (fetch.url, fetch.error) in crawled[0].stats.errors


def test_a_busy_host_is_left_in_peace_as_long_as_it_asks_for(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert fetch_of(crawled, "/busy").status == 200
    first, second = crawled[1].times("/busy")
    assert second - first >= 1.0
    between = [path for when, path in crawled[1].requests if first + 0.3 < when < first + 0.95]
    assert between == [], "no other page of the host was asked for meanwhile"


def test_an_endless_calendar_ends(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert len(crawled[1].times("/calendar")) == 1 + LIMITS.addresses_per_path
    assert crawled[0].stats.trapped >= 7
    assert not crawled[1].times("/a/b/a/b/a/b/a/b/")


def test_a_wrong_charset_and_control_characters_stop_nothing(crawled: tuple[CrawlResult, Site, Path]) -> None:
    fetch = fetch_of(crawled, "/charset")
    body, content_type = read_body(crawled[2] / "archive", fetch.archive, fetch.offset)
    assert body.startswith(b"<h1>Caf\xe9 \xa32")
    assert content_type == "text/html; charset=utf-8"
    assert fetch_of(crawled, "/after-charset").status == fetch_of(crawled, "/after-nul").status == 200


def test_films_and_pictures_are_counted_and_left(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert not [fetch for fetch in crawled[0].fetches if fetch.url.endswith(("/film", ".JPG"))]
    assert crawled[0].stats.skipped_types == 2
    assert not crawled[1].times("/photo.JPG")


def test_no_other_host_and_no_private_address_is_asked(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert {re.sub(r"^(http://[^/]+).*", r"\1", fetch.url) for fetch in crawled[0].fetches} == {crawled[1].base}
    assert crawled[0].stats.refused_private == 1, "the redirect; plain links off the site are not followed at all"


def test_one_page_is_one_request_whatever_is_hung_on_its_address(crawled: tuple[CrawlResult, Site, Path]) -> None:
    assert len(crawled[1].times("/plain")) == 1
    assert not crawled[1].times("/hidden"), "the page asks for its links not to be followed"


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
        (tmp_path / "asked.json").write_text(dump(job(tmp_path, Source(start=(f"{site.base}/",)), delay=0.2)))
        code = "import sys, crawlers.job as j, crawlers.run as r; r.crawl(j.load_job(sys.stdin.read()))"
        with (
            (tmp_path / "asked.json").open() as asked,
            subprocess.Popen([sys.executable, "-c", code], stdin=asked, cwd=Path(__file__).parent.parent) as parent,
        ):
            wait_until(lambda: len(site.requests) > 3)
            parent.send_signal(signal.SIGKILL)
        wait_until(lambda: not crawls_of(tmp_path))
        ended = len(site.requests)
        time.sleep(0.6)
        assert len(site.requests) == ended


def crawls_of(folder: Path) -> list[int]:
    """Process ids of the crawls whose job lies in `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if os.fsencode(folder) in command and b"crawlers" in command:
            found.append(int(entry.name))
    return found


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
