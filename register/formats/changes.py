"""What differs from the publication before: in plain words for whoever uses the map, and each change as a row."""

from __future__ import annotations

from pathlib import Path

from register.export import write_csv
from register.publication import Edition
from register.telling import tell

COLUMNS = ("record", "name", "locality", "field", "before", "after", "cause")


def write(edition: Edition, folder: Path) -> None:
    rows = ([getattr(change, column) for column in COLUMNS] for change in edition.since.changes)
    (folder / "changes.csv").write_bytes(write_csv(COLUMNS, rows))
    told = tell(edition.since, edition.wording, title=_title(edition))
    (folder / "changes.txt").write_text(told, encoding="utf-8", newline="\n")


def _title(edition: Edition) -> list[str]:
    publication, before = edition.publication, edition.before
    title = [f"What changed in the map, {publication.published_at:%-d %B %Y}"]
    if before is None:
        return [*title, f"This is publication {publication.id}, the first."]
    of_day = f"of {before.published_at:%-d %B %Y}"
    if not before.content:
        return [*title, f"This is publication {publication.id}. What {before.id} {of_day} held was not kept then."]
    return [*title, f"This is publication {publication.id}, after {before.id} {of_day}."]
