"""Pages that hold the same few words are no services, and are not read again while they say the same."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from flows.summary import RunSummary

ROOT = Path(__file__).parent.parent
SHED = "<h1>Potting Shed Pals</h1><p>We meet every Thursday at 10.30am in the old nursery for company and tea.</p>"
EMPTY = [f"/empty{number}" for number in range(6)]


class Site(BaseHTTPRequestHandler):
    filled = False
    paths = EMPTY
    shell = "<p>Groups of the town</p>"
    sewing = "<h1>Sit and Sew</h1><p>Every Monday, 2pm to 4pm. Come and sew in company. £1.</p>"

    def do_GET(self) -> None:
        links = "".join(f'<a href="{path}">Group</a> ' for path in self.paths)
        body = f"<main>{SHED}{links}</main>" if self.path == "/" else f"<main>{self.shell}</main>"
        if type(self).filled and self.path == EMPTY[0]:
            body = f"<main>{self.sewing}</main>"
        found = self.path == "/" or self.path in self.paths
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
    assert first.counts["failed_pages"] == second.counts["failed_pages"] == first.counts["issues"] == len(EMPTY)
    assert first.counts["pages"] == second.counts["pages"] == 1
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


def test_a_new_address_with_words_that_were_no_page_elsewhere_is_none_either(
    town: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(town).counts["failed_pages"] == len(EMPTY)
    monkeypatch.setattr(Site, "paths", [*EMPTY, "/empty6"])
    second = look(town)
    assert {issue.kind for issue in second.issues} == {"soft_404"}
    assert (second.counts["failed_pages"], second.counts["pages"]) == (len(EMPTY) + 1, 1)


def test_addresses_that_share_a_heading_and_no_words_are_empty(town: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "shell", "<h1>Groups of the town</h1><p><a href='/'>Back to the front page</a></p>")
    first, second = look(town), look(town)
    for run in (first, second):
        assert {issue.kind for issue in run.issues} == {"empty"}
        assert len(run.issues) == len(EMPTY)
    assert second.counts["parsed"] == 0


def test_a_service_whose_page_is_nothing_but_links_now_is_kept_until_that_is_seen_twice(
    town: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Site.filled = True
    assert "Sit and Sew" in {finding.name for finding in look(town).findings}
    months = " ".join(f"<a href='/empty0?month={n}'>Month {n} of the calendar of the town</a>" for n in range(12))
    monkeypatch.setattr(Site, "sewing", f"<h1>Calendar of the town, month 0</h1><p>{months}</p>")
    second = look(town)
    assert ("changed_layout", "empty0") in {(i.kind, i.url.rpartition("/")[2]) for i in second.issues}
    assert not [finding for finding in second.findings if finding.kind == "missing service"], second.lines()
    third = look(town)
    assert [finding.name for finding in third.findings if finding.kind == "missing service"] == ["Sit and Sew"]
