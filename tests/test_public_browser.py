"""The public pages in a real browser: without scripts, by keyboard, on a small screen, for a screen reader."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import fill_in_sign_in, served_by, sideways, unfold, violations, visit
from tests.serve_public import PASSWORD

pytestmark = pytest.mark.browser
ADDRESSES = (
    "services",
    "services?q=canal&near=OL1+3LJ&within=5&day=tue",
    "services?near=QQ1+1QQ",
    "services?q=zzz",
    "services/tm-walk",
    "services/tm-shed",
    "services/tm-walk/wrong",
    "services/tm-walk/told",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_by("tests.serve_public", str(tmp_path_factory.mktemp("public"))) as address:
        yield address


def test_a_service_is_found_read_and_reported_without_scripts(browser: Browser, address: str) -> None:
    page, asked = visit(browser, address, java_script_enabled=False)
    page.fill("#q", "canal")
    page.fill("#near", "OL1 3LJ")
    page.click("button:text('Search')")
    page.click(".facets >> text=Walking, sport and keeping active")
    assert page.inner_text(".services h2") == "Brisk Steps"
    page.click(".map a.dot")
    page.wait_for_selector("h1:text('Brisk Steps')")
    page.click("summary")
    assert page.is_visible("blockquote >> nth=0")
    page.click("text=Tell us that this is wrong")
    page.check("input[value=when]")
    page.fill("#told", "They walk on Fridays now.")
    page.click("button:text('Send')")
    page.wait_for_selector("h1:text('Thank you')")
    assert all(url.startswith(address) for url in asked), asked


def test_the_whole_way_goes_by_keyboard(browser: Browser, address: str) -> None:
    page, _ = visit(browser, address + "services")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus("#q")
    page.keyboard.type("canal")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=canal*")
    page.focus(".map a.dot")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text('Brisk Steps')")


def test_axe_finds_no_fault_and_nothing_scrolls_sideways(browser: Browser, address: str) -> None:
    page, _ = visit(browser, address)
    for path in ADDRESSES:
        page.goto(address + path)
        unfold(page)
        assert sideways(page, 320, 640, 1280) + violations(page) == [], path  # 640 is what 1280 has at 200%


def test_the_script_of_the_map_zooms_and_the_page_is_silent(browser: Browser, address: str) -> None:
    page, _ = visit(browser, "about:blank")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(address + "services")
    page.hover(".map .picture")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.wait_for_function("document.querySelector('.map .picture').getAttribute('viewBox') !== '0 0 480 480'")
    assert told == []


def test_reviewers_read_what_readers_told(browser: Browser, address: str) -> None:
    page, _ = visit(browser, address + "services")
    page.click("text=Sign in to review")
    fill_in_sign_in(page, "ada", PASSWORD)
    page.goto(address + "reports")
    assert violations(page) + sideways(page, 320) == []
