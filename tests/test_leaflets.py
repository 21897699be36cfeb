"""Leaflets: several services in one, columns, tables, scans; read as text and through discovery into the queue."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.leaflets import leaflet_text
from extract.reading import read_page
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from register.grounding import ungrounded
from tests.loopback import Answer, serving
from tests.pdfs import column, make_pdf

ROOT = Path(__file__).parent.parent
TITLE = (60.0, 790.0, 24.0, "What is on at the Loom")
CHOIR = (
    "A friendly choir for anyone who feels lonely or low,",
    "to make friends. Every Tuesday, 10am to 12 noon,",
    "at The Loom, 1 Loom Street, WF1 1AA. Free, just turn up.",
)
SHED = (
    "A shed for men who want company and something to do.",
    "Every Thursday, 2pm to 4pm, at The Loom, WF1 1AA.",
    "£2 a session. Call 01924 496 000.",
)
TABLE = (
    "A lunch club for older people who live alone.",
    "Every Tuesday, 12.30pm to 2pm, at the Hall, WF2 8RR.",
    "£4 for a hot meal. Book on 01924 496 001.",
)
WALKS = (
    "Gentle walks to lift your mood, with tea afterwards.",
    "First Saturday of the month, 10.30am, at the gate.",
    "Free. No need to book.",
)
FIRST = [("Harbour Choir", CHOIR), ("Loom Street Shed", SHED)]
SECOND = [("Tuesday Table", TABLE), ("Kite Hill Walkers", WALKS)]
NAMES = ["Harbour Choir", "Loom Street Shed", "Tuesday Table", "Kite Hill Walkers"]
BESIDE = [*column(50, 740, FIRST)], [*column(320, 740, SECOND)]
LEAFLETS = {
    "one column": make_pdf([[TITLE, *column(60, 740, FIRST + SECOND)]]),
    "two columns": make_pdf([[TITLE, *BESIDE[0], *BESIDE[1]]]),
    "two columns, drawn line by line": make_pdf(
        [[TITLE, *(line for two in zip(*BESIDE, strict=True) for line in two)]]
    ),
    "two pages": make_pdf([[TITLE, *column(60, 740, FIRST)], column(60, 790, SECOND)]),
}


@pytest.mark.parametrize("name", LEAFLETS)
def test_blocks_stay_together_in_the_order_of_reading(name: str) -> None:
    text = leaflet_text(LEAFLETS[name])
    places = [text.index(heading) for heading in NAMES]
    assert places == sorted(places)
    blocks = [block.replace("\n", " ") for block in text.split("\n\n")]
    for _, lines in (*FIRST, *SECOND):
        assert " ".join(lines) in blocks


def test_a_table_is_read_across() -> None:
    rows = [(60, 700 - 14 * n, 10, day) for n, day in enumerate(("Monday", "Tuesday", "Friday", "Sunday"))]
    cells = [(300, 700 - 14 * n, 10, f"{n + 1}pm to {n + 3}pm") for n in range(4)]
    assert "Tuesday 2pm to 4pm" in leaflet_text(make_pdf([[*rows, *cells]]))


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.4", b"%PDF-1.4 broken \xff", LEAFLETS["one column"][:700], make_pdf([[]])]
)
def test_a_broken_or_scanned_leaflet_has_no_text_and_is_no_error(body: bytes) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    page = read_page(body, url="", content_type="application/pdf", locality="", fetched_at=now)
    assert page.text == ""


def test_leaflets_of_a_site_are_read_and_a_scan_is_told(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    links = "".join(f"<li><a href='/{n}.pdf'>Leaflet {n}</a></li>" for n in (1, 2, 3))
    routes = {
        "/": Answer(body=f"<html><body><h1>Leaflets</h1><ul>{links}</ul></body></html>"),
        "/1.pdf": Answer(body=LEAFLETS["two columns"], type="application/pdf"),
        "/2.pdf": Answer(body=make_pdf([[]]), type="application/pdf"),
        "/3.pdf": Answer(body=b"%PDF-1.4 broken", type="application/pdf"),
    }
    with serving(routes) as site:
        (tmp_path / "data" / "localities" / "loom.toml").write_text(
            f'name = "Loom"\ngss_code = "E99999999"\nallow_loopback = true\ndelay_seconds = 0\n'
            f'[[source]]\nstart = ["{site.base}/"]\n'
        )
        settings = Settings(register=tmp_path / "register.db", data=tmp_path / "data")
        summary = discover("loom", settings=settings, progress=QuietProgress())
    with settings.open_store() as store:
        known = [store.queue.get(row.id) for row in store.queue.rows()]
    assert sorted(one.draft.name for one in known) == sorted(NAMES)
    assert all(ungrounded(one.page_text, one.draft.fields) == () for one in known)
    told = [issue for issue in summary.issues if issue.url.endswith("/2.pdf")]
    assert told, "a person should look at a leaflet without words"
