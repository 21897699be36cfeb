"""Addresses for providers, what they answered through them, and their monitoring answers, apart from all else."""

STATEMENTS = """
CREATE TABLE provider_links (
  id INTEGER PRIMARY KEY, record_id TEXT NOT NULL REFERENCES records(id), made_by TEXT NOT NULL, made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, sent_at TEXT, opened_on TEXT, revoked_at TEXT, revoked_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX provider_links_by_record ON provider_links(record_id);
CREATE TABLE provider_answers (
  id INTEGER PRIMARY KEY, link_id INTEGER NOT NULL REFERENCES provider_links(id),
  record_id TEXT NOT NULL REFERENCES records(id), answered_at TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('right', 'corrections', 'closed', 'monitoring')),
  statement TEXT REFERENCES statements(url), opened TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX provider_answers_by_record ON provider_answers(record_id);
CREATE TRIGGER provider_answers_no_update BEFORE UPDATE ON provider_answers BEGIN
  SELECT RAISE(ABORT, 'answers of providers are append-only');
END;
CREATE TRIGGER provider_answers_no_delete BEFORE DELETE ON provider_answers BEGIN
  SELECT RAISE(ABORT, 'answers of providers are append-only');
END;
CREATE TABLE provider_seen (
  answer_id INTEGER PRIMARY KEY REFERENCES provider_answers(id), seen_by TEXT NOT NULL, seen_at TEXT NOT NULL
) STRICT;
CREATE TABLE monitoring (
  answer_id INTEGER NOT NULL REFERENCES provider_answers(id), record_id TEXT NOT NULL REFERENCES records(id),
  question TEXT NOT NULL, value TEXT NOT NULL, answered_at TEXT NOT NULL, PRIMARY KEY (answer_id, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX monitoring_by_record ON monitoring(record_id, question, answered_at);
"""
