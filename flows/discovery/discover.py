"""Discover: crawl a locality, draft and code its services, admit them to the queue; say what was missed."""

from __future__ import annotations

from pathlib import Path

from crawlers.run import settle
from crawlers.standby import Standby
from flows.discovery.gathering import Gathered, crawl_locality
from flows.discovery.health import RUNS_REMEMBERED, expected_range
from flows.discovery.rounds import Round, finish_round
from flows.progress import Progress
from flows.settings import Settings, check_data
from flows.summary import RunSummary
from register.errors import ConfigError
from register.localities.locality import read_locality

CRAWLS = "crawls"  # beside the register: what a crawl leaves for the next one, and goes on from when it was interrupted


def discover(
    key: str,
    *,
    settings: Settings,
    progress: Progress,
    everything: bool = False,
    believe: bool = False,
    standby: Standby | None = None,
) -> RunSummary:
    """Runs discovery for one locality. Raises ConfigError before any request where a data file is wrong.

    Known pages are asked for when they are due, all of them with `everything`. With `believe` what the health checks
    doubt is admitted: for a site that was rebuilt, after somebody looked. The crawl is run by the process on `standby`.
    """
    locality = read_locality(settings.data, key)
    if not locality.sources:
        where = str(settings.data / "localities" / f"{key}.toml")
        raise ConfigError(where, "source", "none", 'at least one [[source]] with start = ["https://..."]')
    with settings.open_store() as store:
        check_data(settings, store, locality)
        past = store.runs.latest(RUNS_REMEMBERED, kind="discover", locality=key, verdict="healthy")
        work = Round(
            kind="discover",
            locality=locality,
            run_id=store.runs.start("discover", key),
            store=store,
            settings=settings,
            progress=progress,
            expected=expected_range(locality, [run.counts for run in past]),
            believe=believe,
        )
        try:
            summary = finish_round(work, _gather(work, everything=everything, standby=standby))
            settle(_folder(work))
            return summary
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            store.runs.finish(work.run_id, verdict="failed", finish_reason="error", counts={}, message=message)
            raise


def _gather(work: Round, *, everything: bool, standby: Standby | None) -> Gathered:
    title = f"crawl {work.locality.key}"
    with work.progress.step(title) as step:
        return crawl_locality(
            work.locality,
            store=work.store,
            settings=work.settings,
            out=_folder(work),
            everything=everything,
            standby=standby,
            on_fetch=lambda fetch: step.advance(fetch.url),
        )


def _folder(work: Round) -> Path:
    return work.store.path.parent / CRAWLS / work.locality.key
