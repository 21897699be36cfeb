"""Proposals that are wrong on purpose, from which nothing is learned."""

STATEMENTS = """
CREATE TABLE known_wrong (
  candidate_id TEXT NOT NULL REFERENCES candidates(id), field TEXT NOT NULL, noted_at TEXT NOT NULL,
  PRIMARY KEY (candidate_id, field)
) STRICT, WITHOUT ROWID;
"""
