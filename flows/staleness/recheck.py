"""Recheck: ask again for the pages behind canonical records, and re-open what they no longer say."""

from __future__ import annotations

import tempfile
from pathlib import Path

from crawlers.standby import Standby
from flows.discovery.gathering import crawl_locality
from flows.discovery.rounds import Round, finish_round
from flows.progress import Progress
from flows.settings import Settings, check_data
from flows.staleness.soft_404 import is_home
from flows.summary import RunSummary
from register.hosts import host_of
from register.localities.locality import read_locality
from register.store import Store
from register.store.crawling.pages import StoredPage


def recheck(
    key: str, *, settings: Settings, progress: Progress, believe: bool = False, standby: Standby | None = None
) -> RunSummary:
    """Asks conditionally for every page of the locality's canonical records, for those of their further dates, under
    which a service goes on when its own page is gone, and for the front pages of their sites, which say first that a
    provider closes.

    Pages that answer 304 touch their candidates; changed ones are drafted again and re-open the touched fields. A
    page that is gone (404, 410) marks its candidates missing; a host whose pages fail together is quarantined.
    """
    locality = read_locality(settings.data, key)
    with settings.open_store() as store:
        check_data(settings, store, locality)
        pages = _pages(store, key)
        work = Round(
            kind="recheck",
            locality=locality,
            run_id=store.runs.start("recheck", key),
            store=store,
            settings=settings,
            progress=progress,
            believe=believe,
        )
        try:
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
                    standby=standby,
                    on_fetch=lambda fetch: step.advance(fetch.url),
                )
            return finish_round(work, gathered)
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            store.runs.finish(work.run_id, verdict="failed", finish_reason="error", counts={}, message=message)
            raise


def _pages(store: Store, key: str) -> tuple[StoredPage, ...]:
    pages = store.pages.of_records(key)
    hosts, known = {host_of(page.url) for page in pages}, {page.url for page in pages}
    others = tuple(page for page in store.pages.of_locality(key) if page.url not in known and page.archive)
    further = store.further.of_records(key)
    dates = (page for page in others if page.url in further and not page.cause)
    fronts = (page for page in others if is_home(page.url) and page.url not in further)
    return (*pages, *dates, *(page for page in fronts if host_of(page.url) in hosts))
