"""Two reviewers in two browsers on one record, by keyboard alone; and the page of people without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from register.store import utc_now
from review.visit import SESSION_COOKIE
from tests.seeding import Desk, draft
from tests.test_review_browser import ARGUMENTS, heading, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, token: str, **context: object) -> Page:
    opened = browser.new_context(**context)
    opened.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    return opened.new_page()


def faults(page: Page) -> list[str]:
    return [str(one["id"]) for one in Axe().run(page).response["violations"]]


def test_taking_over_by_keyboard_and_being_told(tmp_path: Path, browser: Browser) -> None:
    desk = Desk(tmp_path, clock=utc_now)
    desk.queue(draft())
    ada, bo = (desk.visitor(name).cookies[SESSION_COOKIE] for name in ("ada", "bo"))
    with served(desk) as address:
        hers, his = signed_in(browser, address, ada), signed_in(browser, address, bo)
        hers.goto(f"{address}candidate/shed")
        heading(hers, "Potting Shed Pals")
        his.goto(f"{address}candidate/shed")
        his.wait_for_selector("#held:has-text('Held by ada until')")
        assert his.query_selector("[data-act=accept_record]") is None
        assert faults(his) == []
        his.keyboard.press("t")
        his.wait_for_selector("text=You have it now.")
        hers.keyboard.press("A")
        hers.wait_for_selector("#trouble:has-text('bo took this over from you')")
        hers.keyboard.press("t")
        hers.wait_for_selector("text=You have it now.")
        hers.wait_for_selector("[data-act=accept_record]")
        hers.keyboard.press("A")
        hers.wait_for_selector("h1:has-text('Review queue')")
    assert desk.state() == "accepted"


def test_people_are_looked_after_without_scripts_on_a_telephone(tmp_path: Path, browser: Browser) -> None:
    desk = Desk(tmp_path, clock=utc_now)
    desk.queue(draft())
    desk.visitor("bo")
    token = desk.visitor("ada", role="admin").cookies[SESSION_COOKIE]
    narrow = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}
    with served(desk) as address:
        page = signed_in(browser, address, token, **narrow)
        page.goto(f"{address}people")
        page.click("summary[aria-label='Change bo']")
        page.check("tr:has-text('bo') input[value=fenmarsh]")
        page.click("tr:has-text('bo') button[value=localities]")
        assert "localities are changed" in page.text_content("#said")
        page.fill("input[name=name]:not([type])", "cy")
        page.click("text=Add, and make a password")
        assert "cy signs in with the password" in " ".join(page.text_content("#password").split())
    with desk.store() as store:
        assert store.assignments.of("bo") == ("fenmarsh",)
        assert store.users.get("cy").role == "reviewer"
