"""Recheck: ask again for the pages behind canonical records, and re-open what they no longer say."""

from __future__ import annotations

import tempfile
from pathlib import Path

from crawlers.standby import Standby
from flows.gathering import crawl_locality
from flows.progress import Progress
from flows.rounds import Round, finish_round
from flows.settings import Settings, check_data
from flows.summary import RunSummary
from register.locality import read_locality


def recheck(
    key: str, *, settings: Settings, progress: Progress, believe: bool = False, standby: Standby | None = None
) -> RunSummary:
    """Asks conditionally for every page of the locality's canonical records.

    Pages that answer 304 touch their candidates; changed ones are drafted again and re-open the touched fields. A
    page that is gone (404, 410) marks its candidates missing; a host whose pages fail together is quarantined.
    """
    locality = read_locality(settings.data, key)
    with settings.open_store() as store:
        check_data(settings, store, locality)
        pages = store.pages.of_records(key)
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
