"""tidiermap search LOCALITY [--provider brave] [--dry-run]"""

from __future__ import annotations

import os

import click

from flows.commands.context import settings_of
from register.errors import TidiermapError
from register.localities.locality import read_locality

PROVIDERS = ("brave",)


@click.command(help="Ask a search engine for LOCALITY's services; writes data/seeds/LOCALITY-search.csv.")
@click.argument("key", metavar="LOCALITY")
@click.option("--provider", type=click.Choice(PROVIDERS), default="brave", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Queries at most.")
@click.option(
    "--per-second", type=float, default=1.0, show_default=True, help="Requests a second that your plan allows."
)
@click.option("--dry-run", is_flag=True, help="Print the queries and what they cost, and ask nothing.")
@click.pass_context
def command(ctx: click.Context, key: str, provider: str, limit: int, per_second: float, dry_run: bool) -> None:
    from flows.discovery.search import queries, search_into

    settings = settings_of(ctx)
    every = queries(read_locality(settings.data, key), settings.data)
    asked = every[:limit]
    if dry_run:
        click.echo("\n".join(asked))
        click.echo(f"{len(asked)} queries of {len(every)}, {len(asked)} requests to {provider}: one each.")
        return
    from flows.discovery.brave import KEY_VARIABLE, Brave

    secret = os.environ.get(KEY_VARIABLE, "")
    if not secret:
        raise TidiermapError(f"{KEY_VARIABLE}: found nothing, expected the key of your {provider} subscription")
    path = settings.data / "seeds" / f"{key}-search.csv"
    engine = Brave(secret, per_second=per_second)
    added = search_into(path, asked, engine, clock=settings.clock, on_query=lambda q, n: click.echo(f"{n:3d}  {q}"))
    click.echo(f"{added} results more in {path}. To crawl them, put this into data/localities/{key}.toml:")
    click.echo(f'\n[[source]]\nkind = "search"\nfile = "seeds/{key}-search.csv"')
