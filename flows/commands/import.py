# ruff: noqa: N999 (the file bears the name of its command, which is a word of Python)
"""tidiermap import FILE --locality X [--route R] [--dry-run] [--rejected OUT.csv]; tidiermap import PACKAGE"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.context import operator, settings_of
from register.errors import TidiermapError
from register.hosts import is_web_address
from register.localities.locality import read_locality
from register.serial import digest

if TYPE_CHECKING:
    from register.publishing.package import Package
    from register.reviewing.intake import IntakeRules, Route
    from review.intake.desk import IntakeDesk
    from review.intake.import_rows import Reading


HELP = """Take in what others know of services, for review.

FILE is a spreadsheet of what people said (CSV, XLSX; one service a row), another register's records.csv, or services of
Open Referral UK as JSON. Or it is the folder of one of our own publications: in an empty register it makes that
publication again, with its decisions."""


@click.command(help=HELP)
@click.argument("file")
@click.option("--locality", "key", help="The locality that the services are in; a package knows its own.")
@click.option("--route", default="key_informant", show_default=True, help="How rows that name no route came to us.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported and refused, and change nothing.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows, with their reasons, to this CSV.",
)
@click.option(
    "--by",
    help="Who brings the file, by their name in the workbench: they alone, adjudicators and admins see who said what.",
)
@click.pass_context
def command(
    ctx: click.Context, file: str, key: str | None, route: str, dry_run: bool, rejected: Path | None, by: str | None
) -> None:
    from register.publishing.package import find_package, open_package

    path = _local(file)
    if key is None:
        if (folder := find_package(path)) is None:
            raise click.UsageError(f"found no publication of ours in {file}, expected one, or --locality")
        _restore(ctx, open_package(folder), who=by or operator())
        return
    _take_in(ctx, path, key, route, dry_run=dry_run, rejected=rejected, by=by)


def _local(file: str) -> Path:
    """The file; a feed is a source, for what it says is to be asked again."""
    if is_web_address(file):
        raise click.UsageError(
            f"found the address {file}, expected a file. A feed is read by discover, and again whenever it is due: put "
            f'[[source]] with kind = "oruk" and start = ["{file}"] into the locality\'s file'
        )
    if not Path(file).exists():
        raise click.UsageError(f"found no file {file}")
    return Path(file)


def _restore(ctx: click.Context, package: Package, *, who: str) -> None:
    from flows.progress import BarProgress
    from flows.publishing.unpacking import restore

    settings = settings_of(ctx)
    with BarProgress().step(f"restore {package.publication.id}") as step:
        living, gone = restore(package, settings=settings, who=who, advance=step.advance)
    click.echo(f"{living} records and {gone} tombstones restored, as {package.publication.id} published them")
    click.echo("  who decided is not published: each decision stands as that publication's")


def _take_in(
    ctx: click.Context,
    file: Path,
    key: str,
    route: str,
    *,
    dry_run: bool,
    rejected: Path | None,
    by: str | None,
) -> None:
    from flows.intake import open_desk
    from review.intake.directory_rows import read_any
    from review.intake.import_pages import import_good
    from review.intake.import_rows import Source, read_rows, rejected_csv
    from review.intake.sheets import LARGEST_FILE

    settings = settings_of(ctx)
    read_locality(settings.data, key)
    desk, who = open_desk(settings), by or operator()
    chosen = _route(desk.rules, route)
    with file.open("rb") as opened:
        body = opened.read(LARGEST_FILE + 1)
    source = Source(locality=key, route=chosen, typed_by=who, said_at=settings.clock())
    reading = read_rows(read_any(body, desk.rules, file_name=file.name), desk.rules, source)
    _tell(reading, desk)
    if rejected and reading.bad:
        rejected.write_bytes(rejected_csv([(row.where, row.reason, dict(row.cells)) for row in reading.bad]))
    with settings.open_store() as store:
        if dry_run:
            told = {one.statement.url for one in reading.good}
            fresh = {url for url in told if store.statements.find(url) is None}
            click.echo(_counted(len(fresh), len(reading.good) - len(fresh), reading, verb="would be "))
            return
        with store.transaction():
            import_id = store.imports.add(
                digest=digest(body), locality=key, route=chosen.key, file_name=file.name, body=body, made_by=who
            )
        added, known = import_good(store, reading, desk, import_id=import_id)
    click.echo(_counted(added, known, reading))


def _route(rules: IntakeRules, named: str) -> Route:
    if found := rules.route(named):
        return found
    routes = ", ".join(one.key for one in rules.offered)
    raise TidiermapError(f"--route: found {named!r}, expected one of {routes}")


def _tell(reading: Reading, desk: IntakeDesk) -> None:
    """What a person should look at before, or mend: refused rows, what may be private, what was left out."""
    for row in reading.bad:
        click.echo(f"{row.where}: refused: {row.reason}", err=True)
    for good in reading.good:
        for kind, words in desk.personal(good.statement.body):
            click.echo(f"{good.where}: may be a private person's, and would be published: {kind}: {words}", err=True)
    if reading.unknown:
        click.echo(
            f"columns left out, since data/intake.toml does not know them: {', '.join(reading.unknown)}", err=True
        )
    if reading.passed_over:
        click.echo(f"sheets left out, since they name no service: {', '.join(reading.passed_over)}", err=True)


def _counted(added: int, known: int, reading: Reading, *, verb: str = "") -> str:
    return f"{added} {verb}added, {known} known already, {len(reading.bad)} refused"
