"""Runs are looked for by locality."""

STATEMENTS = "CREATE INDEX runs_by_locality ON runs(locality, kind, started_at);"
