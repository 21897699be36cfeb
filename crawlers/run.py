"""Runs a crawl in a process of its own (Scrapy's reactor cannot start twice) and reads its result back."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from crawlers.archive import ARCHIVES_FILE
from crawlers.javascript import check_rendering
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
from crawlers.standby import Standby
from register.errors import CrawlError
from register.models import Fetch

LOCK_FILE = "lock"
POLL_SECONDS = 0.1
GRACE_SECONDS = 20.0  # to close in good order; the crawl itself gives up a little earlier
LOG_LINES = 15


def crawl(
    job: CrawlJob,
    *,
    on_fetch: Callable[[Fetch], None] | None = None,
    timeout_seconds: float | None = None,
    standby: Standby | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> CrawlResult:
    """Run `job` and wait for it; `on_fetch` is called for each fetch soon after it was made.

    A crawl in the same folder that was cut off, or whose fetches its caller never settled, is taken up: its fetches
    come first, in `on_fetch` and in the result, and nothing of them is asked for again.

    A process on `standby` runs it where none of its jobs came before; else one is started now.

    After `timeout_seconds` the crawl is closed and what it has is returned, `finish_reason` being `timeout`.
    Raises CrawlError with the end of the crawl's log where it ended without its figures. Whatever ends this call
    (an error in `on_fetch`, Ctrl-C), the crawl ends with it.
    """
    check_rendering(job, os.environ)
    with alone(job.out):
        _prepare(job, now=clock())
    tail = _FetchTail(job.out / FETCHES_FILE)
    began = time.monotonic()
    with _running(job, standby, timeout_seconds=timeout_seconds) as process:
        while (code := process.ended()) is None:
            tail.read(on_fetch)
            overdue = timeout_seconds is not None and time.monotonic() - began > timeout_seconds + GRACE_SECONDS
            if overdue:
                process.stop()
            time.sleep(POLL_SECONDS)
    tail.read(on_fetch)
    return CrawlResult(fetches=tuple(tail.fetches), stats=load_stats(_read_stats(job, code)))


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


def settle(out: Path) -> None:
    """Tell that the fetches of the crawl in this folder are in safe hands: the next crawl in it begins anew."""
    for name in (FETCHES_FILE, ASKED_FILE, ARCHIVES_FILE):
        (out / name).unlink(missing_ok=True)


def is_unfinished(job: CrawlJob, *, now: datetime) -> bool:
    """Whether the job's folder holds a crawl to be taken up: begun within `resume_within_hours` and not settled."""
    try:
        with (job.out / FETCHES_FILE).open("rb") as lines:
            first = load_fetch(lines.readline())
    except (FileNotFoundError, ValidationError):
        return False
    return now - first.fetched_at <= timedelta(hours=job.limits.resume_within_hours)


def _prepare(job: CrawlJob, *, now: datetime) -> None:
    job.archive.mkdir(parents=True, exist_ok=True)
    if not is_unfinished(job, now=now):
        settle(job.out)
    for name in (STATS_FILE, LOG_FILE):
        (job.out / name).unlink(missing_ok=True)
    (job.out / LOG_FILE).touch()
    (job.out / JOB_FILE).write_text(dump(job), encoding="utf-8")


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the folder for this process; the crawl of a process that was killed may need a while to end.

    Raises CrawlError where another crawl holds it for longer.
    """
    out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + GRACE_SECONDS
    with (out / LOCK_FILE).open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise CrawlError(f"{out}: another crawl of this locality is under way") from None
            time.sleep(POLL_SECONDS)
        yield


@contextmanager
def _running(job: CrawlJob, standby: Standby | None, *, timeout_seconds: float | None) -> Iterator[Standby]:
    """The process that runs the job: the one on standby, where there is one still, else a new one."""
    process = standby if standby is not None and standby.waits else Standby()
    process.run(job.out / JOB_FILE, timeout_seconds=timeout_seconds)
    try:
        yield process
    finally:
        process.end(grace_seconds=GRACE_SECONDS)


def _read_stats(job: CrawlJob, code: int) -> bytes:
    try:
        return (job.out / STATS_FILE).read_bytes()
    except FileNotFoundError as error:
        log = (job.out / LOG_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
        tail = "\n".join(log[-LOG_LINES:])
        what = f"the crawl ended with code {code} and wrote no {STATS_FILE}"
        raise CrawlError(f"{job.locality.key}: {what}; its log ends:\n{tail}") from error
