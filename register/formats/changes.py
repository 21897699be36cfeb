"""What differs from the publication before: in plain words for whoever uses the map, and each change as a row."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from register.publishing.difference import Comparison, Tally
from register.publishing.export import write_csv
from register.publishing.publication import Edition
from register.publishing.telling import tell

COLUMNS = ("record", "name", "locality", "field", "before", "after", "cause")
TALLY_COLUMNS = tuple(column.name for column in fields(Tally))


def write(edition: Edition, folder: Path) -> None:
    (folder / "changes.csv").write_bytes(change_rows(edition.since))
    told = tell(edition.since, edition.wording, title=_title(edition))
    (folder / "changes.txt").write_text(told, encoding="utf-8", newline="\n")


def change_rows(comparison: Comparison) -> bytes:
    """Each change as a row of a CSV file."""
    return write_csv(COLUMNS, ([getattr(change, column) for column in COLUMNS] for change in comparison.changes))


def tally_rows(comparison: Comparison) -> bytes:
    """Each tally as a row of a CSV file; its first column says what is counted by."""
    rows = (
        [by, *(getattr(tally, column) for column in TALLY_COLUMNS)]
        for by, tallies in comparison.tallies.items()
        for tally in tallies
    )
    return write_csv(("by", *TALLY_COLUMNS), rows)


def _title(edition: Edition) -> list[str]:
    publication, before = edition.publication, edition.before
    title = [f"What changed in the map, {publication.published_at:%-d %B %Y}"]
    if before is None:
        return [*title, f"This is publication {publication.id}, the first."]
    of_day = f"of {before.published_at:%-d %B %Y}"
    if not before.content:
        return [*title, f"This is publication {publication.id}. What {before.id} {of_day} held was not kept then."]
    return [*title, f"This is publication {publication.id}, after {before.id} {of_day}."]
