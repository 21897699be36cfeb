"""Settling a dispute by keys alone, and the pages of quality on a narrow screen: in Chromium."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from register.reviewing.rules import Sharing
from review.quality.adjudicate import open_case
from tests.browsing import listening, served, sideways, sign_in, unfold, violations
from tests.forms import press
from tests.rulebook import RULES
from tests.second_reviews import decide_first, next_for
from tests.seeding import Desk, draft

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, rules=RULES.model_copy(update={"second_review": Sharing(share=1.0)}))
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    press(ben, ben.get(f"/candidate/{key}"), button="approve", follow=False)
    return desk


def test_a_dispute_is_settled_with_a_key_a_field(desk: Desk, browser: Browser) -> None:
    with desk.store() as store:
        key = store.disputes.open()[0].key
        sides = open_case(store, key).order
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address, name="eve", role="adjudicator")
        page.goto(f"{address}disputes")
        page.click("text=Start with the oldest")
        page.wait_for_selector("html.scripted")
        assert violations(page) == []
        left = page.locator(".two-answers").count()
        assert left == 2
        page.keyboard.press("1")
        listening(page, "text=1 left to settle")
        page.keyboard.press("2")
        page.wait_for_selector("text=Both reviewers are told")
    with desk.store() as store:
        assert [one.chose for one in store.disputes.adjudications(key)] == list(sides)
        assert store.disputes.open() == ()


def test_quality_fits_a_narrow_screen_and_axe_finds_nothing(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, _ = sign_in(browser, desk, address, name="eve", role="adjudicator")
        page.goto(f"{address}disputes")
        for path in ("/quality", "/disputes", page.get_attribute("td.name a", "href")):
            page.goto(f"{address.rstrip('/')}{path}")
            unfold(page)
            assert sideways(page, 320) + violations(page) == [], path
