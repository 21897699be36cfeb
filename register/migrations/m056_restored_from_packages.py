"""Records that were restored from a publication's package: as they were published, until somebody decides again.

`decision_id` is the last decision that was restored with it; while none came after it, and its page was not read again,
the record stays as it was.
"""

STATEMENTS = """
CREATE TABLE restored (
  candidate_id TEXT PRIMARY KEY REFERENCES candidates(id), publication TEXT NOT NULL, decision_id INTEGER NOT NULL,
  restored_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
