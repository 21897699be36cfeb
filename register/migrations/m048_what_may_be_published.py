"""What a person decided about private values: that one may be published; and how much each publication left out."""

STATEMENTS = """
CREATE TABLE allowances (
  id INTEGER PRIMARY KEY, record_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, why TEXT NOT NULL,
  allowed_by TEXT NOT NULL, allowed_at TEXT NOT NULL, taken_back_by TEXT NOT NULL DEFAULT '', taken_back_at TEXT
) STRICT;
CREATE INDEX allowances_by_record ON allowances(record_id) WHERE taken_back_at IS NULL;
CREATE TABLE left_out (
  record_id TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (record_id, kind)
) STRICT, WITHOUT ROWID;
"""
