"""tidiermap publications [PUBLICATION --out FOLDER]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of


@click.command(
    help="List what was published when; or write the files of one publication again, from its records as they were."
)
@click.argument("publication", required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The files' folder.")
@click.pass_context
def command(ctx: click.Context, publication: str | None, out: Path | None) -> None:
    settings = settings_of(ctx)
    with settings.open_store() as store:
        if publication is None:
            for one in store.publications.all():
                click.echo(f"{one.number:5}  {one.published_at:%Y-%m-%d %H:%M}  {one.id}")
            return
        from flows.publishing.past import write_again

        found = store.publications.find(publication)
        folder = out or settings.register.parent / "publications" / found.id
        differing = write_again(store, found, folder, data=settings.data)
    click.echo(f"{found.id} is in {folder}")
    if differing:
        click.echo(
            f"  the records are as they were published; written otherwise than then: {', '.join(differing)} "
            "(formats, words or rules have changed since)"
        )
