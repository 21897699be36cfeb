"""What a run found and doubted, host by host; and when each page is to be asked for again."""

STATEMENTS = """
ALTER TABLE pages ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN drafted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN doubted TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN interval_days REAL NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN due_at TEXT;
ALTER TABLE candidates ADD COLUMN seen_in TEXT NOT NULL DEFAULT '';
CREATE TABLE run_hosts (
  run_id TEXT NOT NULL REFERENCES runs(id), host TEXT NOT NULL, pages INTEGER NOT NULL, known INTEGER NOT NULL,
  failed INTEGER NOT NULL, service_pages INTEGER NOT NULL, services INTEGER NOT NULL, ended TEXT NOT NULL,
  cause TEXT NOT NULL, doubt TEXT NOT NULL, PRIMARY KEY (run_id, host)
) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), kind TEXT NOT NULL, name TEXT NOT NULL,
  url TEXT NOT NULL
) STRICT;
CREATE INDEX findings_by_run ON findings(run_id, kind);
"""
