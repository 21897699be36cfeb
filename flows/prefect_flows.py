"""The same work as Prefect flows, thin: each run leaves its counts and failures as an artifact.

Task granularity is a locality: a task costs milliseconds of bookkeeping, and the queue, not Prefect, waits for people.
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.progress import QuietProgress
from flows.settings import Settings
from flows.summary import RunSummary
from register.errors import TidiermapError


class QuarantinedError(TidiermapError):
    """A run's result is not to be believed; the Prefect run fails, so that somebody looks."""


def _settings(register: str, data: str) -> Settings:
    return Settings(register=Path(register), data=Path(data))


def _tell(summary: RunSummary) -> dict[str, int]:
    """Leaves the artifact; raises QuarantinedError for a run that is not to be believed."""
    key = f"{summary.kind}-{summary.locality}".lower().replace("_", "-")
    create_markdown_artifact(markdown=summary.markdown(), key=key, description=summary.lines()[0])
    if not summary.healthy:
        raise QuarantinedError(f"{summary.kind} {summary.locality}: {summary.message}")
    return summary.counts


@flow(name="discover", log_prints=True)
def discover_flow(locality: str, register_path: str, data: str) -> dict[str, int]:
    """Crawl, draft, code, queue; gives the counts."""
    from flows.discovery.discover import discover

    return _tell(discover(locality, settings=_settings(register_path, data), progress=QuietProgress()))


@flow(name="recheck", log_prints=True)
def recheck_flow(locality: str, register_path: str, data: str) -> dict[str, int]:
    """Ask again for what is canonical; gives the counts."""
    from flows.staleness.recheck import recheck

    return _tell(recheck(locality, settings=_settings(register_path, data), progress=QuietProgress()))


@flow(name="publish", log_prints=True)
def publish_flow(register_path: str, data: str, folder: str) -> dict[str, int]:
    """Approved decisions to records and files; gives the counts."""
    from flows.publishing.publish import publish

    return _tell(publish(settings=_settings(register_path, data), folder=Path(folder)).summary)


@flow(name="freshness", log_prints=True)
def freshness_flow(register_path: str, data: str) -> dict[str, int]:
    """The next step about each record whose check is overdue; gives the counts."""
    from flows.staleness.freshness import keep_fresh

    kept = keep_fresh(settings=_settings(register_path, data))
    create_markdown_artifact(markdown="\n".join(f"- {line.strip()}" for line in kept.lines()), key="freshness")
    return {"overdue": kept.overdue, **dict(kept.taken)}
