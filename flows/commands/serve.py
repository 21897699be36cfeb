"""tidiermap serve"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of


@click.command(help="Start the schedules against a Prefect server: PREFECT_API_URL's, else one embedded here.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where publish writes its files.")
@click.option("--list", "only_list", is_flag=True, help="Show the schedules and stop.")
@click.pass_context
def command(ctx: click.Context, out: Path | None, only_list: bool) -> None:
    from flows.schedules import deployments, quiet_prefect, serve_deployments

    settings = settings_of(ctx)
    planned = deployments(settings, folder=out or settings.register.parent / "dataset")
    for plan in planned:
        click.echo(f"{plan.name:32} {plan.cron or '(by hand)'}")
    if only_list:
        return
    quiet_prefect(settings.register.parent / "prefect")
    serve_deployments(planned)
