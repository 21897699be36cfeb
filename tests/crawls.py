"""Crawls in processes of their own, for tests that cut them off."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawlers.job import CrawlJob, dump

ROOT = Path(__file__).parent.parent
CODE = "import sys, crawlers.job as j, crawlers.run as r; r.crawl(j.load_job(sys.stdin.read()))"


@contextmanager
def crawling(asked: CrawlJob) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs the crawl in a process of its own."""
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "asked.json").write_text(dump(asked))
    with (
        (asked.out / "asked.json").open("rb") as text,
        subprocess.Popen([sys.executable, "-c", CODE], stdin=text, cwd=ROOT, stderr=subprocess.DEVNULL) as parent,
    ):
        yield parent


def crawls_of(folder: Path) -> list[int]:
    """Ids of the processes whose output goes to the log of a crawl in `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            output = (entry / "fd" / "1").readlink()
        except OSError:  # it ended meanwhile
            continue
        if output.parent == folder:
            found.append(int(entry.name))
    return found
