"""tidiermap compare BEFORE AFTER [--out FOLDER]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of


@click.command(
    help="What opened, closed, changed, moved or was merged between two publications, by locality and code. BEFORE and "
    "AFTER are ids (or their beginnings), numbers, 'last', or folders of files."
)
@click.argument("before")
@click.argument("after")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write changes.txt, changes.csv (each change) and tallies.csv (by locality and code) into this folder.",
)
@click.pass_context
def command(ctx: click.Context, before: str, after: str, out: Path | None) -> None:
    from flows.publishing.life import compare_named
    from register.formats.changes import change_rows, tally_rows
    from register.publishing.telling import tell

    compared = compare_named(settings_of(ctx), before, after)
    title = [f"What changed in the map from {compared.names[0]}", f"to {compared.names[1]}"]
    text = tell(compared.comparison, compared.wording, title=title)
    click.echo(text, nl=False)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "changes.txt").write_text(text, encoding="utf-8")
        (out / "changes.csv").write_bytes(change_rows(compared.comparison))
        (out / "tallies.csv").write_bytes(tally_rows(compared.comparison))
