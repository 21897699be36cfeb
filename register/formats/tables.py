"""Records, evidence and tombstones as CSV, the records as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from register.export import render as render_tables
from register.publication import Edition


def render(edition: Edition) -> Mapping[str, bytes]:
    return {name: body for name, body in render_tables(edition.records).items() if name != "manifest.json"}
