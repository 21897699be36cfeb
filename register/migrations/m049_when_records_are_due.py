"""When each published record is to be verified again, which steps were taken about those that are overdue, and where
somebody let verifications expire. Nothing in here changes as time passes: whether a record is overdue is asked of the
day that it is due."""

STATEMENTS = """
CREATE TABLE freshness (
  record_id TEXT PRIMARY KEY, locality TEXT NOT NULL, host TEXT NOT NULL, source TEXT NOT NULL, changes INTEGER
  NOT NULL,
  steady INTEGER NOT NULL, has_email INTEGER NOT NULL, verified_at TEXT NOT NULL, expired_at TEXT, due_at TEXT NOT NULL,
  asks_reviewers_at TEXT NOT NULL, stamp TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX freshness_by_day ON freshness(due_at);
CREATE INDEX freshness_by_locality ON freshness(locality, due_at);
CREATE INDEX freshness_by_host ON freshness(host);
CREATE TABLE freshness_steps (
  id INTEGER PRIMARY KEY, record_id TEXT NOT NULL, step TEXT NOT NULL, due_at TEXT NOT NULL, taken_at TEXT NOT NULL,
  link_id INTEGER REFERENCES provider_links(id), undone_at TEXT
) STRICT;
CREATE UNIQUE INDEX freshness_steps_open ON freshness_steps(record_id, step) WHERE undone_at IS NULL;
CREATE INDEX freshness_steps_by_record ON freshness_steps(record_id);
CREATE TABLE expiries (
  id INTEGER PRIMARY KEY, locality TEXT NOT NULL, host TEXT NOT NULL, why TEXT NOT NULL, made_by TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;
ALTER TABLE queue_lines ADD COLUMN due_at TEXT;
CREATE INDEX lines_due ON queue_lines(due_at) WHERE due_at IS NOT NULL;
"""
