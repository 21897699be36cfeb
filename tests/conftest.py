"""What several tests need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browsing import find_chromium, start_chromium


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real saved sites and labels, which is no part of the repository."""
    folder = Path(os.environ.get("TIDIERMAP_SHARED") or Path(__file__).parent.parent.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no real sites at {folder}: set TIDIERMAP_SHARED to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    found = find_chromium()
    if found is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once a file: while its driver runs, no other test of the process may run an event loop."""
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()
