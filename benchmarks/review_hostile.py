"""Pages that want to do harm, looked at in the workbench by Chromium: nothing of them runs, asks or leads anywhere.

Each page is archived, read, drafted as a candidate whose name and quotes are its words, and opened twice: in the
workbench, and by itself. Then all of it again with the cleaning of archived pages left out, so that the second wall,
the policy that the browser is told, stands alone.

What is requested is counted where it arrives: the trap is the browser's proxy for every address but the workbench's,
so that nothing leaves the machine unseen, and the workbench notes each request, of which a page may make its own and
no other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from benchmarks.figures import Figure
from benchmarks.hostile_pages import HostilePage, hostile_pages
from benchmarks.hostile_register import asked_of, candidate_id, fill, register_in
from review.visit import SESSION_COOKIE
from tests.browsing import open_session, served_by, start_chromium, trap

SERVER = "benchmarks.hostile_served"
AT_ONCE = 8  # pages in tabs side by side
PATIENCE = 180_000  # milliseconds: a busy machine is no finding
SETTLES = 400  # milliseconds for what an attack starts by itself
# A frame that holds nothing, what stands in the page itself (under its policy), or what the policy refused to load.
NOWHERE = ("", "about:blank", "about:srcdoc", "chrome-error://chromewebdata/")
OWN = re.compile(r"/(static/[\w.]+|candidate/h\d+(/page|/codebook/\w+)?|favicon\.ico)?(#.*|\?.*)?")
STATIC = re.compile(r"GET /static/[\w.]+")
LISTS = ("", "?page=2", "?q=%3Cscript%3E", "?q=%22%20autofocus%20onfocus%3D", "records", "runs")


@dataclass(slots=True)
class Seen:
    """What a page did: `ran` its script, `asked` for addresses, `led` elsewhere, or was `held` by the policy alone."""

    ran: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    led: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    with trap() as (address, caught), sync_playwright() as playwright:
        pages = tuple(hostile_pages(address))
        fill(scratch, pages)
        browser = start_chromium(playwright)
        for wall, raw in (("", False), ("policy_", True)):
            with served_by(SERVER, str(scratch), *(["raw"] if raw else [])) as base:
                seen = look_at_all(browser, base, scratch, pages, address, caught, raw=raw)
            yield from _of_pages(wall, seen, len(pages))
            held = sum(bool(one.held) for one in seen.values())
            note = f"of {len(pages)} pages"
            if raw:
                told = f"{note}, cleaning left out: the policy had something to stop"
                yield Figure(name="hostile.policy_stopped", value=held, reach=100, note=told)
            else:
                told = f"{note}: the policy had nothing left to stop"
                yield Figure(name="hostile.held_by_policy_only", value=held, reach=0, bound="most", note=told)
            yield from _of_requests(wall, scratch, caught, number=len(pages), lists=() if raw else LISTS)
        browser.close()


def _of_pages(wall: str, seen: Mapping[str, Seen], count: int) -> Iterator[Figure]:
    """How many pages ran, asked or led."""
    for name, shown in (("ran", "ran"), ("asked", "requested"), ("led", "led")):
        bad = {kind: getattr(one, name) for kind, one in seen.items() if getattr(one, name)}
        for kind, what in bad.items():
            print(f"#   {wall}{shown}: {kind}: {what[:3]}", flush=True)
        note = f"of {count} pages"
        yield Figure(name=f"hostile.{wall}{shown}", value=len(bad), reach=0, bound="most", note=note)


def _of_requests(wall: str, folder: Path, caught: list[str], *, number: int, lists: Sequence[str]) -> Iterator[Figure]:
    """How many requests left the machine, and how many reached the workbench beyond the pages' own."""
    log = asked_of(folder).read_text(encoding="utf-8").splitlines()
    beyond = beyond_own(log, number=number, lists=lists)
    asked_of(folder).unlink()
    for what in (*caught, *beyond):
        print(f"#   {wall}requests: {what[:120]}", flush=True)
    note = f"{number} pages opened twice, the browser's proxy had them all"
    yield Figure(name=f"hostile.{wall}requests_that_left", value=len(caught), reach=0, bound="most", note=note)
    note = f"of {len(log):,} that the workbench was asked"
    yield Figure(name=f"hostile.{wall}requests_beyond_own", value=len(beyond), reach=0, bound="most", note=note)
    caught.clear()


def beyond_own(log: Sequence[str], *, number: int, lists: Sequence[str]) -> list[str]:
    """What the workbench was asked beyond its lists, each record page with its archived page, and that by itself."""
    own = Counter(f"GET /{path}" for path in lists)
    for page in map(candidate_id, range(number)):
        own.update(f"GET /candidate/{page}{path}" for path in ("", "/page?revision=1", "/page"))
    told = Counter(line for line in log if not STATIC.fullmatch(line))
    return list((told - own).elements())


