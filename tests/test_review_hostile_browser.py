"""Eight pages that want to do harm, in Chromium; benchmarks/review_hostile.py looks at all of them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.hostile_pages import hostile_pages
from benchmarks.hostile_register import asked_of, fill
from benchmarks.review_hostile import LISTS, SERVER, beyond_own, look_at_all
from tests.browsing import served_by, trap

pytestmark = pytest.mark.browser
KINDS = ("script 8", "event 26", "foreign 12", "mutation 0", "address 4", "request 20", "form 11", "bytes 0")


@pytest.mark.parametrize("raw", [False, True], ids=["cleaned", "policy alone"])
def test_nothing_of_a_hostile_page_runs_asks_or_leads_away(tmp_path: Path, browser: Browser, raw: bool) -> None:
    with trap() as (address, caught):
        pages = tuple(page for page in hostile_pages(address) if page.kind in KINDS)
        assert len(pages) == len(KINDS)
        fill(tmp_path, pages)
        with served_by(SERVER, str(tmp_path), *(["raw"] if raw else [])) as base:
            seen = look_at_all(browser, base, tmp_path, pages, address, caught, raw=raw)
    assert caught == []
    asked = asked_of(tmp_path).read_text().splitlines()
    assert len(asked) > 3 * len(KINDS)
    assert beyond_own(asked, number=len(KINDS), lists=() if raw else LISTS) == []
    for kind, one in seen.items():
        assert (kind, one.ran, one.asked, one.led) == (kind, [], [], [])
    assert any(one.held for one in seen.values()) == raw
