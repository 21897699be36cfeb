"""Discover: crawl a locality, draft and code its services, admit them to the queue; say what was missed."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from flows.admission import admit_site, mark_missing
from flows.drafting import by_host, draft_site
from flows.gathering import Gathered, crawl_locality
from flows.progress import Progress
from flows.settings import Settings, Stages, load_stages
from flows.summary import RunSummary
from register.errors import ConfigError
from register.locality import Locality, read_locality
from register.models import SavedPage
from register.store import Store

# A crawl that finds less than this share of the pages known before is not believed.
SHARE_OF_KNOWN = 0.5


def discover(key: str, *, settings: Settings, progress: Progress) -> RunSummary:
    """Runs discovery for one locality. Raises ConfigError before any request where a data file is wrong."""
    locality = read_locality(settings.data, key)
    if not locality.sources:
        where = str(settings.data / "localities" / f"{key}.toml")
        raise ConfigError(where, "source", "none", 'at least one [[source]] with start = ["https://..."]')
    stages = load_stages(settings.data)
    began = time.monotonic()
    with settings.open_store() as store:
        run_id = store.runs.start("discover", key)
        try:
            return _run(locality, run_id, store=store, settings=settings, stages=stages, progress=progress, began=began)
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            store.runs.finish(run_id, verdict="failed", finish_reason="error", counts={}, message=message)
            raise


def _run(
    locality: Locality,
    run_id: str,
    *,
    store: Store,
    settings: Settings,
    stages: Stages,
    progress: Progress,
    began: float,
) -> RunSummary:
    known_pages = sum(1 for page in store.pages.of_locality(locality.key) if page.status in (200, 304))
    expected = store.queue.ids_of_locality(locality.key)
    gathered = _gather(locality, store=store, settings=settings, progress=progress)
    complaint = _complaint(locality, gathered, known_pages)
    counts, seen = admit_gathered(gathered, locality.key, run_id, store=store, stages=stages, progress=progress)
    with store.transaction():
        for issue in gathered.issues:
            store.runs.note_issue(run_id, issue)
        if not complaint:
            counts += mark_missing(store, expected, seen=seen)
    counts["issues"] += len(gathered.issues)
    return finish_run(
        store, run_id, "discover", locality.key, gathered, counts, complaint, seconds=time.monotonic() - began
    )


def _gather(locality: Locality, *, store: Store, settings: Settings, progress: Progress) -> Gathered:
    with tempfile.TemporaryDirectory(prefix="tidiermap-crawl-") as out, progress.step(f"crawl {locality.key}") as step:
        return crawl_locality(
            locality,
            store=store,
            settings=settings,
            out=Path(out),
            on_fetch=lambda fetch: step.advance(fetch.url),
        )


def admit_gathered(
    gathered: Gathered,
    locality: str,
    run_id: str,
    *,
    store: Store,
    stages: Stages,
    progress: Progress,
) -> tuple[Counter[str], set[str]]:
    """Drafts what was gathered, host by host, and admits it; gives the counts and the candidates' ids seen."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    with progress.step(f"extract {locality}", total=len(gathered.saved)) as step:
        for host, pages in by_host(gathered.saved).items():
            counts += _admit_host(host, pages, locality, run_id, store=store, stages=stages, seen=seen, on=step.advance)
    counts["pages"] = len(gathered.saved)
    counts["unchanged"] = len(gathered.unchanged)
    counts["failed_pages"] = len(gathered.gone)
    counts["candidates"] = len(seen)
    return counts, seen


def _admit_host(
    host: str,
    pages: list[SavedPage],
    locality: str,
    run_id: str,
    *,
    store: Store,
    stages: Stages,
    seen: set[str],
    on: Callable[[str], None],
) -> Counter[str]:
    known = store.pages.profile(locality, host)
    site = draft_site(pages, host=host, locality=locality, known=known, stages=stages, advance=on)
    admitted = admit_site(store, site, locality=locality, run_id=run_id)
    seen |= admitted.seen
    return admitted.counts


def _complaint(locality: Locality, gathered: Gathered, known_pages: int) -> str:
    """Why the crawl is not to be believed; empty where it is."""
    found = len(gathered.saved)
    if gathered.stats.finish_reason != "finished":
        return f"the crawl ended early: {gathered.stats.finish_reason}"
    if found < locality.expected_pages:
        return f"{found} pages read, expected at least {locality.expected_pages} (expected_pages of {locality.key})"
    if found < SHARE_OF_KNOWN * known_pages:
        return f"{found} pages read, expected at least half of the {known_pages} known from earlier runs"
    return ""


def finish_run(
    store: Store,
    run_id: str,
    kind: str,
    locality: str,
    gathered: Gathered,
    counts: Counter[str],
    complaint: str,
    *,
    seconds: float,
) -> RunSummary:
    """Keeps the run's end in the register and gives its summary."""
    verdict = "quarantined" if complaint else "healthy"
    reason = gathered.stats.finish_reason
    store.runs.finish(run_id, verdict=verdict, finish_reason=reason, counts=dict(counts), message=complaint)
    return RunSummary(
        run_id=run_id,
        kind=kind,
        locality=locality,
        healthy=not complaint,
        finish_reason=reason,
        counts=dict(counts),
        issues=store.runs.issues(run_id),
        seconds=seconds,
        message=complaint,
    )
