"""The main pages of the workbench as axe-core, a narrow screen and the Tab key see them; benchmarks/review_pages.py
looks at all of them, filled and empty, as each role."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.pages_filled import LONG, PagesDesk, make, token_of
from benchmarks.review_pages import ARGUMENTS, Found, look_at, served
from review.visit import SESSION_COOKIE
from tests.seeding import draft

pytestmark = pytest.mark.browser
PAGES = ("/", "/candidate/shed", "/records", "/people", "/quality", "/intake", "/services", "/help")


def test_the_main_pages_have_no_fault(tmp_path: Path, chromium: str) -> None:
    make(tmp_path, filled=False)
    desk = PagesDesk(tmp_path)
    desk.queue(draft())
    desk.queue(draft("long", name=LONG, url="https://growers.example/" + "long/" * 40))
    found = Found()
    with sync_playwright() as playwright, served(tmp_path) as base:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        look_at(context, f"{base}sign-in", "/sign-in", found)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token_of("admin"), "url": base}])
        for path in PAGES:
            look_at(context, base.rstrip("/") + path, path, found)
        browser.close()
    assert {check: faults for check, faults in found.faults.items() if faults} == {}
