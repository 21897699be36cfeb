"""tidiermap report [LOCALITY…] --out FOLDER [--cross A,B[,C]]… [--public ADDRESS]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of


@click.command(
    help="Write the map: what is available, against what is needed, as a folder of pages, tables, pictures and a PDF."
)
@click.argument("localities", nargs=-1)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The report's folder (map/ beside the register); an earlier report there is replaced.",
)
@click.option("--cross", "crosses", multiple=True, metavar="A,B[,C]", help="Two or three axes to be crossed as well.")
@click.option(
    "--public", default="", metavar="ADDRESS", help="Where the public pages are, to link each service to its."
)
@click.option("--origin", default="", help="How the records were approved, where that was not by reviewers.")
@click.option(
    "--since", default="", metavar="PUBLICATION", help="Compare with an earlier publication by the same tables."
)
@click.option("--until", default="last", metavar="PUBLICATION", help="The publication that it is compared with (last).")
@click.option("--pdf/--no-pdf", default=True, help="Print the pages as PDF, where Chromium is installed (they are).")
@click.pass_context
def command(
    ctx: click.Context,
    localities: tuple[str, ...],
    out: Path | None,
    crosses: tuple[str, ...],
    public: str,
    origin: str,
    since: str,
    until: str,
    pdf: bool,
) -> None:
    from flows.reporting.printing import NAMES, find_browser
    from flows.reporting.report import write_map
    from register.counts import plural

    settings = settings_of(ctx)
    report = write_map(
        localities,
        settings=settings,
        folder=out or settings.register.parent / "map",
        crosses=[tuple(axis.strip() for axis in cross.split(",")) for cross in crosses],
        public=public,
        origin=origin,
        since=since,
        until=until,
        browser=find_browser() if pdf else None,
    )
    services, places = plural(report.records, "service"), plural(report.localities, "locality", "localities")
    click.echo(f"report of {services} in {places}, {report.seconds:.1f} s")
    click.echo(f"  {report.folder / 'index.html'}")
    for path in report.printed:
        click.echo(f"  {report.folder / path}")
    if pdf and (report.unprinted or not report.printed):
        why = report.unprinted or f"found no Chromium, looked for {', '.join(NAMES)}"
        click.echo(f"  no {'further ' if report.printed else ''}PDF: {why}")
