"""tidiermap backup TO [--all] [--keep N] [--with-keys]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of, telling

KEYS_LEFT = (
    "The keys that sign providers' links are not in it: whoever has them can answer for a provider. Without them the "
    "links that were sent answer no more after a restore, and are to be sent anew; --with-keys takes them along."
)


@click.command(
    help="Copy the register, its archive, models, reports and data files into the folder TO, while the application "
    "runs; then verify the copy. What is there from the last backup is not copied again."
)
@click.argument("to", metavar="TO", type=click.Path(file_okay=False, path_type=Path))
@click.option("--all", "whole", is_flag=True, help="Read every file and archived page again, not a sample.")
@click.option("--keep", type=click.IntRange(1), help="Delete all but so many backups, once this one is there.")
@click.option("--with-keys", "keys", is_flag=True, help="Take along the keys that sign providers' links.")
@click.option("--incomplete", is_flag=True, help="Go on where the archive lacks pages that the register names.")
@click.pass_context
def command(ctx: click.Context, to: Path, whole: bool, keep: int | None, keys: bool, incomplete: bool) -> None:
    from flows.upkeep.backup import back_up

    with telling() as tell:
        settings = settings_of(ctx)
        made = back_up(settings, to, whole=whole, keys=keys, keep=keep or 0, incomplete=incomplete, tell=tell)
    held = sum(one.size for one in (*made.manifest.registers, *made.manifest.files))
    click.echo(f"{made.folder}: {made.manifest.records:,} records, {held / 1e6:,.1f} MB")
    click.echo(f"  {made.added:,} files copied, {made.known:,} there from the last backup")
    click.echo(
        "  verified: the register with its references and audit log, every file's size, "
        f"{made.bodies_read:,} of {made.bodies:,} archived pages word for word"
    )
    if made.pruned:
        click.echo(f"  {made.pruned:,} earlier backups deleted")
    if not keys:
        click.echo(f"  {KEYS_LEFT}")
    click.echo(f"  back with: tidiermap restore {to}")
