"""Pages a second, beside a bare Scrapy spider that follows the same links on the same server; robots on, no delay."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.endless import Generated, generated
from benchmarks.figures import Figure
from crawlers.focus import read_focus
from crawlers.job import CrawlJob
from crawlers.limits import read_limits
from crawlers.run import crawl
from register.localities.locality import Locality, Source

DATA = Path(__file__).resolve().parent.parent / "data"
PORT = 8310
PAGES = 2500
ROUNDS = 3  # turn by turn; the median of the ratios counts, for the machine may be shared
BARE = Path(__file__).with_name("bare_spider.py")


def crawl_job(site: Generated, out: Path) -> CrawlJob:
    source = Source(start=(site.start,), max_pages=100_000, max_depth=50)
    locality = Locality(key="x", name="X", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=(source,))
    limits = read_limits(DATA).model_copy(update={"max_pages_per_host": 1_000_000, "max_pages_per_run": 1_000_000})
    focus = read_focus(DATA)
    return CrawlJob(locality=locality, out=out, archive=out / "archive", user_agent="x", limits=limits, focus=focus)


def bare_speed(site: Generated) -> float:
    """Pages a second of the bare spider, in a process of its own, by its own clock."""
    done = subprocess.run([sys.executable, str(BARE), site.start], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    if told["pages"] < site.pages:  # the first page may come twice
        raise RuntimeError(f"the bare spider found {told['pages']} of {site.pages} pages")
    return float(told["pages"] / told["seconds"])


def our_speed(site: Generated, out: Path) -> float:
    stats = crawl(crawl_job(site, out)).stats
    found = dict(stats.by_status).get(200, 0)
    if found != site.pages:
        raise RuntimeError(f"the crawl found {found} of {site.pages} pages: {stats}")
    return found / stats.seconds


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    with generated(PAGES, port=PORT) as site:
        pairs = [(our_speed(site, scratch / str(n)), bare_speed(site)) for n in range(ROUNDS)]
    ratio = sorted(ours / bare for ours, bare in pairs)[ROUNDS // 2]
    told = ", ".join(f"{ours:.0f}:{bare:.0f}" for ours, bare in pairs)
    yield Figure(name="speed.share_of_bare_scrapy", value=ratio, reach=0.9, note=f"pages a second, ours:bare {told}")
