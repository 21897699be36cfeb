"""From which network how much was told lately: kept for a day, to bound what anybody may send."""

STATEMENTS = """
CREATE TABLE report_attempts (
  id INTEGER PRIMARY KEY, network TEXT NOT NULL, record_id TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX report_attempts_by_time ON report_attempts(at);
"""
