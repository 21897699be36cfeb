"""What readers of the public pages say is wrong, what came of it, and apart from both how a reader can be reached."""

STATEMENTS = """
CREATE TABLE reports (
  id INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL REFERENCES candidates(id), record_id TEXT NOT NULL,
  about TEXT NOT NULL, told TEXT NOT NULL, told_at TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_candidate ON reports(candidate_id);
CREATE TABLE report_answers (
  report_id INTEGER PRIMARY KEY REFERENCES reports(id), outcome TEXT NOT NULL, reviewer TEXT NOT NULL,
  comment TEXT NOT NULL, answered_at TEXT NOT NULL
) STRICT;
CREATE TABLE report_contacts (
  report_id INTEGER PRIMARY KEY REFERENCES reports(id), contact TEXT NOT NULL, told_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER reports_no_update BEFORE UPDATE ON reports BEGIN
  SELECT RAISE(ABORT, 'reports are append-only');
END;
CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports BEGIN
  SELECT RAISE(ABORT, 'reports are append-only');
END;
CREATE TRIGGER report_answers_no_update BEFORE UPDATE ON report_answers BEGIN
  SELECT RAISE(ABORT, 'answers to reports are append-only');
END;
CREATE TRIGGER report_answers_no_delete BEFORE DELETE ON report_answers BEGIN
  SELECT RAISE(ABORT, 'answers to reports are append-only');
END;
"""
