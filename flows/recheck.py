"""Recheck: ask again for the pages behind canonical records, and re-open what they no longer say."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from flows.discover import admit_gathered, finish_run
from flows.gathering import crawl_locality
from flows.health import recheck_complaint, should_be_seen
from flows.progress import Progress
from flows.settings import Settings, load_stages
from flows.summary import RunSummary
from register.locality import read_locality


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
        admitted = admit_gathered(gathered, key, run_id, store=store, stages=stages, progress=progress)
        doubt = recheck_complaint(gathered, asked=len(pages), undrafted=len(admitted.undrafted))
        asked = frozenset(page.url for page in pages)
        expected = should_be_seen(store, key, gathered, undrafted=admitted.undrafted, asked=asked)
        return finish_run(
            store, run_id, "recheck", key, gathered, admitted, expected, doubt, seconds=time.monotonic() - began
        )
