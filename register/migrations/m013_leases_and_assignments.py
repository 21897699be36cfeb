"""Who holds which candidate until when, and which localities are whose."""

STATEMENTS = """
CREATE TABLE leases (
  candidate_id TEXT PRIMARY KEY REFERENCES candidates(id), holder TEXT NOT NULL, taken_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, taken_from TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_by_holder ON leases(holder);
CREATE TABLE assignments (
  user TEXT NOT NULL REFERENCES users(name), locality TEXT NOT NULL, assigned_by TEXT NOT NULL,
  assigned_at TEXT NOT NULL, PRIMARY KEY (user, locality)
) STRICT, WITHOUT ROWID;
"""
