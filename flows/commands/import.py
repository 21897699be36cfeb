# ruff: noqa: N999 (the file bears the name of its command, which is a word of Python)
"""tidiermap import FILE --locality X [--route R] [--dry-run] [--rejected OUT.csv]"""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from flows.commands.context import settings_of
from register.errors import TidiermapError
from register.locality import read_locality
from register.serial import digest


@click.command(help="Take in a spreadsheet (CSV, XLSX) of what people said, one service a row.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--locality", "key", required=True, help="The locality that the services are in.")
@click.option("--route", default="key_informant", show_default=True, help="How rows that name no route came to us.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported and refused, and change nothing.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows, with their reasons, to this CSV.",
)
@click.option("--by", help="Who brings the file; your user name on this machine unless told otherwise.")
@click.pass_context
def command(
    ctx: click.Context, file: Path, key: str, route: str, dry_run: bool, rejected: Path | None, by: str | None
) -> None:
    from flows.intake import open_desk
    from review.import_pages import import_good
    from review.import_rows import Source, read_rows, rejected_csv
    from review.sheets import LARGEST_FILE, read_sheets

    settings = settings_of(ctx)
    read_locality(settings.data, key)
    desk, who = open_desk(settings), by or getpass.getuser()
    chosen = desk.rules.route(route)
    if chosen is None:
        routes = ", ".join(one.key for one in desk.rules.offered)
        raise TidiermapError(f"--route: found {route!r}, expected one of {routes}")
    with file.open("rb") as opened:
        body = opened.read(LARGEST_FILE + 1)
    source = Source(locality=key, route=chosen, typed_by=who, said_at=settings.clock())
    reading = read_rows(read_sheets(body, file_name=file.name), desk.rules, source)
    for row in reading.bad:
        click.echo(f"{row.where}: {row.reason}", err=True)
    if rejected and reading.bad:
        rejected.write_bytes(rejected_csv([(row.where, row.reason, dict(row.cells)) for row in reading.bad]))
    if reading.unknown:
        click.echo(f"columns left out: {', '.join(reading.unknown)}")
    with settings.open_store() as store:
        if dry_run:
            fresh = {one.statement.url for one in reading.good if store.statements.find(one.statement.url) is None}
            click.echo(
                f"{len(fresh)} would be added, {len(reading.good) - len(fresh)} known, {len(reading.bad)} refused"
            )
            return
        with store.transaction():
            import_id = store.imports.add(
                digest=digest(body), locality=key, route=chosen.key, file_name=file.name, body=body, made_by=who
            )
        added, known = import_good(store, reading, desk, import_id=import_id)
    click.echo(f"{added} added, {known} known, {len(reading.bad)} refused")
