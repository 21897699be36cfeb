"""What a crawl is asked and what it answers: plain types that go through JSON to the crawling process and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from crawlers.focus import Focus
from crawlers.limits import Limits, OptOut
from crawlers.signs import Sign
from register.localities.locality import Locality
from register.models import Fetch

JOB_FILE, FETCHES_FILE, STATS_FILE, LOG_FILE = "job.json", "fetches.jsonl", "stats.json", "crawl.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we hold of a page already: its validators, and where its last body lies in the archive.

    One that is not `due`, or is the `duplicate_of` another address, counts as known and is not asked for, unless a
    sitemap says that it changed after `checked_at`, our last look at it.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    archive: str = ""
    offset: int = 0
    due: bool = True
    duplicate_of: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How relevant a page was found to be, 0-1: by people (accepted 1, rejected 0), or by extraction."""

    url: str
    relevant: float


class Ended(StrEnum):
    """Why nothing more was asked of a host."""

    FINISHED = "finished"  # nothing is left
    BUDGET = "budget"  # of its source, the host or the run; what is left waits for the next run
    BARREN = "barren"  # many pages in a row gave nothing relevant
    FAILURES = "failures"
    ROBOTS = "robots"  # its robots.txt cannot be read, or asks for more patience than a run has
    BUSY = "busy"  # it asks to come back later than a run can wait
    TIMEOUT = "timeout"  # the run's time was over
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlJob:
    """One crawl of one locality.

    `out` is the folder of the locality's crawls (job, fetch lines, stats, log, what is left for the next crawl);
    `archive` the folder of all WARC files. `only_known` asks for the known addresses alone, conditionally, and follows
    nothing (a recheck); it needs a folder of its own. `judged` pages tell which addresses are worth asking for.
    """

    locality: Locality
    out: Path
    archive: Path
    user_agent: str
    known: tuple[Known, ...] = ()
    only_known: bool = False
    opt_out: tuple[OptOut, ...] = ()
    limits: Limits = field(default_factory=Limits)
    signs: tuple[Sign, ...] = ()
    focus: Focus = field(default_factory=Focus)
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """What one host gave: pages, each once (304 included), failed requests, and why we left it early ("" if not), in
    words and as a Cause; why nothing more was asked of it (an Ended); how many pages looked relevant; how many known
    addresses are left for the next run."""

    host: str
    pages: int
    failures: int
    stopped: str = ""
    cause: str = ""
    ended: str = Ended.FINISHED
    relevant: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReport:
    """A listing or feed by its first page: the entries that it claims to have (None: it says nothing), and those that
    stood in the answers to it and its further pages."""

    source: int
    url: str
    claimed: int | None
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlStats:
    """Figures of one crawl, for its summary and for the decision whether it was healthy.

    finish_reason: `finished`, `timeout`, `shutdown` (interrupted), or Scrapy's word for another end
    requests, responses: all on the wire: robots.txt, sitemaps, redirects and retries included
    by_status: (HTTP status, fetches), 0 for no answer
    refused_by_robots, refused_private, opted_out: addresses left out, each counted once
    duplicates: pages whose bytes equal those of another page of this crawl
    repeats: pages whose main text equals that of another address; untouched: known pages that were not due
    unmodified: answers 304; skipped_types: addresses of types that are not kept; trapped: cut as endless
    errors: (address, what happened), the first 200; before them (host, why) for hosts that were left early
    truncated_by: the limits that cut the crawl short: max_pages (of any kind), max_depth, timeout, host; or ""
    hosts: one report a host; lists: one report a listing or feed that says or shows how many entries it has
    """

    finish_reason: str
    requests: int = 0
    responses: int = 0
    by_status: tuple[tuple[int, int], ...] = ()
    refused_by_robots: int = 0
    refused_private: int = 0
    opted_out: int = 0
    duplicates: int = 0
    repeats: int = 0
    untouched: int = 0
    unmodified: int = 0
    skipped_types: int = 0
    trapped: int = 0
    errors: tuple[tuple[str, str], ...] = ()
    truncated_by: str = ""
    seconds: float = 0.0
    hosts: tuple[HostReport, ...] = ()
    lists: tuple[ListReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """All fetches in the order of their answers, and the figures."""

    fetches: tuple[Fetch, ...]
    stats: CrawlStats


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type, which mypy cannot name as one)
    return TypeAdapter(kind)


def dump(value: CrawlJob | CrawlStats | Fetch) -> str:
    """`value` as one line of JSON."""
    kind: object = type(value)
    return _adapter(kind).dump_json(value, by_alias=True).decode()


def load_job(text: str | bytes) -> CrawlJob:
    """The job that `dump` wrote; raises pydantic.ValidationError for anything else (as the other loaders do)."""
    job: CrawlJob = _adapter(CrawlJob).validate_json(text)
    return job


def load_stats(text: str | bytes) -> CrawlStats:
    stats: CrawlStats = _adapter(CrawlStats).validate_json(text)
    return stats


def load_fetch(text: str | bytes) -> Fetch:
    fetch: Fetch = _adapter(Fetch).validate_json(text)
    return fetch
