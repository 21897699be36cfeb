"""When a reviewer opened which candidate: with the decisions it tells how long a decision takes."""

STATEMENTS = """
CREATE TABLE openings (
  id INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL, reviewer TEXT NOT NULL, opened_at TEXT NOT NULL
) STRICT;
CREATE INDEX openings_by_reviewer ON openings(reviewer, candidate_id, opened_at);
CREATE INDEX openings_by_candidate ON openings(candidate_id, opened_at);
CREATE INDEX decisions_by_reviewer ON decisions(reviewer, decided_at);
"""
