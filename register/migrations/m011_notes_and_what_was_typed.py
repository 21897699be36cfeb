"""What a reviewer says of a record beside deciding on it, and what was typed and not yet saved."""

STATEMENTS = """
CREATE TABLE notes (
  id INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL REFERENCES candidates(id), revision INTEGER NOT NULL,
  field TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('unsure', 'later', 'ask', 'comment')),
  to_whom TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '', author TEXT NOT NULL, noted_at TEXT NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0, closed_by TEXT NOT NULL DEFAULT '', closed_at TEXT
) STRICT;
CREATE INDEX notes_by_candidate ON notes(candidate_id);
CREATE INDEX notes_open ON notes(kind, author, to_whom, candidate_id) WHERE closed_at IS NULL;
CREATE TABLE note_answers (
  id INTEGER PRIMARY KEY, note_id INTEGER NOT NULL REFERENCES notes(id), said TEXT NOT NULL, author TEXT NOT NULL,
  answered_at TEXT NOT NULL
) STRICT;
CREATE INDEX note_answers_by_note ON note_answers(note_id);
CREATE TABLE typed (
  candidate_id TEXT NOT NULL REFERENCES candidates(id), reviewer TEXT NOT NULL, field TEXT NOT NULL,
  revision INTEGER NOT NULL, value TEXT NOT NULL, quotes TEXT NOT NULL, comment TEXT NOT NULL, kept_at TEXT NOT NULL,
  PRIMARY KEY (candidate_id, reviewer, field)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER notes_keep_what_was_said
BEFORE UPDATE OF id, candidate_id, revision, field, kind, to_whom, said, author, noted_at ON notes BEGIN
  SELECT RAISE(ABORT, 'what a note says is append-only');
END;
CREATE TRIGGER notes_no_delete BEFORE DELETE ON notes BEGIN
  SELECT RAISE(ABORT, 'notes are append-only');
END;
CREATE TRIGGER note_answers_no_update BEFORE UPDATE ON note_answers BEGIN
  SELECT RAISE(ABORT, 'answers are append-only');
END;
CREATE TRIGGER note_answers_no_delete BEFORE DELETE ON note_answers BEGIN
  SELECT RAISE(ABORT, 'answers are append-only');
END;
"""
