"""tidiermap discover LOCALITY..."""

from __future__ import annotations

import sys

import click

from flows.commands.context import settings_of
from flows.progress import BarProgress
from register.locality import read_locality


@click.command(help="Crawl LOCALITIES, draft and code their services, fill the queue. Exit 1 where one is quarantined.")
@click.argument("localities", nargs=-1, required=True)
@click.pass_context
def command(ctx: click.Context, localities: tuple[str, ...]) -> None:
    settings = settings_of(ctx)
    for key in localities:
        read_locality(settings.data, key)
    from flows.discover import discover

    healthy = True
    for key in localities:
        summary = discover(key, settings=settings, progress=BarProgress())
        click.echo("\n".join(summary.lines()))
        healthy = healthy and summary.healthy
    sys.exit(0 if healthy else 1)
