"""One order of all that happened to candidates and records, so that their state can be made again from it.

Revisions say which fields they opened, which changed, and what state the candidate was in then; what has no table of
its own (a page seen again, a candidate missed, a record written) stands in the log itself.
"""

STATEMENTS = """
ALTER TABLE revisions ADD COLUMN opened TEXT;
ALTER TABLE revisions ADD COLUMN changed TEXT;
ALTER TABLE revisions ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN visited INTEGER NOT NULL DEFAULT 1;
CREATE TABLE log (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, candidate_id TEXT NOT NULL, number INTEGER NOT NULL DEFAULT 0,
  said TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER revisions_are_logged AFTER INSERT ON revisions BEGIN
  INSERT INTO log (kind, candidate_id, number) VALUES ('revision', new.candidate_id, new.revision);
END;
CREATE TRIGGER decisions_are_logged AFTER INSERT ON decisions BEGIN
  INSERT INTO log (kind, candidate_id, number) VALUES ('decision', new.candidate_id, new.id);
END;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN
  SELECT RAISE(ABORT, 'the log is append-only');
END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN
  SELECT RAISE(ABORT, 'the log is append-only');
END;
"""
