"""A pair may be likely because one that was merged into a side of it was likely the same as the other side."""

STATEMENTS = "ALTER TABLE pairs ADD COLUMN via TEXT NOT NULL DEFAULT '';"
