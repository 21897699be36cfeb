"""tidiermap purge VALUE..."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flows.commands.context import operator, settings_of

NOT_LOOKED_THROUGH = (
    "Backups made before have it still: delete them once a new one is made, or purge again after restoring one. "
    "--backups FOLDER says which they are."
)
KINDS = ("name", "number", "email", "address", "statement")


@click.command(
    help="Take a private person's data out of the register, the archive, what was published and what is searched. "
    "VALUES are a name, a number, an address, each in one way of writing it; without any they are read from standard "
    "input, one a line, so that no shell keeps them."
)
@click.argument("values", nargs=-1)
@click.option("--statement", default="", help="A whole statement, by its address (statement:...), instead of values.")
@click.option("--kind", type=click.Choice(KINDS), default="name", help="What it is; kept with the tombstone.")
@click.option("--asked-by", required=True, help="Who asked, as a role or a reference: never a name.")
@click.option("--why", required=True, help="Why; kept with the tombstone.")
@click.option(
    "--published",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Another folder that was published to (dataset/ beside the register always counts).",
)
@click.option(
    "--backups",
    multiple=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder of backups to look through: the purge says which of them hold it, and changes none.",
)
@click.pass_context
def command(
    ctx: click.Context,
    values: tuple[str, ...],
    statement: str,
    kind: str,
    asked_by: str,
    why: str,
    published: tuple[Path, ...],
    backups: tuple[Path, ...],
) -> None:
    from flows.upkeep.purge import purge, values_of_statement

    settings = settings_of(ctx)
    if statement:
        values, kind = values_of_statement(statement, settings=settings), "statement"
    elif not values:
        values = tuple(line.strip() for line in sys.stdin if line.strip())
    folders = tuple(dict.fromkeys((settings.register.parent / "dataset", *published)))
    purged = purge(
        values,
        settings=settings,
        kind=kind,
        asked_by=asked_by,
        why=why,
        who=operator(),
        folders=folders,
        backups=backups,
    )
    click.echo("\n".join(purged.lines()))
    if not backups:
        click.echo(f"  {NOT_LOOKED_THROUGH}")
    sys.exit(1 if purged.left else 0)
