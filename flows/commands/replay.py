"""tidiermap replay"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from flows.commands.context import settings_of
from register.errors import TidiermapError


@click.command(
    help="Make candidates, fields and records again from the log alone, in an empty register, and say whether they are "
    "the same, byte for byte; exit code 1 where they are not."
)
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the new register as this file; it must be new.",
)
@click.pass_context
def command(ctx: click.Context, into: Path | None) -> None:
    from register.store import Store
    from register.store.upkeep.replay import replay

    with settings_of(ctx).open_store() as store, TemporaryDirectory() as scratch:
        path = into or Path(scratch) / "again.db"
        tables = replay(store, path, open_store=lambda file, clock: Store(file, clock=clock))
    for one in tables:
        click.echo(f"{one.table}\t{one.rows:,} rows\t{one.digest}\t{'differs' if one.differs else 'same'}")
    if different := [one for one in tables if one.differs]:
        raise TidiermapError(f"{different[0].table}: {different[0].differs}")
