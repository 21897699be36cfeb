"""`python -m crawlers`: one crawl in a process of its own, which crawlers/standby.py starts and tells its job."""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path

# Else the first request loads it after its turn was counted, arrives late, and the next one seems to come too soon.
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess

from crawlers.addresses import Canonical
from crawlers.archive import ArchiveWriter
from crawlers.booking import utc_now
from crawlers.frontier import Frontier
from crawlers.hosts import HostWatch
from crawlers.job import LOG_FILE, STATS_FILE, CrawlJob, CrawlStats, Ended, dump, load_job
from crawlers.journal import mend, take_up
from crawlers.kept import read_asked, read_kept, write_kept
from crawlers.ledger import Ledger
from crawlers.run import alone
from crawlers.settings import scrapy_settings
from crawlers.spider import LocalitySpider
from crawlers.state import CrawlState

_FINISH_WORDS = {"closespider_timeout": "timeout", "": "shutdown"}
_CUT = {"timeout": Ended.TIMEOUT, "shutdown": Ended.INTERRUPTED}
SECONDS_TO_END_WELL = 8.0


def main() -> None:
    """Wait for the line on standard input that names the job's file and the seconds that it may take; run the job."""
    asked = _first_line()
    if not asked:
        return
    threading.Thread(target=_end_with_parent, daemon=True).start()
    path, timeout_seconds = json.loads(asked)
    job = load_job(Path(path).read_bytes())
    _write_to(job.out / LOG_FILE)
    with alone(job.out):
        _crawl(job, timeout_seconds=timeout_seconds)
    logging.shutdown()
    os._exit(0)  # all is written, and to take Scrapy and Twisted down object by object takes a seventh of a second


def _crawl(job: CrawlJob, *, timeout_seconds: float | None) -> None:
    mend(job)
    stats = run_here(job, timeout_seconds=timeout_seconds)
    part = job.out / f"{STATS_FILE}.part"
    part.write_text(dump(stats), encoding="utf-8")
    part.replace(job.out / STATS_FILE)  # a stats file is whole or absent


def run_here(job: CrawlJob, *, timeout_seconds: float | None) -> CrawlStats:
    """Run the job in this process, which can do so once: Twisted's reactor does not start again."""
    canonical = Canonical(ignored=job.limits.ignored_parameters)
    watch = HostWatch(job.limits.host_failures)
    archive = ArchiveWriter(job.archive, job.locality.key, utc_now(), software=job.user_agent, out=job.out)
    state = CrawlState(
        job=job,
        canonical=canonical,
        frontier=Frontier(job, canonical, read_kept(job.out)),
        watch=watch,
        ledger=Ledger(job.out, archive, watch),
        deadline=math.inf if timeout_seconds is None else time.monotonic() + timeout_seconds,
    )
    state.frontier.begin()
    take_up(state, utc_now)
    process = AsyncCrawlerProcess(scrapy_settings(job, timeout_seconds=timeout_seconds))
    crawler = process.create_crawler(LocalitySpider)
    began = time.monotonic()
    process.crawl(crawler, state=state, clock=utc_now)
    process.start()
    state.ledger.close()
    stats = _stats(state, crawler.stats.get_stats(), seconds=time.monotonic() - began)
    if stats.finish_reason != "shutdown":  # else the journal has more to say: the crawl is to be taken up
        _keep(state)
    return stats


def _keep(state: CrawlState) -> None:
    """Leave to the next crawl what this one did not come to."""
    if state.job.only_known:
        return
    frontier, out = state.frontier, state.job.out
    write_kept(
        out,
        rules=frontier.digest,
        variants=frontier.rules.variants.rules(),
        asked=read_asked(out),
        failed=frontier.failed,
        left=frontier.left(),
        before=frontier.kept,
    )


def _stats(state: CrawlState, counted: dict[str, object], *, seconds: float) -> CrawlStats:
    ledger, frontier = state.ledger, state.frontier
    reason = str(counted.get("finish_reason", ""))  # none where Scrapy was forced to end
    finish = "timeout" if not reason and time.monotonic() >= state.deadline else _FINISH_WORDS.get(reason, reason)
    hosts = state.watch.reports(frontier, cut=_CUT.get(finish))
    cut = frontier.truncated_by | ({"timeout"} if finish == "timeout" else set())
    cut |= {"host"} if any(host.stopped for host in hosts) else set()
    return CrawlStats(
        finish_reason=finish,
        requests=int(str(counted.get("downloader/request_count", 0))),
        responses=int(str(counted.get("downloader/response_count", 0))),
        by_status=tuple(sorted(ledger.by_status.items())),
        refused_by_robots=ledger.refused("robots"),
        refused_private=ledger.refused("private"),
        opted_out=ledger.refused("opt_out"),
        duplicates=ledger.duplicates,
        repeats=frontier.rules.variants.repeats,
        untouched=frontier.untouched,
        unmodified=ledger.by_status[304],
        skipped_types=ledger.skipped_types + len(frontier.rules.skipped_types),
        trapped=len(frontier.rules.trapped),
        errors=(*((host.host, host.stopped) for host in hosts if host.stopped), *ledger.errors),
        truncated_by=",".join(sorted(cut)),
        seconds=round(seconds, 3),
        hosts=hosts,
        lists=ledger.lists(),
    )


def _first_line() -> bytes:
    """The first line of standard input; none where it ends before: no crawl is wanted, or the parent is gone."""
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(sys.stdin.fileno(), 4096)
        if not more:
            return b""
        line += more
    return line


def _write_to(log: Path) -> None:
    """What this process prints goes to the crawl's log from here on."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(file, stream.fileno())
    os.close(file)


def _end_with_parent() -> None:
    """Wait for the end of standard input, then end: in good order, then firmly, then at once."""
    while os.read(sys.stdin.fileno(), 1024):  # not sys.stdin.read, whose lock would outlive the interpreter
        pass
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(SECONDS_TO_END_WELL)
    os._exit(1)


if __name__ == "__main__":
    main()