def look_at_all(
    browser: Browser,
    base: str,
    folder: Path,
    pages: Sequence[HostilePage],
    proxy: str,
    caught: Sequence[str],
    *,
    raw: bool,
) -> dict[str, Seen]:
    """What each page did, by its kind. `proxy` is the trap, and `caught` what it is asked."""
    token, before = open_session(register_in(folder), "ada"), len(caught)
    context = browser.new_context(base_url=base, proxy={"server": proxy, "bypass": urlsplit(base).netloc})
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    found: dict[str, Seen] = {}
    for path in ("", "/page"):
        for start in range(0, len(pages), AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, len(pages)))
            seen = {number: found.setdefault(pages[number].kind, Seen()) for number in numbers}
            look_at(context, base, path, seen, raw=raw)
    if not raw:
        found["our own lists"] = look_at_lists(context, base)
    for asked in caught[before:]:
        number = re.search(r"/p(\d+)/", asked)
        kind = pages[int(number[1])].kind if number else "unknown"
        found.setdefault(kind, Seen()).asked.append(asked)
    context.close()
    return found


def look_at(context: BrowserContext, base: str, path: str, seen: Mapping[int, Seen], *, raw: bool) -> None:
    """Opens some candidates' pages of ours, or their archived pages by themselves, and touches what can be touched."""
    tabs = {number: watched(context, base, one, raw=raw) for number, one in seen.items()}
    for number, page in tabs.items():
        open_page(page, f"{base}candidate/{candidate_id(number)}{path}")
    for page in tabs.values():
        page.wait_for_load_state("load")
        if not raw:
            for _ in range(3):
                page.keyboard.press("Tab")
            page.mouse.click(300, 300)
    next(iter(tabs.values())).wait_for_timeout(SETTLES)
    for number, page in tabs.items():
        inspect(page, f"{base}candidate/{candidate_id(number)}{path}", seen[number])
        page.close()


def look_at_lists(context: BrowserContext, base: str) -> Seen:
    """Our own lists, with every hostile name in them, and a search for one."""
    seen = Seen()
    for path in LISTS:
        page = watched(context, base, seen, raw=True)
        open_page(page, base + path)
        page.wait_for_load_state("load")
        page.wait_for_timeout(SETTLES)
        inspect(page, base + path, seen)
        page.close()
    return seen


def open_page(page: Page, address: str) -> None:
    """Raises where the workbench does not show the page: then nothing was tried."""
    answer = page.goto(address, wait_until="commit")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address}: found {answer and answer.status}, expected the page")


def watched(context: BrowserContext, base: str, seen: Seen, *, raw: bool) -> Page:
    """A new tab that tells `seen` what happens in it."""
    page = context.new_page()

    def on_request(request: Request) -> None:
        own = request.url.startswith(base) and OWN.fullmatch("/" + request.url.removeprefix(base))
        if not own:
            seen.asked.append(request.url[:80])

    def on_console(message: ConsoleMessage) -> None:
        if message.text == "RAN":
            seen.ran.append("console")
        elif "Content Security Policy" in message.text or "sandboxed" in message.text:
            seen.held.append(message.text[:80])

    if not raw:  # else the browser may try what the policy then refuses; the trap tells what left the machine
        page.on("request", on_request)
    page.on("console", on_console)
    page.on("dialog", lambda dialog: (seen.ran.append("dialog"), dialog.dismiss()))
    page.on("popup", lambda popup: seen.led.append(popup.url[:80]))
    page.on("download", lambda download: seen.led.append(download.url[:80]))
    return page


def inspect(page: Page, address: str, seen: Seen) -> None:
    """Traces of a script that ran, and whether the tab or a frame of it stands elsewhere."""
    if _path(page.url) != _path(address):
        seen.led.append(page.url[:80])
        return
    for frame in page.frames[1:]:
        if _path(frame.url) not in (f"{_path(address)}/page", *NOWHERE):
            seen.led.append(frame.url[:80])
    if page.evaluate("self.RAN || localStorage.getItem('RAN') || document.title === 'RAN'"):
        seen.ran.append("trace")
        page.evaluate("localStorage.clear()")
    if not address.endswith("/page"):  # one of ours: of the archived page itself it is enough that nothing ran
        ours = page.evaluate("[...document.scripts].map(one => one.getAttribute('src'))")
        if any(not (one or "").startswith("/static/") for one in ours):
            seen.ran.append(f"scripts {ours}")


def _path(address: str) -> str:
    return address.partition("#")[0].partition("?")[0]
