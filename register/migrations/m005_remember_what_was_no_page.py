"""Bytes that were no page are remembered, so that they are judged once."""

STATEMENTS = "ALTER TABLE pages ADD COLUMN no_page TEXT NOT NULL DEFAULT '';"
