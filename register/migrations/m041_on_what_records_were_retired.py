"""A tombstone says on what a person retired its service."""

STATEMENTS = "ALTER TABLE records ADD COLUMN ended TEXT NOT NULL DEFAULT '';"
