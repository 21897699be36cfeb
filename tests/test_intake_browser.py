"""Intake and a provider's page in a real browser: without scripts, by keyboard, on a narrow screen, sound by axe."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from register.store import utc_now
from tests.browsing import served, sideways, sign_in, unfold, violations, visit
from tests.forms import press
from tests.providers import change
from tests.seeding import Desk, draft
from tests.test_review_intake import CSV, put_down, upload

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a published record, an address for its provider, a statement with a task, and a file to look at."""
    desk = Desk(tmp_path, clock=utc_now)  # as the served application has it
    desk.queue(draft())
    client = desk.visitor()
    press(client, client.get("/candidate/shed"), button="approve")
    desk.publish()
    change(client, "make")
    put_down(client, next_name="Old Mother Hubbard", next_why="she knows the cellar choir")
    upload(client, CSV)
    return desk


def provider_path(desk: Desk) -> str:
    page = desk.visitor().get("/record/tm-shed/provider").text
    return re.search(r"/(provider/[\w.-]+)\"", page)[1]


def test_every_page_of_intake_is_sound(desk: Desk, browser: Browser) -> None:
    with desk.store() as store:
        statement = store.statements.latest(1)[0].url.partition(":")[2]
    paths = (
        "intake",
        "intake?route=key_informant",
        "intake/import",
        "intake/import/1",
        f"statement/{statement}",
        "tasks",
        "record/tm-shed/provider",
        "answers",
        provider_path(desk),
        "provider/none",
    )
    with served(desk) as address:
        page, asked = sign_in(browser, desk, address)
        for path in paths:
            page.goto(address + path)
            unfold(page)
            assert violations(page) + sideways(page, 320, 1200) == [], path
        assert all(url.startswith(address) for url in asked), asked


def test_a_provider_answers_without_scripts_and_by_keyboard_alone(desk: Desk, browser: Browser) -> None:
    path = provider_path(desk)
    with served(desk) as address:
        narrow = {"width": 320, "height": 640}
        page, _ = visit(browser, address + path, java_script_enabled=False, viewport=narrow)
        page.focus("summary:has-text('what it costs')")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Donation")
        page.focus("[name=people_12_months]")
        page.keyboard.type("lots")
        page.keyboard.press("Enter")
        page.wait_for_selector("#faults")
        assert page.input_value("[name=fact-cost]") == "donation", "what was chosen is not lost"
        page.fill("[name=people_12_months]", "120")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=A person will look at your changes")
        assert desk.state() == "reopened"
        reviewer, _ = sign_in(browser, desk, address)
        reviewer.goto(f"{address}candidate/shed")
        reviewer.click("text=(said to us)")
        shown = reviewer.frame_locator("iframe[name=page]").locator("text=What its provider told us on")
        shown.wait_for()


def test_somebody_puts_down_what_was_said_without_scripts(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address, java_script_enabled=False)
        page.click("text=Intake")
        page.click("text=Fieldwork")
        page.fill("#part-about", "Cellar Choir")
        page.fill("#part-words", "Bo Peep sings there on Fridays.")
        page.click("text=Put it into the queue")
        page.wait_for_selector("text=name: Bo Peep")
        page.fill("#part-words", "They sing on Fridays.")
        page.click("text=Put it into the queue")
        page.wait_for_selector("text=It waits in the queue as Cellar Choir")
