"""Which saved pages are meant: those that a manifest names, else all below a folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from register.errors import ConfigError

SUFFIXES = {".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf", ".txt": "text/plain"}


def read_manifest(path: Path, folder: Path) -> list[dict[str, str]]:
    """The manifest's rows; raises ConfigError for a missing `page` column or a page that is not there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [{k: v or "" for k, v in row.items() if k} for row in reader]
    except FileNotFoundError as error:
        raise ConfigError(str(path), "(file)", "no such file", "a CSV file with the column page") from error
    if "page" not in (reader.fieldnames or ()):
        raise ConfigError(str(path), "page", list(reader.fieldnames or ()), "a column page")
    for number, row in enumerate(rows, 2):
        if not (folder / row["page"]).resolve().is_relative_to(folder.resolve()):
            raise ConfigError(f"{path}:{number}", "page", row["page"], f"a path below {folder}")
        if not (folder / row["page"]).is_file():
            raise ConfigError(f"{path}:{number}", "page", row["page"], f"a file below {folder}")
    return rows


def rows_of_folder(folder: Path) -> list[dict[str, str]]:
    """A row for every page below `folder`."""
    return [{"page": name} for name in page_names(folder)]


def page_names(root: Path, *, below: Path | None = None) -> Iterator[str]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path.relative_to(below or root).as_posix()
