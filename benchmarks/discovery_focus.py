"""Focus: the share of the pages that bear services against the share of pages fetched, best first and breadth first.

Every saved site is crawled over loopback in both orders, best first with a model that saw no page of its publisher.
Beside it stands what an oracle needs that knows which pages bear services (`best possible`). Labels are a sample on
most sites: pages that nobody labelled count as bearing none, although some do, and only the oracle can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.focus_curve import draw
from benchmarks.focus_oracle import fewest
from benchmarks.focus_sites import SavedSite, read_site
from benchmarks.served import served, site_names
from benchmarks.train_focus import train
from crawlers.focus import Focus, FocusModel, Words
from crawlers.job import CrawlJob
from crawlers.limits import read_limits
from crawlers.run import crawl
from register.datafile import read_toml
from register.localities.locality import Locality, Source

ROOT = Path(__file__).resolve().parent.parent
PORT = 8330
RECALL, SHARE, REACHED = 0.95, 0.60, 0.98


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    words = read_toml(Words, ROOT / "data" / "focus.toml")
    sites = [read_site(shared, name) for name in site_names(shared)]
    models: dict[str, FocusModel] = {}
    curves: dict[str, tuple[list[bool], list[bool]]] = {}
    for site in sites:
        if site.source not in models:
            models[site.source] = train([other for other in sites if other.source != site.source], words)
        focus = Focus(words=words, model=models[site.source])
        best = _fetched(shared, site, focus, scratch, order="best")
        breadth = _fetched(shared, site, Focus(), scratch, order="breadth")
        curves[site.name] = (_hits(site, best), _hits(site, breadth))
        found = len(set(best) & site.bearing) / len(site.bearing)
        yield Figure(name=f"focus.{site.name}.recall", value=found, reach=REACHED, note=f"of {len(site.bearing)}")
        yield _share(site, best, breadth)
    draw(curves, ROOT / "docs" / "focus.svg")


def _fetched(shared: Path, site: SavedSite, focus: Focus, scratch: Path, *, order: str) -> list[str]:
    """What the crawl fetched, in its order, failures and all: the site's path for a page, else ""."""
    out = scratch / f"{site.name}-{order}"
    limits = read_limits(ROOT / "data").model_copy(update={"order": order, "concurrent_per_host": 1})
    with served(shared, site.name, log=scratch / "log", base_port=PORT) as server:
        source = Source(start=(server.start,), max_depth=50)
        locality = Locality(
            key="x", name="X", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=(source,)
        )
        job = CrawlJob(locality=locality, out=out, archive=out / "archive", user_agent="x", limits=limits, focus=focus)
        fetches = crawl(job).fetches
    return [site.resolve(fetch.url) if fetch.status == 200 else "" for fetch in fetches]


def _share(site: SavedSite, best: list[str], breadth: list[str]) -> Figure:
    ours, theirs = _needed(site, best), _needed(site, breadth)
    least = fewest(site, _enough(site))
    note = f"{ours} of breadth-first's {theirs}; best possible {least / theirs:.2f} ({least})"
    name = f"focus.{site.name}.share_at_95"
    return Figure(name=name, value=ours / theirs, reach=SHARE, bound="most", note=note)


def _hits(site: SavedSite, fetched: list[str]) -> list[bool]:
    seen: set[str] = set()
    hits = []
    for path in fetched:
        hits.append(path in site.bearing and path not in seen)
        seen.add(path)
    return hits


def _enough(site: SavedSite) -> int:
    return ceil(RECALL * len(site.bearing))


def _needed(site: SavedSite, fetched: list[str]) -> int:
    """Fetches until 95% of the bearing pages were found; one more than all where they never were."""
    found = 0
    for number, hit in enumerate(_hits(site, fetched), 1):
        found += hit
        if found >= _enough(site):
            return number
    return len(fetched) + 1
