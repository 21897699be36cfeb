"""Every page of the workbench in Chromium, filled and empty, as each role: accessible, narrow, by keyboard, quiet.

axe-core finds nothing on it (in light and in dark); it does not scroll sideways at 320 px, nor at 640 px with letters
twice as large; the Tab key reaches every control, in the order of the page, and shows where it stands; its console
says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from benchmarks.figures import Figure
from benchmarks.pages_filled import ROLES, PagesDesk, make, pattern_of, token_of, walk_as
from review.app import PAGES
from review.visit import SESSION_COOKIE
from tests.browsing import served_by, start_chromium, violations

SERVER = "benchmarks.pages_filled"
# What is no page, but sent as it is or leads on.
NO_PAGES = re.compile(r"robots|sitemap|favicon|\.csv|/next$|/page$")
NARROW, ZOOMED = (320, 1.0), (640, 2.0)  # width in px, and how much larger the letters are
MOST_TABS = 150
PATIENCE = 180_000  # milliseconds: a busy machine is no finding
CHECKS = ("axe", "narrow", "keyboard", "console", "errors")

# Where the focus stands after a press of Tab, and how many controls there are to reach.
PROBES = Path(__file__).parent / "review_pages.js"


@dataclass(slots=True)
class Found:
    """Faults by check, how many pages were looked at, and of which kinds."""

    faults: dict[str, list[str]] = field(default_factory=lambda: {check: [] for check in CHECKS})
    looked: int = 0
    reached: set[str] = field(default_factory=set)

    def add(self, check: str, where: str, what: str) -> None:
        print(f"#   {check}: {where}: {what}", flush=True)
        self.faults[check].append(what)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    found = Found()
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        for state in ("filled", "empty"):
            folder = scratch / state
            folder.mkdir()
            for line in make(folder, filled=state == "filled"):
                found.add("errors", state, line)
            with served_by(SERVER, str(folder)) as base:
                for role in (*ROLES, None):
                    look_as(browser, base, folder, role, found, each=2 if state == "filled" else 1)
        browser.close()
    for check in CHECKS:
        note = f"on {found.looked} pages"
        yield Figure(name=f"pages.{check}", value=len(found.faults[check]), reach=0, bound="most", note=note)
    asked = {path for path, method, _, _ in PAGES if method == "GET" and not NO_PAGES.search(path)}
    missed = sorted(asked - found.reached)
    note = f"not looked at: {', '.join(missed)}" if missed else ""
    yield Figure(name="pages.kinds", value=len(asked & found.reached), reach=len(asked), note=note)


def look_as(browser: Browser, base: str, folder: Path, role: str | None, found: Found, *, each: int) -> None:
    """Looks at every page that this role can reach, in a browser of its own."""
    walk = walk_as(PagesDesk(folder), role, each=each)
    for line in walk.broken:
        found.add("errors", str(role), line)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    if role:
        context.add_cookies([{"name": SESSION_COOKIE, "value": token_of(role), "url": base}])
    for pattern, addresses in sorted(walk.found.items()):
        if NO_PAGES.search(pattern):
            continue
        found.reached.add(pattern)
        for address in addresses:
            found.looked += 1
            look_at(context, base.rstrip("/") + address, f"{folder.name}, {role}, {pattern_of(address)}", found)
    context.close()


def look_at(context: BrowserContext, address: str, where: str, found: Found) -> None:
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and found.add("console", where, _told(said)))
    page.on("pageerror", lambda error: found.add("console", where, str(error)[:120]))
    page.goto(address, wait_until="load")
    page.evaluate(PROBES.read_text())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for what in violations(page, only_colours=scheme == "dark"):
            found.add("axe", where, f"{scheme}: {what}")
    page.emulate_media(color_scheme="light")
    for what in keyboard_faults(page):
        found.add("keyboard", where, what)
    for width, larger in (NARROW, ZOOMED):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(f"document.documentElement.style.fontSize = '{15 * larger}px'")
        for what in too_wide(page, width):
            found.add("narrow", where, f"{width} px, {larger:g}: {what}")
    page.close()


def _told(said: ConsoleMessage) -> str:
    return f"{said.text[:120]} ({said.location.get('url', '')[:200]})"


def keyboard_faults(page: Page) -> list[str]:
    """Tab from the top to the end: what is reached out of order, unseen or without showing it, or not at all."""
    faults = []
    page.evaluate("reviewPages.fromTheTop()")
    reached = 0
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        told = page.evaluate("reviewPages.focused()")
        if told is None:
            break
        reached += told not in ("frame", "within")
        if told not in ("ok", "frame", "within"):
            faults.append(told)
    expected = page.evaluate("reviewPages.reachable()")
    if reached < min(expected, MOST_TABS) and not faults:
        faults.append(f"{reached} of {expected} controls are reached")
    return faults


def too_wide(page: Page, width: int) -> list[str]:
    """The elements that stick out, where the page scrolls sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    if wide <= width:
        return []
    told: list[str] = page.evaluate("width => reviewPages.sticksOut(width)", width)
    return [f"{wide} px wide: {', '.join(told)}"]
