"""Pairs, batches and what changed alike in a real browser: by keyboard, without scripts, narrow, for screen readers."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import listening, served, sideways, sign_in, violations
from tests.decisions import decide
from tests.seeding import Desk, draft
from tests.test_merging import queue_two
from tests.test_review_alike import reopen
from tests.test_review_batches import CLEAN

pytestmark = pytest.mark.browser
PAIR = "pair/entry/shed"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_pair_is_judged_and_taken_back_by_one_key_each(desk: Desk, browser: Browser) -> None:
    queue_two(desk)
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        page.goto(f"{address}pairs")
        page.keyboard.press("s")
        listening(page, "h1:has-text('Are these one service?')")
        kept = page.locator("table.sides thead th >> nth=1").inner_text()
        page.keyboard.press("w")
        page.wait_for_function(
            "before => document.querySelectorAll('table.sides thead th')[1].innerText !== before", arg=kept
        )
        listening(page, "table.sides")
        page.keyboard.press("m")
        listening(page, "text=Nothing to judge")
        page.keyboard.press("u")
        listening(page, "text=both are as they were before")
        page.keyboard.press("o")
        page.wait_for_selector("text=same organisation, other programmes")


def test_a_batch_and_a_change_alike_need_no_script(desk: Desk, browser: Browser) -> None:
    for key in ("ann", "ben"):
        desk.queue(draft(key, told=CLEAN, name=key.capitalize()))
    reopen(desk, "cat", "dan")
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address, java_script_enabled=False)
        page.check("input[value=ann]")
        page.click("text=Those ticked…")
        page.click("button:has-text('Accept: 1 record')")
        page.wait_for_selector("h1:has-text('1 record accepted')")
        page.click("button:has-text('Undo all of it')")
        page.wait_for_selector("text=Undone by ada")
        page.goto(f"{address}alike")
        page.click("section.group h2 a")
        page.click("button:has-text('Accept the change')")
        page.wait_for_selector("h1:has-text('2 records decided alike')")
    assert desk.state("cat") == "accepted"


def test_the_pages_fit_a_telephone_and_a_screen_reader(desk: Desk, browser: Browser) -> None:
    queue_two(desk)
    desk.queue(draft("ann", told=CLEAN, name="Ann"))
    reopen(desk, "cat", "dan")
    with desk.store() as store:
        decide(store, "ann")
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address)
        page.goto(f"{address}alike")
        link = page.get_attribute("section.group h2 a", "href") or ""
        paths = ("", "pairs", PAIR, "batch?action=reject&of=all", "batches", "alike", link.removeprefix("/"))
        for path in (*paths, done_batch(page, address)):
            page.goto(address + path)
            assert sideways(page, 320, 640, 1400) + violations(page) == [], path


def done_batch(page: Page, address: str) -> str:
    page.goto(f"{address}batch?action=later&of=all")
    page.click("button.main")
    page.wait_for_selector("text=Undo all of it")
    return page.url.removeprefix(address)
