"""A web server on loopback that answers from a table: for tests of sources."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Answer:
    body: bytes | str
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Answer | Callable[[], Answer]


class Site(ThreadingHTTPServer):
    """Answers `routes[path with query]`, else 404; `asked` holds every request's path in its order."""

    daemon_threads = True

    def __init__(self, routes: dict[str, Route], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.routes, self.asked = routes, list[str]()
        self.agents: set[str] = set()
        self.base = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers.get("User-Agent", ""))
        route = self.server.routes.get(self.path, Answer(body="no such page", status=404, type="text/plain"))
        answer = route if isinstance(route, Answer) else route()
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in {"Content-Type": answer.type, **answer.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (the name is http.server's)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # whoever asked was killed
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: `asked` is the log."""


@contextmanager
def serving(routes: dict[str, Route], port: int = 0) -> Iterator[Site]:
    """The site while the block lasts; routes may be added to it meanwhile."""
    site = Site(routes, port)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()
        thread.join()
