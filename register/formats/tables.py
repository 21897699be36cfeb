"""Records, evidence and tombstones as CSV, the records as JSON."""

from __future__ import annotations

from pathlib import Path

from register.export import render as render_tables
from register.publication import Edition


def write(edition: Edition, folder: Path) -> None:
    for name, body in render_tables(tuple(edition.records)).items():
        if name != "manifest.json":
            (folder / name).write_bytes(body)
