"""Candidates that are likely the same service: by what they are found, how alike they are, and what people say of them.

A merge rewrites neither candidate: `merged_into` points from the one to the other, and what comes from it stands in the
judgement. A record whose candidate was merged points to where it went once that is published.
"""

STATEMENTS = """
CREATE TABLE likenesses (
  candidate_id TEXT PRIMARY KEY REFERENCES candidates(id), revision INTEGER NOT NULL, told TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE likeness_blocks (
  block TEXT NOT NULL, candidate_id TEXT NOT NULL REFERENCES candidates(id), PRIMARY KEY (block, candidate_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_blocks_by_candidate ON likeness_blocks(candidate_id);
CREATE TABLE pairs (
  first TEXT NOT NULL REFERENCES candidates(id), second TEXT NOT NULL REFERENCES candidates(id), score REAL NOT NULL,
  reasons TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'merged', 'apart', 'programme')),
  first_digest TEXT NOT NULL, second_digest TEXT NOT NULL, found_at TEXT NOT NULL, PRIMARY KEY (first, second),
  CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_by_score ON pairs(state, score DESC, first, second);
CREATE INDEX pairs_by_second ON pairs(second);
CREATE TABLE judgements (
  id INTEGER PRIMARY KEY, first TEXT NOT NULL REFERENCES candidates(id), second TEXT NOT NULL REFERENCES candidates(id),
  verdict TEXT NOT NULL CHECK (verdict IN ('merge', 'apart', 'programme', 'undo')), kept TEXT NOT NULL DEFAULT '',
  taken TEXT NOT NULL DEFAULT '[]', approved TEXT NOT NULL DEFAULT '[]', stood TEXT NOT NULL, undoes INTEGER,
  reviewer TEXT NOT NULL, judged_at TEXT NOT NULL, comment TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX judgements_by_pair ON judgements(first, second);
CREATE INDEX judgements_by_kept ON judgements(kept);
CREATE INDEX judgements_by_time ON judgements(reviewer, judged_at);
CREATE UNIQUE INDEX judgements_undone_once ON judgements(undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER judgements_no_update BEFORE UPDATE ON judgements BEGIN
  SELECT RAISE(ABORT, 'judgements are append-only');
END;
CREATE TRIGGER judgements_no_delete BEFORE DELETE ON judgements BEGIN
  SELECT RAISE(ABORT, 'judgements are append-only');
END;
CREATE TRIGGER judgements_are_logged AFTER INSERT ON judgements BEGIN
  INSERT INTO log (kind, candidate_id, number) VALUES ('judgement', new.first, new.id);
END;
ALTER TABLE candidates ADD COLUMN merged_into TEXT REFERENCES candidates(id);
CREATE INDEX candidates_merged ON candidates(merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE records ADD COLUMN merged_into TEXT REFERENCES records(id);
"""
