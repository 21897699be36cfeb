"""Memory over 10,000 pages in one process: it must not grow after the first thousand."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.extraction_speed import saved
from benchmarks.figures import Figure
from extract.batch import extract_all

ROOT = Path(__file__).resolve().parent.parent
PAGES, WARM = 10_000, 1_000
GROWTH = 1.05  # what the allocator may keep beside


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    paths = sorted((shared / "sites").rglob("*.html"))
    order = sorted(paths, key=lambda path: -path.stat().st_size)[:WARM] + paths  # the largest come in the warm-up
    pages = (saved(path, shared / "sites") for path in islice(cycle(order), PAGES))
    warm = 0
    for count, _ in enumerate(extract_all(pages, locality="", data=ROOT / "data", workers=1), 1):
        if count == WARM:
            warm = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    note = f"{warm // 1024} MB after {WARM} pages, {grown // 1024} MB after {PAGES}"
    yield Figure(name="memory.growth", value=grown / warm, reach=GROWTH, bound="most", note=note)
