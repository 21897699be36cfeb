"""tidiermap history ID [--names] [--json]"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from flows.commands.context import settings_of
from register.serial import to_text

if TYPE_CHECKING:
    from flows.publishing.life import Life


@click.command(
    help="A record's life in plain lines, from when it was first seen to its tombstone; ID is a record's or a "
    "candidate's. People go by their role."
)
@click.argument("record_id", metavar="ID")
@click.option("--names", is_flag=True, help="Name the people; for inside only.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def command(ctx: click.Context, record_id: str, names: bool, as_json: bool) -> None:
    from flows.publishing.edition import read_wording
    from flows.publishing.life import life_of
    from register.codes.codebook import read_codebook

    settings = settings_of(ctx)
    wording = read_wording(settings.data, read_codebook(settings.data))
    with settings.open_store() as store:
        life = life_of(store, record_id, wording, names=names)
    if as_json:
        click.echo(json.dumps(_as_object(life), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(life)))


def _lines(life: Life, indent: str = "") -> Iterator[str]:
    from register.publishing.life import standing

    subject = life.subject
    yield f"{indent}{subject.name} [{subject.record or subject.candidate}], {subject.locality}"
    yield f"{indent}{standing(subject)}"
    for entry in life.entries:
        yield f"{indent}{entry.at:%Y-%m-%d %H:%M}  {_printable(entry.words)}"
    for one in life.merged:
        yield ""
        yield f"{indent}Merged into it:"
        yield from _lines(one, f"{indent}  ")


def _as_object(life: Life) -> dict[str, object]:
    subject = life.subject
    entries = [
        {
            "at": to_text(entry.at),
            "kind": entry.kind,
            "words": entry.words,
            "role": entry.role,
            "publication": entry.publication,
        }
        for entry in life.entries
    ]
    return {
        "record": subject.record,
        "candidate": subject.candidate,
        "name": subject.name,
        "locality": subject.locality,
        "page_url": subject.page_url,
        "withdrawn_at": to_text(subject.withdrawn_at) if subject.withdrawn_at else None,
        "merged_into": subject.merged_into,
        "entries": entries,
        "merged": [_as_object(one) for one in life.merged],
    }


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or colour its text: values come from web pages."""
    return "".join(one if one.isprintable() else "�" for one in text)
