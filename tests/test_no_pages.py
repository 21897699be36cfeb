"""Pages that hold the same few words are no services, and are not read again while they say the same."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from flows.summary import RunSummary

ROOT = Path(__file__).parent.parent
SHED = "<h1>Potting Shed Pals</h1><p>We meet every Thursday at 10.30am in the old nursery for company and tea.</p>"
EMPTY = [f"/empty{number}" for number in range(6)]


class Site(BaseHTTPRequestHandler):
    filled = False

    def do_GET(self) -> None:
        links = "".join(f'<a href="{path}">Group</a> ' for path in EMPTY)
        body = f"<main>{SHED}{links}</main>" if self.path == "/" else "<main><p>Groups of the town</p></main>"
        if type(self).filled and self.path == EMPTY[0]:
            body = "<main><h1>Sit and Sew</h1><p>Every Monday, 2pm to 4pm. Come and sew in company. £1.</p></main>"
        found = self.path == "/" or self.path in EMPTY
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<html><head><title>Town</title></head><body>{body}</body></html>".encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Settings]:
    Site.filled = False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shutil.copytree(ROOT / "data", tmp_path / "data")
    head = 'name = "Town"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'
    start = f'[[source]]\nstart = ["http://127.0.0.1:{server.server_port}/"]\n'
    (tmp_path / "data" / "localities" / "town.toml").write_text(head + start)
    yield Settings(register=tmp_path / "register.db", data=tmp_path / "data")
    server.shutdown()


def look(town: Settings) -> RunSummary:
    return discover("town", settings=town, progress=QuietProgress(), everything=True)


def test_pages_that_say_the_same_few_words_are_judged_once(town: Settings) -> None:
    first, second = look(town), look(town)
    assert first.counts["failed_pages"] == second.counts["failed_pages"]
    assert first.counts["found"] == second.counts["found"] == 1
    assert {issue.kind for issue in second.issues} == {"soft_404"}
    assert len(second.issues) == len(EMPTY)
    assert second.counts["unchanged"] == 1
    assert (first.counts["parsed"], second.counts["parsed"]) == (1 + len(EMPTY), 0)
    Site.filled = True
    third = look(town)
    assert [f.url.rpartition("/")[2] for f in third.findings if f.kind == "new service"] == ["empty0"]
    assert len(third.issues) == len(EMPTY) - 1
    assert third.counts["parsed"] == 1
