"""tidiermap record LOCALITY ADDRESS [--name NAME]"""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.context import settings_of
from register.counts import plural
from register.localities.locality import read_locality

OWN_PAGES = Path("tests/pages")
SHOWN = 20


@click.command(help="Record the page at ADDRESS with its expected draft, for the tests of LOCALITY's pages.")
@click.argument("key", metavar="LOCALITY")
@click.argument("address")
@click.option("--name", default="", help="The files' name; else made of host and path.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=OWN_PAGES,
    show_default=True,
    help="The folder of recorded pages.",
)
@click.option("--replace", is_flag=True, help="Write over a page of that name.")
@click.pass_context
def command(ctx: click.Context, key: str, address: str, name: str, out: Path, replace: bool) -> None:
    from flows.recording import record

    settings = settings_of(ctx)
    locality = read_locality(settings.data, key)
    recorded = record(address, locality, settings=settings, out=out, name=name, replace=replace)
    click.echo(f"{recorded.page}\n{recorded.expected}: {recorded.kind}, {plural(len(recorded.services), 'service')}")
    for service in recorded.services[:SHOWN]:
        click.echo(f"  {service}")
    click.echo(
        "Look at the page and mend the .json where it is wrong: is the kind right, is every service named once and as "
        "the page names it, is each fact what the page says? What you leave out is not tested."
    )
    if recorded.personal:
        places = plural(len(recorded.personal), "place")
        click.echo(f"{places} may hold personal data; take out what does, in both files, before you share them:")
        for kind, words in recorded.personal[:SHOWN]:
            click.echo(f"  {kind}: {words}")
        if len(recorded.personal) > SHOWN:
            click.echo(f"  and {len(recorded.personal) - SHOWN} more")
    else:
        click.echo("No e-mail address, mobile number or name after a word like 'contact' was seen; look all the same.")
