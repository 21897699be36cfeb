"""tidiermap runs [RUN]"""

from __future__ import annotations

import click

from flows.commands.context import settings_of

SHOWN = 20
# What a run that is no crawl counts, and the word for it.
COUNTED = {"publish": ("records", "records"), "retrain": ("replace", "recoded")}


@click.command(help="List the latest runs with verdict and reason; with RUN (or 'last') write its report as a page.")
@click.argument("run", required=False)
@click.pass_context
def command(ctx: click.Context, run: str | None) -> None:
    settings = settings_of(ctx)
    from flows.reporting.run_report import write_report

    with settings.open_store() as store:
        runs = store.runs.latest(SHOWN)
    crawls = [one for one in runs if one.kind not in COUNTED]
    if run is not None:
        name = crawls[0].id if run == "last" and crawls else run
        click.echo(write_report(name, settings=settings))
        return
    if not runs:
        click.echo("Nothing has run yet: tidiermap discover LOCALITY")
    for one in runs:
        count, what = COUNTED.get(one.kind, ("pages", "pages"))
        told = f"{one.id}  {one.locality:20} {one.verdict:11} {one.counts.get(count, 0):6} {what:7}  {one.message}"
        click.echo(told.rstrip())
