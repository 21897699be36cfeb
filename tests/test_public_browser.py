"""The public pages in a real browser: without scripts, by keyboard, on a small screen, for a screen reader."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serve_public import PASSWORD

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
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
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.serve_public", str(tmp_path_factory.mktemp("public"))]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    try:
        yield server.stdout.readline().strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.stdout.close()
        assert server.wait(timeout=20) == 0


def visit(browser: Browser, **context: object) -> tuple[Page, list[str]]:
    page = browser.new_context(**context).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return page, asked


def test_a_service_is_found_read_and_reported_without_scripts(browser: Browser, address: str) -> None:
    page, asked = visit(browser, java_script_enabled=False)
    page.goto(address)
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
    page.wait_for_timeout(4500)
    page.click("button:text('Send')")
    page.wait_for_selector("h1:text('Thank you')")
    assert all(url.startswith(address) for url in asked), asked


def test_the_whole_way_goes_by_keyboard(browser: Browser, address: str) -> None:
    page, _ = visit(browser)
    page.goto(address + "services")
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
    page, _ = visit(browser)
    for path in ADDRESSES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address + path)
        for opened in page.query_selector_all("details:not([open]) > summary"):
            opened.click()
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        for width in (320, 640):  # 640 is what 1280 has at 200%
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_the_script_of_the_map_zooms_and_the_page_is_silent(browser: Browser, address: str) -> None:
    page, _ = visit(browser)
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
    page, _ = visit(browser)
    page.goto(address + "services")
    page.click("text=Sign in to review")
    page.fill("#name", "ada")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Review queue')")
    page.goto(address + "reports")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
