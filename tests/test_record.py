"""Recording a page: polite, never over another, with an expected draft that the tests of recorded pages accept."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

import tests.test_extract_services as recorded_pages
from flows.cli import cli
from flows.recording import name_of, personal

DATA = Path(__file__).parent.parent / "data"
CLUB = (Path(__file__).parent / "pages" / "single_service.html").read_bytes()


@pytest.fixture
def site() -> Iterator[str]:
    """A site with one page, pages that are none, one that robots.txt forbids, and a way into a private network."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = {
                "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /private/\n"),
                "/clubs/tea.html": (200, "text/html", CLUB),
                "/lost": (200, "text/html", b"<title>Page not found</title><h1>Page not found</h1><p>Go home"),
                "/members": (200, "text/html", b"<title>Sign in</title><form><input type=password></form>Sign in"),
                "/app": (200, "text/html", b"<title>Tea</title><div id=root></div>"),
                "/picture": (200, "image/png", b"\x89PNG"),
                "/out": (302, "text/html", b""),
            }.get(self.path, (404, "text/html", b"not here"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://10.0.0.1/")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = Path(copytree(DATA, tmp_path / "data"))
    text = 'name = "Salford"\ngss_code = "E08000006"\nallow_loopback = true\ndelay_seconds = 0\n'
    (data / "localities" / "salford.toml").write_text(text)
    return data


def record(data: Path, address: str, *more: str):
    out = str(data.parent / "pages")
    return CliRunner().invoke(cli, ["--data", str(data), "record", "salford", address, "--out", out, *more])


def test_a_recorded_page_is_one_that_the_tests_accept(data: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = record(data, f"{site}/clubs/tea.html", "--name", "tea_club")
    assert told.exit_code == 0, told.exception
    folder = data.parent / "pages"
    assert (folder / "tea_club.html").read_bytes() == CLUB
    expected = json.loads((folder / "tea_club.json").read_text())
    assert expected["url"] == f"{site}/clubs/tea.html"
    assert expected["services"][0]["name"] in told.output
    assert "personal data" in told.output or "look all the same" in told.output
    monkeypatch.setattr(recorded_pages, "PAGES", folder)
    recorded_pages.reading.cache_clear()
    recorded_pages.test_recorded_page_gives_its_services_and_facts("tea_club")
    recorded_pages.reading.cache_clear()
    # Never over another, unless asked.
    again = record(data, f"{site}/clubs/tea.html", "--name", "tea_club")
    assert "found a recorded page of that name" in str(again.exception)
    assert record(data, f"{site}/clubs/tea.html", "--name", "tea_club", "--replace").exit_code == 0


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/private/x", "robots.txt asks us not to"),
        ("/gone", "404"),
        ("/picture", "found no page"),
        ("/lost", "found no page (what it answers is none: soft_404; look for the address where the page is now"),
        ("/members", "none: login; choose a page that needs no sign-in"),
        ("/app", "none: empty; its words are a picture or made by scripts"),
        ("/out", "private network"),
    ],
)
def test_what_is_no_page_is_refused_with_its_cause(data: Path, site: str, path: str, says: str) -> None:
    told = record(data, f"{site}{path}")
    assert says in str(told.exception)
    assert not (data.parent / "pages").exists()


@pytest.mark.parametrize("address", ["http://192.168.0.1/", "info@example.org", "ftp://example.org/"])
def test_a_private_or_wrong_address_is_refused_before_any_request(data: Path, address: str) -> None:
    assert "expected" in str(record(data, address).exception)


def test_what_may_be_a_private_persons_is_listed() -> None:
    text = "Ring Jane Otter on 07700 900123 or mail jane.otter@example.org. The hall opens at 9. Ask for Tea."
    assert set(personal(text)) == {
        ("name", "Jane Otter"),
        ("mobile number", "07700 900123"),
        ("e-mail address", "jane.otter@example.org"),
    }


def test_a_name_is_made_of_host_and_path() -> None:
    assert name_of("https://www.tea-club.org.uk/groups/Monday-Tea.html") == "tea_club_monday_tea"
    assert name_of("https://tea.example.org/") == "tea"
