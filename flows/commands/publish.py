"""tidiermap publish [--out FOLDER] [--fewer REASON]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import operator, settings_of, telling


@click.command(help="Write the approved records, and only those, to the canonical tables and to a folder of files.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The files' folder (dataset/ beside the register).",
)
@click.option("--fewer", metavar="REASON", default="", help="Publish though far fewer records are left; say why.")
@click.pass_context
def command(ctx: click.Context, out: Path | None, fewer: str) -> None:
    from flows.publishing.publish import publish

    settings = settings_of(ctx)
    folder = out or settings.register.parent / "dataset"
    with telling() as tell:
        publication = publish(settings=settings, folder=folder, who=operator(), fewer=fewer.strip(), tell=tell)
    click.echo("\n".join(publication.summary.lines()))
    click.echo("  changed since the last publication" if publication.changed else "  the same as the last publication")
