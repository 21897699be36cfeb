"""A loopback server whose paths misbehave as their names say, and a crawl of it."""

import gzip
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from crawlers.job import CrawlJob
from crawlers.limits import Limits
from register.localities.locality import Locality, Source

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
