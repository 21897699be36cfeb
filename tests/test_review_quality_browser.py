"""Settling a dispute by keys alone, and the pages of quality on a narrow screen: in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from register.review_rules import Sharing
from review.accounts import hash_password
from review.adjudicate import open_case
from tests.seeding import RULES, Desk, draft, press
from tests.test_review_blind import decide_first, next_for
from tests.test_review_browser import ARGUMENTS, PASSWORD, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, rules=RULES.model_copy(update={"second_review": Sharing(share=1.0)}))
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    press(ben, ben.get(f"/candidate/{key}"), button="approve", follow=False)
    with desk.store() as store:
        store.users.put("eve", role="adjudicator", password_hash=hash_password(PASSWORD))
    return desk


def sign_in(browser: Browser, address: str, *, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(f"{address.rstrip('/')}/sign-in?next=/disputes")
    page.fill("#name", "eve")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Where two reviewers differ')")
    return page


def faults(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_a_dispute_is_settled_with_a_key_a_field(desk: Desk, browser: Browser) -> None:
    with desk.store() as store:
        key = store.disputes.open()[0].key
        sides = open_case(store, key).order
    with served(desk) as address:
        page = sign_in(browser, address, width=1280)
        page.click("text=Start with the oldest")
        page.wait_for_selector("html.scripted")
        assert faults(page) == []
        left = page.locator(".two-answers").count()
        assert left == 2
        page.keyboard.press("1")
        page.wait_for_selector("text=1 left to settle")
        page.wait_for_selector("html.scripted")
        page.keyboard.press("2")
        page.wait_for_selector("text=Both reviewers are told")
    with desk.store() as store:
        assert [one.chose for one in store.disputes.adjudications(key)] == list(sides)
        assert store.disputes.open() == ()


def test_quality_fits_a_narrow_screen_and_axe_finds_nothing(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page = sign_in(browser, address, width=320)
        for path in ("/quality", "/disputes", page.get_attribute("td.name a", "href")):
            page.goto(f"{address.rstrip('/')}{path}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            assert faults(page) == [], path
