"""The main pages of the workbench as axe-core, a narrow screen and the Tab key see them; benchmarks/review_pages.py
looks at all of them, filled and empty, as each role."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.pages_filled import LONG, PagesDesk, make, token_of
from benchmarks.review_pages import Found, look_at
from review.visit import SESSION_COOKIE
from tests.browsing import served
from tests.seeding import draft

pytestmark = pytest.mark.browser
PAGES = ("/", "/candidate/shed", "/quality", "/services")


def test_the_main_pages_have_no_fault(tmp_path: Path, browser: Browser) -> None:
    make(tmp_path, filled=False)
    desk = PagesDesk(tmp_path)
    desk.queue(draft())
    desk.queue(draft("long", name=LONG, url="https://growers.example/" + "long/" * 40))
    found = Found()
    with served(desk) as base:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        look_at(context, f"{base}sign-in", "/sign-in", found)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token_of("admin"), "url": base}])
        for path in PAGES:
            look_at(context, base.rstrip("/") + path, path, found)
    assert {check: faults for check, faults in found.faults.items() if faults} == {}
