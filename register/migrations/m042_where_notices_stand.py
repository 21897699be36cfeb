"""Where a notice of closing stands in the text of its page; -1 where there is none."""

STATEMENTS = "ALTER TABLE endings ADD COLUMN quote_start INTEGER NOT NULL DEFAULT -1;"
