"""tidiermap restore FROM [--backup NAME] [--replace] [--check]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of, telling


@click.command(
    help="Put the latest backup in the folder FROM back as the register. A damaged backup is refused, and so is to "
    "take the place of a register that is newer, another one, or in use."
)
@click.argument("source", metavar="FROM", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--backup", "snapshot", default="", help="An earlier one, by its name below snapshots/.")
@click.option("--replace", is_flag=True, help="Put the register that is there aside, whatever it is.")
@click.option("--check", is_flag=True, help="Only read the whole backup, and say whether it is as it was written.")
@click.pass_context
def command(ctx: click.Context, source: Path, snapshot: str, replace: bool, check: bool) -> None:
    from flows.upkeep.restore import check_backup, restore

    settings = settings_of(ctx)
    with telling() as tell:
        if check:
            chosen, bodies = check_backup(source, snapshot=snapshot, tell=tell)
        else:
            done = restore(settings, source, snapshot=snapshot, replace=replace, tell=tell)
    if check:
        click.echo(f"{chosen}: as it was written, {bodies:,} archived pages among it")
        return
    click.echo(f"{settings.register}: as it was {done.manifest.made_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"  {done.manifest.records:,} records, {len(done.manifest.files):,} files, each as it was written")
    for path in done.aside:
        click.echo(f"  put aside: {path}")
    if done.data:
        click.echo(
            f"  the localities, codebook and rules of then are in {done.data}, for --data; yours are as they were"
        )
    if done.keys_missing:
        click.echo("  the keys that sign providers' links were not in it: send their links anew")
