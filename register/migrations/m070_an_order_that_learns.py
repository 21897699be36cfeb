"""What drafts propose, as the queue's order learns from it, and up to which decision it has learned for a locality."""

STATEMENTS = """
CREATE TABLE candidate_traits (
  candidate_id TEXT PRIMARY KEY REFERENCES candidates(id), revision INTEGER NOT NULL, traits TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE orders_learned (
  locality TEXT PRIMARY KEY, decision_id INTEGER NOT NULL, decided INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
