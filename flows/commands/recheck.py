"""tidiermap recheck [LOCALITY...]"""

from __future__ import annotations

import sys

import click

from crawlers.standby import standing_by


@click.command(help="Ask again for the pages of canonical records, in LOCALITIES or all; re-open what changed.")
@click.argument("localities", nargs=-1)
@click.option(
    "--overdue", is_flag=True, help="Ask no website: only take the steps about records whose check is overdue."
)
@click.option(
    "--expire", default="", help="Ask no website: let the checks of this host or locality expire; with --why."
)
@click.option("--why", default="", help="Why the checks expire; kept with it.")
@click.option("--believe", is_flag=True, help="Admit what the health checks doubt: a rebuilt site, after you looked.")
@click.pass_context
def command(
    ctx: click.Context, localities: tuple[str, ...], believe: bool, overdue: bool, expire: str, why: str
) -> None:
    if expire:
        _let_expire(ctx, expire, why)
    if overdue or expire:
        _take_steps(ctx)
        return
    with standing_by() as standby:  # imports Scrapy while we import the rest
        from flows.commands.context import settings_of
        from flows.progress import BarProgress
        from flows.reporting.run_report import write_report
        from flows.staleness.recheck import recheck
        from register.localities.locality import read_locality

        settings = settings_of(ctx)
        if not localities:
            with settings.open_store() as store:
                localities = tuple(sorted({r.locality for r in store.records.all() if r.withdrawn_at is None}))
        if not localities:
            click.echo(
                "Nothing is published yet, so there is nothing to recheck: approve records, then tidiermap publish."
            )
            return
        for key in localities:
            read_locality(settings.data, key)
        healthy = True
        for key in localities:
            summary = recheck(key, settings=settings, progress=BarProgress(), believe=believe, standby=standby)
            click.echo("\n".join([*summary.lines(), f"  report: {write_report(summary.run_id, settings=settings)}"]))
            healthy = healthy and summary.healthy
        _take_steps(ctx)
    sys.exit(0 if healthy else 1)


def _take_steps(ctx: click.Context) -> None:
    from flows.commands.context import operator, settings_of
    from flows.staleness.freshness import keep_fresh

    click.echo("\n".join(keep_fresh(settings=settings_of(ctx), who=operator()).lines()))


def _let_expire(ctx: click.Context, what: str, why: str) -> None:
    from flows.commands.context import operator, settings_of
    from flows.staleness.freshness import let_expire
    from register.localities.locality import locality_keys

    if not why.strip():
        raise click.UsageError("--expire needs --why: the reason is kept with it.")
    settings = settings_of(ctx)
    about = {"locality": what} if what in locality_keys(settings.data) else {"host": what}
    count = let_expire(settings=settings, why=why, who=operator(), **about)
    click.echo(f"{count:,} records of {what} are due for a check now")
