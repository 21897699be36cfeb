"""The report opened in Chromium from the disk: every kind of page, accessible, narrow, on paper, and asking nobody.

axe-core finds nothing on it, at 1280 px and at 320 px; it does not scroll sideways at 320 px; no request leaves the
folder; its console says nothing; every link within the report leads to what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from parsel import Selector
from playwright.sync_api import Browser, sync_playwright

from benchmarks.figures import Figure
from benchmarks.map_register import ORIGIN, make
from flows.reporting.report import write_map
from tests.browsing import start_chromium, violations

PATIENCE = 180_000  # milliseconds: a busy machine is slow, which is no fault of the page
CHECKS = ("axe", "narrow", "console", "outside")


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    made = make(shared, scratch)
    folder = scratch / "map"
    write_map(settings=made.settings, folder=folder, origin=ORIGIN)
    kinds = one_of_each(folder)
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        faults = [fault for page in kinds for fault in look(browser, page, folder)]
        browser.close()
    for check, where, what in faults:
        print(f"#   {check}: {where}: {what}", flush=True)
    for check in CHECKS:
        number = sum(found == check for found, _, _ in faults)
        yield Figure(name=f"pages.{check}", value=number, reach=0, bound="most", note=f"on {len(kinds)} pages")
    followed, lost = follow(folder)
    for where in lost[:5]:
        print(f"#   lost: {where}", flush=True)
    yield Figure(name="pages.lost_links", value=len(lost), reach=0, bound="most", note=f"of {followed:,} links")


def one_of_each(folder: Path) -> list[Path]:
    """The page of all localities, that of each, and one of each kind of list."""
    places = sorted((folder / "places").glob("*/index.html"))
    lists = sorted((folder / "places").glob("*.html"))
    services = sorted((folder / "places").glob("*/services.html"))[:2]
    own = sorted(places[0].parent.glob("*.html"))[:12]
    return [folder / "index.html", *places, *lists, *services, *own]


def look(browser: Browser, path: Path, folder: Path) -> Iterator[tuple[str, str, str]]:
    where = path.relative_to(folder).as_posix()
    for width in (1280, 320):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE)
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        yield from [("console", where, one) for one in said]
        yield from [("outside", where, one) for one in asked if not one.startswith(folder.as_uri())]
        if width == 320 and page.evaluate("document.documentElement.scrollWidth") > width:
            yield "narrow", where, f"{page.evaluate('document.documentElement.scrollWidth')} px wide"
        # Last: axe-core asks for the style itself, which the page's policy refuses with words on the console.
        yield from (("axe", f"{where} at {width}", one) for one in violations(page))
        page.close()


def follow(folder: Path) -> tuple[int, list[str]]:
    """How many links within the report there are, and those that lead nowhere."""
    anchors: dict[Path, set[str]] = {}
    followed, lost = 0, []
    for path in sorted(folder.rglob("*.html")):
        for to in Selector(path.read_text(encoding="utf-8")).xpath("//a/@href | //img/@src | //link/@href").getall():
            if urlsplit(to).scheme:
                continue
            followed += 1
            file, anchor = urldefrag(to)
            target = (path.parent / unquote(file)).resolve() if file else path.resolve()
            if target not in anchors:
                text = target.read_text(encoding="utf-8") if target.suffix == ".html" and target.exists() else ""
                anchors[target] = set(Selector(text or "<p>").xpath("//@id").getall())
            if not target.exists() or (anchor and unquote(anchor) not in anchors[target]):
                lost.append(f"{path.relative_to(folder)}: {to}")
    return followed, lost
