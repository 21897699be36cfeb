"""Serves the sample site on 127.0.0.1: `python sample/serve.py --port 8765 [--later] [--log FILE]`.

Standard library only. Pages hold `<!--#include NAME-->` for what stands on all of them (parts/NAME.html); `--later`
lays the files below later/ over those of site/ and parts/: the same site some weeks on. Answers carry ETag
and Last-Modified, conditional requests get 304; routes.toml says what moves, breaks and goes.
"""

from __future__ import annotations

import argparse
import hashlib
import mimetypes
import re
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parent / "site"
_INCLUDE = re.compile(rb"<!--#include ([a-z-]+)-->")
_UNLISTED = ("not-found.html", "staff/", "events/")  # not in the sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the site answers: status, body, type, and where it sends the visitor."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    location: str = ""
    modified: datetime | None = None


class Site:
    """The sample site in one of its two states: what it answers to each path.

    `folder` holds its files; parts/, later/ and routes.toml lie beside it.
    """

    def __init__(self, folder: Path = SITE, *, later: bool = False) -> None:
        self._site, self._beside, self._later = folder, folder.parent, later
        self._routes: dict[str, Any] = tomllib.loads((folder.parent / "routes.toml").read_text(encoding="utf-8"))

    def answer(self, path: str, *, base: str) -> Answer:
        """The answer to a GET of `path` (query left out)."""
        for redirect in self._routes["redirect"]:
            if path == redirect["from"]:
                return Answer(status=redirect["status"], location=redirect["to"])
        if self._later and (gone := next((row for row in self._routes["gone"] if row["path"] == path), None)):
            return Answer(status=gone["status"], body=self.render("not-found.html"))
        if path == "/sitemap.xml":
            return Answer(status=200, body=self._sitemap(base), content_type="application/xml")
        name = self._name(path)
        if (self._site / name).is_dir() and name:
            return Answer(status=301, location=f"{path}/")
        file = self._file(name)
        if file is None:
            return Answer(status=404, body=self.render("not-found.html"))
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        status = next((row["status"] for row in self._routes["status"] if row["path"] == path), 200)
        body = self.render(name).replace(b"{base}", base.encode())
        return Answer(status=status, body=body, content_type=kind, modified=self._modified(file))

    def pages(self) -> tuple[str, ...]:
        """The paths of all HTML pages of this state, in alphabetical order, as a visitor asks for them."""
        names = {file.relative_to(root).as_posix() for root in self._roots() for file in root.rglob("*.html")}
        paths = {re.sub(r"(^|/)index\.html$", r"\1", f"/{name}") for name in names - {"not-found.html"}}
        paths |= {row["path"] for row in self._routes["copy"]}
        return tuple(sorted(paths - ({row["path"] for row in self._routes["gone"]} if self._later else set())))

    def render(self, name: str) -> bytes:
        """The file `name` of the site with its parts put in; other files as they are."""
        file = self._file(name)
        if file is None:
            raise FileNotFoundError(name)
        body = file.read_bytes()
        return _INCLUDE.sub(lambda found: self._part(found[1].decode()), body) if file.suffix == ".html" else body

    def _roots(self) -> tuple[Path, ...]:
        return (self._beside / "later" / "site", self._site) if self._later else (self._site,)

    def _name(self, path: str) -> str:
        copied = next((row["of"] for row in self._routes["copy"] if row["path"] == path), path)
        return str(copied.lstrip("/") + ("index.html" if copied.endswith("/") else ""))

    def _file(self, name: str) -> Path | None:
        for root in self._roots():
            file = (root / name).resolve()
            if file.is_file() and file.is_relative_to(root.resolve()):
                return file
        return None

    def _part(self, name: str) -> bytes:
        changed = self._beside / "later" / "parts" / f"{name}.html"
        file = changed if self._later and changed.exists() else self._beside / "parts" / f"{name}.html"
        return file.read_bytes().strip()

    def _modified(self, file: Path) -> datetime:
        overlaid = file.is_relative_to((self._beside / "later").resolve())
        when: datetime = self._routes["later_modified" if overlaid else "modified"]
        return when

    def _sitemap(self, base: str) -> bytes:
        listed = [path for path in self.pages() if not path.startswith(tuple(f"/{name}" for name in _UNLISTED))]
        rows = "".join(f"<url><loc>{base}{path}</loc></url>\n" for path in listed)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "sample/1", ""
    server: _Server

    def do_GET(self) -> None:  # the name is http.server's
        answer = self.server.site.answer(unquote(urlsplit(self.path).path), base=self.server.base)
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
        if answer.location:
            headers["Location"] = answer.location
        status = answer.status
        if status == 200:
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:24]}"'
            headers["ETag"] = tag
            if answer.modified:
                headers["Last-Modified"] = format_datetime(answer.modified, usegmt=True)
            if is_unmodified(self.headers, tag, answer.modified):
                status = 304
                del headers["Content-Type"], headers["Content-Length"]
        self._send(status, headers, b"" if status == 304 else answer.body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.server.note(self.command, self.path, status, self.headers.get("User-Agent", "-"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the server keeps its own log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site, port: int, log: Path | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site, self._log, self._lock = site, log, threading.Lock()
        self.base = f"http://127.0.0.1:{self.server_port}"

    def note(self, method: str, path: str, status: int, agent: str) -> None:
        """One line a request: time (seconds), method, path with query, status, user agent; separated by tabs."""
        if self._log is not None:
            with self._lock, self._log.open("a", encoding="utf-8") as log:
                log.write(f"{time.time():.3f}\t{method}\t{path}\t{status}\t{agent}\n")


def is_unmodified(headers: Message, tag: str, modified: datetime | None) -> bool:
    """Whether a conditional request asks for what the visitor has; If-None-Match goes before the date (RFC 9110)."""
    if match := headers.get("If-None-Match"):
        return tag in match or match.strip() == "*"
    since = headers.get("If-Modified-Since")
    try:
        return bool(since and modified) and modified <= parsedate_to_datetime(since or "")  # type: ignore[operator]
    except (TypeError, ValueError):
        return False


@contextmanager
def serve(folder: Path = SITE, *, port: int = 0, later: bool = False, log: Path | None = None) -> Iterator[str]:
    """Serve the site in `folder` while the context lasts; gives its address, such as http://127.0.0.1:8765.

    Port 0 takes a free one. Raises OSError where the port is taken.
    """
    server = _Server(Site(folder, later=later), port, log)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the sample site on this machine.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: 8765)")
    parser.add_argument("--later", action="store_true", help="the site as it is some weeks later")
    parser.add_argument("--log", type=Path, help="append a line for each request to this file")
    asked = parser.parse_args()
    with serve(port=asked.port, later=asked.later, log=asked.log) as base:
        print(f"{base}/ (Ctrl-C ends it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
