"""Two reviewers in two browsers on one record, by keyboard alone; and the page of people without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import heading, listening, served, sign_in, violations
from tests.seeding import Desk, draft

pytestmark = pytest.mark.browser


def test_taking_over_by_keyboard_and_being_told(tmp_path: Path, browser: Browser) -> None:
    desk = Desk(tmp_path)
    desk.queue(draft())
    with served(desk) as address:
        (hers, _), (his, _) = (sign_in(browser, desk, address, name=name) for name in ("ada", "bo"))
        hers.goto(f"{address}candidate/shed")
        heading(hers, "Potting Shed Pals")
        his.goto(f"{address}candidate/shed")
        listening(his, "#held:has-text('Held by ada until')")
        assert his.query_selector("[data-act=accept_record]") is None
        assert violations(his) == []
        his.keyboard.press("t")
        his.wait_for_selector("text=You have it now.")
        hers.keyboard.press("A")
        listening(hers, "#trouble:has-text('bo took this over from you')")
        hers.keyboard.press("t")
        listening(hers, "text=You have it now.")
        hers.wait_for_selector("[data-act=accept_record]")
        hers.keyboard.press("A")
        hers.wait_for_selector("h1:has-text('Review queue')")
    assert desk.state() == "accepted"


def test_people_are_looked_after_without_scripts_on_a_telephone(tmp_path: Path, browser: Browser) -> None:
    desk = Desk(tmp_path)
    desk.queue(draft())
    desk.visitor("bo")
    narrow = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address, role="admin", **narrow)
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
