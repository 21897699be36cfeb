"""Recheck: ask again for the pages behind canonical records, and re-open what they no longer say."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from flows.admission import mark_missing
from flows.discover import admit_gathered, finish_run
from flows.gathering import Gathered, crawl_locality
from flows.progress import Progress
from flows.settings import Settings, load_stages
from flows.summary import RunSummary
from register.locality import read_locality
from register.store import Store
from register.store.pages import StoredPage

# Answers that say that a page is no more; anything else may be a passing fault or a refusal.
GONE = (404, 410)


def recheck(key: str, *, settings: Settings, progress: Progress) -> RunSummary:
    """Asks conditionally for every page of the locality's canonical records.

    Pages that answer 304 touch their candidates; changed ones are drafted again and re-open the touched fields. A
    page that is gone (404, 410) marks its candidates missing; a run in which no page answered is quarantined.
    """
    locality = read_locality(settings.data, key)
    stages = load_stages(settings.data)
    began = time.monotonic()
    with settings.open_store() as store:
        pages = store.pages.of_records(key)
        run_id = store.runs.start("recheck", key)
        with (
            tempfile.TemporaryDirectory(prefix="tidiermap-recheck-") as out,
            progress.step(f"recheck {key}", len(pages)) as step,
        ):
            gathered = crawl_locality(
                locality,
                store=store,
                settings=settings,
                out=Path(out),
                only=pages,
                on_fetch=lambda fetch: step.advance(fetch.url),
            )
        counts, seen = admit_gathered(gathered, key, run_id, store=store, stages=stages, progress=progress)
        complaint = _complaint(pages, gathered)
        with store.transaction():
            for issue in gathered.issues:
                store.runs.note_issue(run_id, issue)
            if not complaint:
                counts += mark_missing(store, _expected(store, pages, gathered), seen=seen)
        counts["issues"] += len(gathered.issues)
        return finish_run(store, run_id, "recheck", key, gathered, counts, complaint, seconds=time.monotonic() - began)


def _expected(store: Store, pages: tuple[StoredPage, ...], gathered: Gathered) -> list[str]:
    """Candidates that this run should have seen: those of pages that were read, or that are certainly gone."""
    read = {saved.url for saved in gathered.saved}
    now = {page.url: store.pages.get(page.locality, page.url).status for page in pages}
    sure = [page for page in pages if page.url in read or now[page.url] in GONE]
    return [candidate for page in sure for candidate in store.queue.ids_of_page(page.id)]


def _complaint(pages: tuple[StoredPage, ...], gathered: Gathered) -> str:
    if gathered.stats.finish_reason != "finished":
        return f"the crawl ended early: {gathered.stats.finish_reason}"
    answered = len(gathered.saved) + sum(1 for issue in gathered.issues if issue.kind.startswith("HTTP 4"))
    if pages and not answered:
        return f"none of {len(pages)} pages answered"
    return ""
