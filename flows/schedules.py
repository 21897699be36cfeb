"""Which flow runs when: a row for each locality with a schedule, served against a Prefect server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flows.settings import Settings
from register.localities.locality import locality_keys, read_locality

TIME_ZONE = "Europe/London"
EVERY_NIGHT = "30 5 * * *"  # publish, after the night's crawls
AFTER_PUBLISHING = "0 6 * * *"  # the steps about records whose check is overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One scheduled flow: `flow` is discover, recheck, publish or freshness; `cron` in London time, empty where it runs
    by hand only."""

    name: str
    flow: str
    cron: str
    parameters: dict[str, str]


def deployments(settings: Settings, *, folder: Path) -> tuple[Deployment, ...]:
    """Discover on each locality's schedule, its recheck a day later, publish every night.

    Every locality file is read, so that a typo is told before anything is served.
    """
    common = {"register_path": str(settings.register.resolve()), "data": str(settings.data.resolve())}
    planned = []
    for key in locality_keys(settings.data):
        locality = read_locality(settings.data, key)
        parameters = {"locality": key, **common}
        planned.append(
            Deployment(name=f"discover-{key}", flow="discover", cron=locality.schedule, parameters=parameters)
        )
        planned.append(
            Deployment(name=f"recheck-{key}", flow="recheck", cron=day_later(locality.schedule), parameters=parameters)
        )
    parameters = {**common, "folder": str(folder.resolve())}
    planned.append(Deployment(name="publish", flow="publish", cron=EVERY_NIGHT, parameters=parameters))
    planned.append(Deployment(name="freshness", flow="freshness", cron=AFTER_PUBLISHING, parameters=common))
    return tuple(planned)


def day_later(cron: str) -> str:
    """The same hour a weekday later, so that no host is asked twice in one night.

    >>> day_later("0 3 * * 1")
    '0 3 * * 2'
    """
    minute, hour, day, month, weekday = cron.split() if cron else ("",) * 5
    if not cron or not weekday.isdigit():
        return cron
    return f"{minute} {hour} {day} {month} {(int(weekday) + 1) % 7}"


def quiet_prefect(home: Path) -> None:
    """Keeps Prefect's database apart from the register, its telemetry off, and gives its own server time to start."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_HOME", str(home.resolve()))
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")


def serve_deployments(planned: tuple[Deployment, ...]) -> None:
    """Serves the deployments until it is stopped."""
    from prefect import Flow, serve
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.prefect_flows import discover_flow, freshness_flow, publish_flow, recheck_flow

    flows: dict[str, Flow[..., dict[str, int]]] = {
        "discover": discover_flow,
        "recheck": recheck_flow,
        "publish": publish_flow,
        "freshness": freshness_flow,
    }
    runners: list[RunnerDeployment] = []
    for plan in planned:
        schedule = Cron(plan.cron, timezone=TIME_ZONE) if plan.cron else None
        deployment = flows[plan.flow].to_deployment(
            name=plan.name,
            schedule=schedule,
            parameters=dict(plan.parameters),
            # By file path Prefect would put flows/ itself on the import path, before the rooms beside it.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        # The declared type allows for a coroutine, which only an asynchronous caller gets.
        runners.append(cast(RunnerDeployment, deployment))
    serve(*runners)
