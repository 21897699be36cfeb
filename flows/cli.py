"""The command line: `tidiermap COMMAND`; a command's imports happen when it is called, so that --help is quick."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from register.errors import TidiermapError

# The command and its line in --help; its module is flows/commands/NAME.py and holds `command`.
COMMANDS = {
    "locality": "Write and list locality files.",
    "discover": "Crawl localities, draft their services, fill the queue.",
    "search": "Ask a search engine for a locality's services.",
    "record": "Record one page with its expected draft, for tests.",
    "import": "Take in what people said, a directory, or our package.",
    "export": "Write the last publication's files, any format.",
    "recheck": "Ask again for what is canonical; re-open what changed.",
    "runs": "List runs; write the report of one, with its picture.",
    "review": "Serve the reviewers' web application.",
    "retrain": "Learn codes from decisions; use them where better.",
    "publish": "Write approved records to tables and files.",
    "publications": "List what was published; write an old one again.",
    "compare": "What opened, closed and changed between two.",
    "history": "Tell a record's life, from first seen to closed.",
    "report": "Write the map: tables, gaps, pictures, PDF.",
    "extract": "Saved pages in, predictions out.",
    "serve": "Start the Prefect schedules.",
    "user": "Add, list and disable reviewers.",
    "backup": "Copy register and archive while the application runs.",
    "restore": "Put a backup back, verified; nothing is deleted.",
    "replay": "Make records again from the log alone; compare.",
    "purge": "Take a private person's data out, for good.",
    "audit": "Verify, list and export the log of who did what.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"flows.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup)
@click.option(
    "--register",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The register's SQLite file (or TIDIERMAP_REGISTER; var/register.db). Its archive lies beside it.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of localities, codebook and checklist (or TIDIERMAP_DATA; the checkout's data/).",
)
@click.version_option(package_name="tidiermap")
@click.pass_context
def cli(ctx: click.Context, register: Path | None, data: Path | None) -> None:
    """A living map of England's community mental-health interventions, every value with its quote."""
    ctx.obj = {"register": register, "data": data}


def main() -> None:
    """The console script: errors that a user can mend are one line on stderr, and exit status 2."""
    try:
        cli.main(args=_options_first(sys.argv[1:]), prog_name="tidiermap", standalone_mode=True)
    except TidiermapError as error:
        click.echo(f"tidiermap: {error}", err=True)
        sys.exit(2)


def _options_first(args: list[str]) -> list[str]:
    """Lets --register and --data stand after the command too, as users write them."""
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for arg in waiting:
        if arg in ("--register", "--data"):
            first += [arg, *([value] if (value := next(waiting, None)) is not None else [])]
        elif arg.startswith(("--register=", "--data=")):
            first.append(arg)
        else:
            rest.append(arg)
    return first + rest


def named_register(ctx: click.Context) -> Path | None:
    """The register that the caller named, by option or environment."""
    given: Path | None = (ctx.find_root().obj or {}).get("register")
    return given or (Path(os.environ["TIDIERMAP_REGISTER"]) if os.environ.get("TIDIERMAP_REGISTER") else None)
