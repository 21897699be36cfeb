"""Runs a crawl in a process of its own (Scrapy's reactor cannot start twice) and reads its result back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawlers.job import (
    FETCHES_FILE,
    JOB_FILE,
    LOG_FILE,
    STATS_FILE,
    CrawlJob,
    CrawlResult,
    dump,
    load_fetch,
    load_stats,
)
from crawlers.kept import ASKED_FILE
from register.errors import CrawlError
from register.models import Fetch

POLL_SECONDS = 0.1
GRACE_SECONDS = 20.0  # to close in good order; the crawl itself gives up a little earlier
LOG_LINES = 15


def crawl(
    job: CrawlJob,
    *,
    on_fetch: Callable[[Fetch], None] | None = None,
    timeout_seconds: float | None = None,
) -> CrawlResult:
    """Run `job` and wait for it; `on_fetch` is called for each fetch soon after it was made.

    After `timeout_seconds` the crawl is closed and what it has is returned, `finish_reason` being `timeout`.
    Raises CrawlError with the end of the crawl's log where it ended without its figures. Whatever ends this call
    (an error in `on_fetch`, Ctrl-C), the crawl ends with it.
    """
    _prepare(job)
    tail = _FetchTail(job.out / FETCHES_FILE)
    began = time.monotonic()
    with _crawl_process(job, timeout_seconds) as process:
        while process.poll() is None:
            tail.read(on_fetch)
            overdue = timeout_seconds is not None and time.monotonic() - began > timeout_seconds + GRACE_SECONDS
            if overdue and process.stdin is not None and not process.stdin.closed:
                process.stdin.close()
            time.sleep(POLL_SECONDS)
    tail.read(on_fetch)
    return CrawlResult(fetches=tuple(tail.fetches), stats=load_stats(_read_stats(job, process.returncode)))


class _FetchTail:
    """Reads the whole lines that were added to a file of fetches since the last time."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0
        self.fetches: list[Fetch] = []

    def read(self, on_fetch: Callable[[Fetch], None] | None) -> None:
        if not self._path.exists():
            return
        with self._path.open("rb") as lines:
            lines.seek(self._offset)
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # still being written
                self._offset += len(line)
                fetch = load_fetch(line)
                self.fetches.append(fetch)
                if on_fetch is not None:
                    on_fetch(fetch)


def _prepare(job: CrawlJob) -> None:
    job.out.mkdir(parents=True, exist_ok=True)
    job.archive.mkdir(parents=True, exist_ok=True)
    for name in (FETCHES_FILE, ASKED_FILE, STATS_FILE, LOG_FILE):
        (job.out / name).unlink(missing_ok=True)
    (job.out / JOB_FILE).write_text(dump(job), encoding="utf-8")


@contextmanager
def _crawl_process(job: CrawlJob, timeout_seconds: float | None) -> Iterator[subprocess.Popen[bytes]]:
    """The crawling process, which ends when its standard input does: also where this process is killed."""
    command = [sys.executable, "-P", "-m", "crawlers", str(job.out / JOB_FILE), "--leash"]
    command += [] if timeout_seconds is None else ["--timeout", str(timeout_seconds)]
    root = str(Path(__file__).resolve().parent.parent)
    paths = os.pathsep.join(path for path in (root, os.environ.get("PYTHONPATH", "")) if path)
    with (job.out / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own module, our own interpreter)
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C reaches it through its standard input, once
        )
    try:
        yield process
    finally:
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read_stats(job: CrawlJob, code: int) -> bytes:
    try:
        return (job.out / STATS_FILE).read_bytes()
    except FileNotFoundError as error:
        log = (job.out / LOG_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        tail = "\n".join(log[-LOG_LINES:])
        what = f"the crawl ended with code {code} and wrote no {STATS_FILE}"
        raise CrawlError(f"{job.locality.key}: {what}; its log ends:\n{tail}") from error
