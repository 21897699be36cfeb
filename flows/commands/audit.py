"""tidiermap audit verify, list, export: who did what, and whether the log of it is as it was written"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from flows.commands.context import settings_of
from register.errors import ConfigError
from register.serial import canonical, to_text
from register.store.people.audit import AuditEntry, AuditHead, read_head

WIDTH = 100  # characters shown of what was before and after


@click.group(help="Verify, list and export the log of sign-ins, decisions and changes of people's rights.")
def command() -> None: ...


@command.command(help="Check every entry against the one before, and every decision against its entry.")
@click.option("--head", help="ENTRIES:HASH as an earlier check printed it; shows that the end was cut off since.")
@click.option(
    "--against", type=click.Path(dir_okay=False, exists=True, path_type=Path), help="The audit.json of a publication."
)
@click.pass_context
def verify(ctx: click.Context, head: str | None, against: Path | None) -> None:
    with settings_of(ctx).open_store() as store:
        known = [read_head(head)] if head else []
        if against:
            known.append(_published_head(against))
        for one in known or (None,):
            if fault := store.audit.verify(head=one):
                click.echo(f"{fault}", err=True)
                sys.exit(1)
        now = store.audit.head()
    click.echo(f"{now.entries:,} entries are as they were written. Keep this elsewhere, for --head next time:\n{now}")


@command.command("list", help="The last entries, oldest first.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--who", default="", help="Of this person only.")
@click.option("--what", default="", help="Of this kind only, such as 'signed in'.")
@click.option("--about", default="", help="About this only, such as 'candidate 1f2e' or 'user ada'.")
@click.pass_context
def list_entries(ctx: click.Context, last: int, who: str, what: str, about: str) -> None:
    with settings_of(ctx).open_store() as store:
        for entry in reversed(store.audit.latest(limit=last, who=who, what=what, about=about)):
            click.echo(_line(entry))


@command.command(help="Every entry as a line of JSON, to a file or the terminal.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.pass_context
def export(ctx: click.Context, out: Path | None) -> None:
    with settings_of(ctx).open_store() as store:
        lines = (canonical({**asdict(entry), "at": to_text(entry.at)}) + "\n" for entry in store.audit.entries())
        if out is None:
            for line in lines:
                click.echo(line, nl=False)
        else:
            with out.open("w", encoding="utf-8") as file:
                file.writelines(lines)


def _published_head(path: Path) -> AuditHead:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return AuditHead(entries=int(told["entries"]), hash=str(told["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(str(path), "(file)", str(error), "the audit.json that `tidiermap publish` wrote") from error


def _line(entry: AuditEntry) -> str:
    change = " -> ".join(_short(text) for text in (entry.before, entry.after) if text)
    told = f"{entry.number:6}  {to_text(entry.at)[:19]}  {entry.who}  {entry.what}  {entry.about}  {change}"
    return _printable(told.rstrip())


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or colour its text: names come from web pages."""
    return "".join(one if one.isprintable() else "�" for one in text)
