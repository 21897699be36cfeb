"""Discover: crawl a locality, draft and code its services, admit them to the queue; say what was missed."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from flows.admission import Admitted, admit_site, mark_missing
from flows.drafting import by_host, draft_site
from flows.gathering import Gathered, crawl_locality
from flows.health import complaint, shortfalls, should_be_seen
from flows.progress import Progress
from flows.settings import Settings, Stages, load_stages
from flows.summary import RunSummary
from register.errors import ConfigError
from register.locality import Locality, read_locality
from register.store import Store


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
    known_candidates = store.queue.count(locality=locality.key, missing=False)
    gathered = _gather(locality, store=store, settings=settings, progress=progress)
    admitted = admit_gathered(gathered, locality.key, run_id, store=store, stages=stages, progress=progress)
    doubt = complaint(
        locality,
        gathered,
        known_pages=known_pages,
        known_candidates=known_candidates,
        seen=len(admitted.seen),
        undrafted=len(admitted.undrafted),
    )
    expected = should_be_seen(store, locality.key, gathered, undrafted=admitted.undrafted)
    return finish_run(
        store, run_id, "discover", locality.key, gathered, admitted, expected, doubt, seconds=time.monotonic() - began
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
) -> Admitted:
    """Drafts what was gathered, host by host, and admits it to the queue."""
    admitted = Admitted(counts=Counter())
    with progress.step(f"extract {locality}", total=len(gathered.saved)) as step:
        for host, pages in by_host(gathered.saved).items():
            known = store.pages.profile(locality, host)
            site = draft_site(pages, host=host, locality=locality, known=known, stages=stages, advance=step.advance)
            admitted += admit_site(store, site, locality=locality, run_id=run_id)
    return admitted


def finish_run(
    store: Store,
    run_id: str,
    kind: str,
    locality: str,
    gathered: Gathered,
    admitted: Admitted,
    expected: Iterable[str],
    doubt: str,
    *,
    seconds: float,
) -> RunSummary:
    """Marks missing what a believed run should have seen, keeps the run's end in the register, gives its summary."""
    counts = admitted.counts + Counter(issues=len(gathered.issues))
    with store.transaction():
        for issue in gathered.issues:
            store.runs.note_issue(run_id, issue)
        if not doubt:
            counts += mark_missing(store, expected, seen=admitted.seen)
        told = {
            **counts,
            "pages": len(gathered.saved),
            "unchanged": len(gathered.unchanged),
            "failed_pages": len(gathered.failed),
            "candidates": len(admitted.seen),
            "refused_by_robots": gathered.stats.refused_by_robots,
            "opted_out": gathered.stats.opted_out,
            "refused_private": gathered.stats.refused_private,
        }
        message = doubt or shortfalls(gathered)
        verdict, reason = "quarantined" if doubt else "healthy", gathered.stats.finish_reason
        store.runs.finish(run_id, verdict=verdict, finish_reason=reason, counts=told, message=message)
    return RunSummary(
        run_id=run_id,
        kind=kind,
        locality=locality,
        healthy=not doubt,
        finish_reason=reason,
        counts=told,
        issues=store.runs.issues(run_id),
        seconds=seconds,
        message=message,
    )
