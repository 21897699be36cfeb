"""Where a page or a service went is kept: by a redirect, or found again by its words under another address or name."""

from register.migrations.m025_the_queue_as_a_list import GONE

STATEMENTS = f"""
CREATE TABLE page_moves (
  id INTEGER PRIMARY KEY, locality TEXT NOT NULL, from_url TEXT NOT NULL, to_url TEXT NOT NULL, how TEXT NOT NULL,
  run_id TEXT NOT NULL, noted_at TEXT NOT NULL, UNIQUE (locality, from_url, to_url)
) STRICT;
CREATE TABLE follows (
  key TEXT PRIMARY KEY, candidate_id TEXT NOT NULL, locality TEXT NOT NULL, how TEXT NOT NULL, from_url TEXT NOT NULL,
  to_url TEXT NOT NULL, from_name TEXT NOT NULL, to_name TEXT NOT NULL, run_id TEXT NOT NULL, noted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_by_candidate ON follows(candidate_id);
CREATE INDEX follows_by_locality ON follows(locality);
ALTER TABLE findings ADD COLUMN went_to TEXT NOT NULL DEFAULT '';
CREATE TRIGGER line_goes_where_its_candidate_goes AFTER UPDATE OF page_id ON candidates
WHEN old.page_id <> new.page_id BEGIN
  UPDATE queue_lines SET (page_id, page_url, page_kind, page_gone) = (
    SELECT p.id, p.url, p.kind, {GONE.format(status="p.status")} FROM pages p WHERE p.id = new.page_id
  ) WHERE candidate_id = new.id;
END;
"""  # noqa: S608 (the words are ours)
