"""Memory and time of a crawl of 100,000 made-up pages, beside one of 1,000: both must stay flat.

python -m benchmarks.discovery_memory PAGES OUT    # one crawl, measured; prints a line of JSON
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.discovery_speed import crawl_job
from benchmarks.endless import generated
from benchmarks.figures import Figure
from crawlers.run import crawl

PORT = 8320
FEW, MANY = 1_000, 100_000
MOST_MEGABYTES = 300
ROOT = Path(__file__).resolve().parent.parent


def measured(pages: int, out: Path) -> dict[str, float]:
    """A crawl of so many pages from a process of its own: seconds, and the peak megabytes of both processes."""
    command = [sys.executable, "-m", "benchmarks.discovery_memory", str(pages), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if told["found"] != pages:
        raise RuntimeError(f"found {told['found']:.0f} of {pages} pages")
    return told


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    few, many = measured(FEW, scratch / "few"), measured(MANY, scratch / "many")
    a, b = few["seconds"] / FEW, many["seconds"] / MANY
    note = f"{1000 * a:.2f} ms a page of {FEW}, {1000 * b:.2f} ms a page of {MANY}"
    yield Figure(name="memory.time_a_page_of_100000", value=b / a, reach=1.1, bound="most", note=note)
    for who in ("crawl", "parent"):
        note = f"MB at the peak; {few[who]:.0f} with {FEW} pages"
        name = f"memory.{who}_megabytes"
        yield Figure(name=name, value=many[who], reach=MOST_MEGABYTES, bound="most", note=note)


def main() -> None:
    pages, out = int(sys.argv[1]), Path(sys.argv[2])
    server_port = PORT + (pages > FEW)
    with generated(pages, port=server_port) as site:
        result = crawl(crawl_job(site, out))
        # The server still runs, so that of the children that ended the crawl is the only one.
        told = {
            "seconds": result.stats.seconds,
            "found": dict(result.stats.by_status).get(200, 0),
            "crawl": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
            "parent": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
