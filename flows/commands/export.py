"""tidiermap export [--format F ...] [--out FOLDER] [--publication ID]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of

# What users call the formats (register/formats/ has the modules).
FORMATS = {
    "csv": "tables",
    "xlsx": "workbook",
    "geojson": "geojson",
    "oruk": "oruk",
    "sqlite": "database",
    "skos": "skos",
    "changes": "changes",
}


@click.command(help="Write the files of the last publication, or of another one, in some formats or in all.")
@click.option("--format", "formats", type=click.Choice([*FORMATS]), multiple=True, help="Once for each; all without.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The files' folder (export/ beside the register). Files of the same name are replaced.",
)
@click.option(
    "--publication", "name", default="last", show_default=True, help="Its id, its number, or how its id begins."
)
@click.pass_context
def command(ctx: click.Context, formats: tuple[str, ...], out: Path | None, name: str) -> None:
    from flows.publishing.edition import make_edition
    from register.codes.codebook import read_codebook
    from register.errors import TidiermapError
    from register.formats import write

    settings = settings_of(ctx)
    folder = out or settings.register.parent / "export"
    with settings.open_store() as store:
        publication = store.publications.find(name)
        if not publication.content:
            raise TidiermapError(f"publication {publication.id}: found no lines of its records, expected a later one")
        edition = make_edition(store, publication, data=settings.data, codebook=read_codebook(settings.data))
        folder.mkdir(parents=True, exist_ok=True)
        chosen = dict.fromkeys(formats or FORMATS)
        names = write(edition, folder, formats=tuple(FORMATS[one] for one in chosen))
    click.echo("\n".join(f"  {folder / name}" for name in names))
