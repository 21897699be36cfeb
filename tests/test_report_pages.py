"""The report in Chromium, opened from the disk as a board would open it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from flows.reporting.report import write_map
from tests.browsing import violations
from tests.mapped import lay_records
from tests.test_report_tables import invented

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    settings = lay_records(folder / "register.db", invented(40))
    write_map(settings=settings, folder=folder / "map", public="https://map.example")
    return folder / "map"


@pytest.mark.parametrize("page", ["index.html", "places/ashby/by-type.html", "places/ashby/services.html"])
def test_a_page_is_accessible_narrow_and_asks_nobody(browser: Browser, folder: Path, page: str) -> None:
    opened = browser.new_page(viewport={"width": 320, "height": 800})
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.goto((folder / page).as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") == 320
    assert said == []
    assert all(one.startswith(folder.as_uri()) for one in asked)
    assert opened.evaluate("getComputedStyle(document.querySelector('header')).borderBottomStyle") == "solid"
    assert violations(opened) == []  # last: axe-core asks for the style itself, which the page's policy refuses
    opened.close()


def test_a_number_leads_to_its_services_and_a_service_to_its_pages(browser: Browser, folder: Path) -> None:
    opened = browser.new_page()
    opened.goto((folder / "places" / "ashby" / "index.html").as_uri())
    number = opened.locator("table:has(#by-type) tbody tr").last.locator("td a").first
    shown = int(number.inner_text())
    number.click()
    opened.wait_for_url("**/places/ashby/by-type.html#all")
    services = opened.locator("section#all li a")
    assert services.count() == shown
    services.first.click()
    opened.wait_for_url("**/services.html#tm-*")
    entry = opened.locator(":target")
    assert entry.get_by_role("link", name="The page that it was read on").get_attribute("href") is not None
    public = entry.get_by_role("link", name="Its public page").get_attribute("href")
    assert public is not None
    assert public.startswith("https://map.example/services/tm-")
    opened.close()
