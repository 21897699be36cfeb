"""Statements of people as pages of our own, who said them (apart), whom to ask next, imported files; and by which route
each record and field came."""

STATEMENTS = """
CREATE TABLE statements (
  url TEXT PRIMARY KEY, locality TEXT NOT NULL, route TEXT NOT NULL, about TEXT NOT NULL, said_at TEXT NOT NULL,
  typed_by TEXT NOT NULL, typed_at TEXT NOT NULL, candidate_id TEXT NOT NULL REFERENCES candidates(id),
  task_id INTEGER, import_id INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX statements_by_candidate ON statements(candidate_id);
CREATE INDEX statements_by_task ON statements(task_id) WHERE task_id IS NOT NULL;
CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements BEGIN
  SELECT RAISE(ABORT, 'statements are append-only');
END;
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements BEGIN
  SELECT RAISE(ABORT, 'statements are append-only');
END;
CREATE TABLE informants (
  statement TEXT PRIMARY KEY REFERENCES statements(url), name TEXT NOT NULL, reach TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY, locality TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('person', 'organisation')),
  name TEXT NOT NULL, reach TEXT NOT NULL, why TEXT NOT NULL, statement TEXT REFERENCES statements(url),
  made_by TEXT NOT NULL, made_at TEXT NOT NULL, taken_by TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')), outcome TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '', closed_by TEXT NOT NULL DEFAULT '', closed_at TEXT
) STRICT;
CREATE INDEX tasks_by_state ON tasks(state, locality);
CREATE TABLE imports (
  id INTEGER PRIMARY KEY, digest TEXT NOT NULL, locality TEXT NOT NULL, route TEXT NOT NULL, file_name TEXT NOT NULL,
  made_by TEXT NOT NULL, made_at TEXT NOT NULL, finished_at TEXT, body BLOB, rejected TEXT NOT NULL DEFAULT '[]',
  added INTEGER NOT NULL DEFAULT 0, known INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pages_by_url ON pages(url);
ALTER TABLE records ADD COLUMN found_via TEXT NOT NULL DEFAULT '';
ALTER TABLE record_fields ADD COLUMN found_via TEXT NOT NULL DEFAULT '';
"""
