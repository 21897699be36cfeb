"""tidiermap discover LOCALITY..."""

from __future__ import annotations

import sys

import click

from crawlers.standby import standing_by


@click.command(help="Crawl LOCALITIES, draft and code their services, fill the queue. Exit 1 where one is quarantined.")
@click.argument("localities", nargs=-1, required=True)
@click.option("--all", "everything", is_flag=True, help="Ask for every known page, not only for those that are due.")
@click.option("--believe", is_flag=True, help="Admit what the health checks doubt: a rebuilt site, after you looked.")
@click.pass_context
def command(ctx: click.Context, localities: tuple[str, ...], everything: bool, believe: bool) -> None:
    with standing_by() as standby:  # imports Scrapy while we import the rest
        from flows.commands.context import settings_of
        from flows.discovery.discover import discover
        from flows.progress import BarProgress
        from flows.reporting.run_report import write_report
        from register.localities.locality import read_locality

        settings = settings_of(ctx)
        for key in localities:
            read_locality(settings.data, key)
        healthy = True
        for key in localities:
            summary = discover(
                key,
                settings=settings,
                progress=BarProgress(),
                everything=everything,
                believe=believe,
                standby=standby,
            )
            click.echo("\n".join([*summary.lines(), f"  report: {write_report(summary.run_id, settings=settings)}"]))
            healthy = healthy and summary.healthy
    sys.exit(0 if healthy else 1)
