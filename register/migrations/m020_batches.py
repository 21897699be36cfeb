"""What a person did to many candidates at once: which decisions and notes it made, what was left and why."""

STATEMENTS = """
CREATE TABLE batches (
  id INTEGER PRIMARY KEY, action TEXT NOT NULL, said TEXT NOT NULL, reviewer TEXT NOT NULL, done_at TEXT NOT NULL,
  undone_by TEXT NOT NULL DEFAULT '', undone_at TEXT
) STRICT;
CREATE TABLE batch_steps (
  id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL REFERENCES batches(id),
  candidate_id TEXT NOT NULL REFERENCES candidates(id),
  kind TEXT NOT NULL CHECK (kind IN ('decision', 'note', 'second_review', 'left', 'kept')), number INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX batch_steps_by_batch ON batch_steps(batch_id);
CREATE INDEX batch_steps_by_candidate ON batch_steps(candidate_id);
CREATE TRIGGER batch_steps_no_update BEFORE UPDATE ON batch_steps BEGIN
  SELECT RAISE(ABORT, 'the steps of batches are append-only');
END;
CREATE TRIGGER batch_steps_no_delete BEFORE DELETE ON batch_steps BEGIN
  SELECT RAISE(ABORT, 'the steps of batches are append-only');
END;
"""
