"""Pairs say how likely organisation, programme and place agree, and may be one programme at another place.

`organisation` of a judgement says whether one organisation runs both, where they are not one service.
"""

STATEMENTS = """
CREATE TABLE pairs_anew (
  first TEXT NOT NULL REFERENCES candidates(id), second TEXT NOT NULL REFERENCES candidates(id), score REAL NOT NULL,
  reasons TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'merged', 'apart', 'programme', 'place')),
  first_digest TEXT NOT NULL, second_digest TEXT NOT NULL, found_at TEXT NOT NULL, via TEXT NOT NULL DEFAULT '',
  organisation REAL NOT NULL DEFAULT 0, programme REAL NOT NULL DEFAULT 0, place REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (first, second), CHECK (first < second)
) STRICT, WITHOUT ROWID;
INSERT INTO pairs_anew (first, second, score, reasons, state, first_digest, second_digest, found_at, via)
  SELECT first, second, score, reasons, state, first_digest, second_digest, found_at, via FROM pairs;
DROP TABLE pairs;
ALTER TABLE pairs_anew RENAME TO pairs;
CREATE INDEX pairs_by_score ON pairs(state, score DESC, first, second);
CREATE INDEX pairs_by_second ON pairs(second);
CREATE TABLE judgements_anew (
  id INTEGER PRIMARY KEY, first TEXT NOT NULL REFERENCES candidates(id), second TEXT NOT NULL REFERENCES candidates(id),
  verdict TEXT NOT NULL CHECK (verdict IN ('merge', 'apart', 'programme', 'place', 'undo')),
  kept TEXT NOT NULL DEFAULT '', taken TEXT NOT NULL DEFAULT '[]', approved TEXT NOT NULL DEFAULT '[]',
  stood TEXT NOT NULL, undoes INTEGER, reviewer TEXT NOT NULL, judged_at TEXT NOT NULL,
  comment TEXT NOT NULL DEFAULT '', organisation INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO judgements_anew (id, first, second, verdict, kept, taken, approved, stood, undoes, reviewer, judged_at,
  comment, organisation)
  SELECT id, first, second, verdict, kept, taken, approved, stood, undoes, reviewer, judged_at, comment,
  verdict = 'programme' FROM judgements;
DROP TABLE judgements;
ALTER TABLE judgements_anew RENAME TO judgements;
CREATE INDEX judgements_by_pair ON judgements(first, second);
CREATE INDEX judgements_by_second ON judgements(second);
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
"""
