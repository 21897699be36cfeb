"""How many keys a record takes, and what the keyboard does beside accepting: codes, rules, notes, later."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import archived, heading, served, sign_in
from tests.seeding import Desk, draft, ruled

pytestmark = pytest.mark.browser
CLEAN, ONE_MEND = 3, 12  # keys that a record may take


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.visitor("bo")  # whom a question may be put to
    desk.queue(draft("first", name="First Shed", score=0.9, rules=ruled()))
    desk.queue(draft("second", name="Second Shed", score=0.5))
    return desk


class Keys:
    """A keyboard that counts; a chord such as Control+Enter is one key."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def at(self, field: str) -> None:
        self.page.wait_for_selector(f"[id='field-{field}'].current")


def at_first(browser: Browser, desk: Desk, address: str) -> tuple[Page, Keys]:
    page, _ = sign_in(browser, desk, address)
    page.keyboard.press("s")
    heading(page, "First Shed")
    page.set_default_timeout(20_000)
    return page, Keys(page)


def select_words(page: Page, words: str) -> None:
    """Selects words of the archived page, as somebody with a mouse does; the page then has the focus."""
    frame = archived(page)
    frame.locator("body").click()
    frame.evaluate(
        """words => { const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) { const at = walker.currentNode.data.indexOf(words);
            if (at >= 0) return getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode,
                at + words.length); }
        throw new Error('not there'); }""",
        words,
    )


def decided(desk: Desk, name: str) -> tuple[str, object, list[str]]:
    with desk.store() as store:
        state = next(one.state for one in store.queue.fields("first") if one.name == name)
        field = next(one for one, _ in store.records.decided_fields("first") if one.name == name)
    return state, field.value, [one.quote for one in field.evidence]


def test_a_clean_record_takes_one_key_and_one_with_a_mend_few(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, keys = at_first(browser, desk, address)
        keys.press("2", "j", "e", "d", "Control+Enter")
        page.wait_for_selector("#field-fact\\.cost .chip:text('edited')")
        keys.press("A")
        heading(page, "Second Shed")
        assert decided(desk, "fact.cost") == ("edit", "donation", ["It costs nothing."])
        assert keys.count <= ONE_MEND
        mended, keys.count = keys.count, 0
        keys.press("A")
        page.wait_for_selector("text=Everything is decided")
        assert (mended, keys.count) == (6, 1)


def test_words_selected_on_the_page_mend_an_item_in_two_keys(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, keys = at_first(browser, desk, address)
        keys.press("1", "j", "j")
        keys.at("tidier.what_materials")
        select_words(page, "Tools and gloves are lent")
        keys.press("w", "Control+Enter")
        page.wait_for_selector("#field-tidier\\.what_materials .chip:text('edited')")
        told = "Tools and gloves are lent"
        assert decided(desk, "tidier.what_materials") == ("edit", told, [told])
        keys.press("A")
        heading(page, "Second Shed")
        assert keys.count <= ONE_MEND


def test_a_code_is_exchanged_by_its_first_letters(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, keys = at_first(browser, desk, address)
        keys.press("3", "c")
        keys.at("code.type")
        page.wait_for_selector("#field-code\\.type .told >> text=On this page")
        keys.press("g", "Enter")
        page.wait_for_selector("#field-code\\.type [data-picked]:has-text('Gardening')")
        keys.press("b", "Enter")
        page.wait_for_function(
            "document.querySelector('#field-code\\\\.type [data-picked]').textContent === 'Gardening'"
        )
        keys.press("Control+Enter")
        page.wait_for_selector("#field-code\\.type .chip:text('edited')")
        state, value, (quote,) = decided(desk, "code.type")
        assert (state, value) == ("edit", ("nature",))
        assert "old nursery" in quote
        keys.press("A")
        heading(page, "Second Shed")
        assert keys.count <= ONE_MEND


def test_rules_are_decided_by_key_and_the_verdicts_follow(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, keys = at_first(browser, desk, address)
        keys.press("5", "j", "j")
        keys.at("rule.aim")
        select_words(page, "people who live alone")
        keys.press("y")
        page.wait_for_selector("#field-rule\\.aim .chip:text-is('met')")
        page.wait_for_selector("#field-rule\\.aim >> text=By ada")
        assert decided(desk, "eligibility.strict")[:2] == ("edit", "include")
        assert decided(desk, "eligibility.strict")[2] == ["people who live alone"]
        keys.press("u")
        page.wait_for_selector("#field-rule\\.aim .chip:text('not met')")
        assert decided(desk, "eligibility.strict")[0] == "open"


def test_doubt_a_question_and_later_are_a_key_each(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, keys = at_first(browser, desk, address)
        keys.press("2", "d")
        page.wait_for_selector("#field-fact\\.weekdays a.chip:has-text('unsure: ada')")
        keys.press("d")
        page.wait_for_selector("#field-fact\\.weekdays a.chip", state="detached")
        keys.press("q")
        page.select_option("#to", "bo")
        page.focus("#said")
        page.keyboard.insert_text("Is it every week?")
        keys.press("Control+Enter")
        page.wait_for_selector(".note:has-text('ada asks bo')")
        scrolled = page.evaluate("document.body.scrollTop + document.documentElement.scrollTop")
        assert scrolled == 0, "the bar stays in view"
        page.click("#field-tidier\\.how summary[data-act=edit]")
        page.fill("#value-tidier-how", "in a group")
        page.focus("#field-tidier\\.how")
        keys.press("l")
        heading(page, "Second Shed")
        page.goto(f"{address}candidate/first")
        assert page.input_value("#value-tidier-how") == "in a group", "what was typed is there again"
        page.wait_for_selector(".note:has-text('kept for later')")
        other, _ = sign_in(browser, desk, address, name="bo")
        other.goto(f"{address}candidate/first")
        other.wait_for_selector("text=Is it every week?")
        assert "in a group" not in other.content(), "what one typed is one's own"
        other.fill(".note input[name=said]", "Every week.")
        other.keyboard.press("Enter")
        other.wait_for_selector(".note .answer:has-text('Every week.')")


def test_two_keys_pressed_fast_decide_on_what_is_on_the_screen(desk: Desk, browser: Browser) -> None:
    with served(desk) as address:
        page, _ = at_first(browser, desk, address)
        page.dblclick("#field-tidier\\.why button[value=reject]")
        page.wait_for_selector("#field-tidier\\.why .chip:text('rejected')")
        page.keyboard.press("A")
        heading(page, "Second Shed")
        page.go_back()
        heading(page, "First Shed")
        with desk.store() as store:
            rejected = [one for one in store.decisions.history("first") if one.field == "tidier.why"]
        assert len(rejected) == 1
        assert page.text_content(".record-bar .tally").startswith("Accepted")
