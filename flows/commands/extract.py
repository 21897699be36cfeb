"""tidiermap extract FOLDER [--manifest pages.csv] --out pred.jsonl"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of
from flows.manifest import read_manifest, rows_of_folder
from flows.progress import BarProgress
from register.counts import plural


@click.command(help="Read the saved pages below FOLDER; write one prediction a page as JSON lines.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV with the column page (path below FOLDER); only these pages are predicted.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_context
def command(ctx: click.Context, folder: Path, manifest: Path | None, out: Path) -> None:
    rows = read_manifest(manifest, folder) if manifest else rows_of_folder(folder)
    from flows.predictions import predict_folder, write_lines

    predictions = predict_folder(folder, rows=rows, settings=settings_of(ctx), progress=BarProgress())
    number = write_lines(out, predictions)
    click.echo(f"{plural(number, 'prediction')} in {out}")
