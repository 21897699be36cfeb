"""Blind reviews: who decides again what somebody else decided, or looks at what is wrong on purpose; what they said.

The copies on which they decide stand in a register of their own, beside this one; here is what came of it.
"""

STATEMENTS = """
CREATE TABLE second_reviews_due (
  decision_id INTEGER PRIMARY KEY REFERENCES decisions(id), candidate_id TEXT NOT NULL REFERENCES candidates(id),
  revision INTEGER NOT NULL, locality TEXT NOT NULL
) STRICT;
CREATE INDEX second_reviews_due_by_candidate ON second_reviews_due(candidate_id);
CREATE TABLE second_reviews_drawn (
  one INTEGER PRIMARY KEY CHECK (one = 1), decision_id INTEGER NOT NULL
) STRICT;
CREATE TABLE blind_reviews (
  key TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('second', 'known_wrong')),
  candidate_id TEXT NOT NULL REFERENCES candidates(id), revision INTEGER NOT NULL, decision_id INTEGER NOT NULL,
  locality TEXT NOT NULL, reviewer TEXT NOT NULL, before_id TEXT NOT NULL, served_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished', 'lapsed')), finished_at TEXT
) STRICT;
CREATE INDEX blind_reviews_by_candidate ON blind_reviews(candidate_id, reviewer);
CREATE INDEX blind_reviews_by_reviewer ON blind_reviews(reviewer, state);
CREATE UNIQUE INDEX blind_reviews_once ON blind_reviews(decision_id) WHERE kind = 'second' AND state <> 'lapsed';
CREATE TABLE blind_changes (
  key TEXT NOT NULL REFERENCES blind_reviews(key), field TEXT NOT NULL, way TEXT NOT NULL, wrong TEXT NOT NULL,
  PRIMARY KEY (key, field)
) STRICT, WITHOUT ROWID;
CREATE TABLE blind_answers (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL REFERENCES blind_reviews(key), attempt INTEGER NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('first', 'second')), reviewer TEXT NOT NULL, field TEXT NOT NULL,
  verdict TEXT NOT NULL, status TEXT NOT NULL, value TEXT NOT NULL, evidence TEXT NOT NULL, comment TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT;
CREATE INDEX blind_answers_by_key ON blind_answers(key, attempt);
CREATE TABLE disputes (
  key TEXT PRIMARY KEY REFERENCES blind_reviews(key), candidate_id TEXT NOT NULL REFERENCES candidates(id),
  fields TEXT NOT NULL, opened_at TEXT NOT NULL, settled_at TEXT
) STRICT;
CREATE INDEX disputes_by_candidate ON disputes(candidate_id);
CREATE TABLE adjudications (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL REFERENCES blind_reviews(key), field TEXT NOT NULL,
  chose TEXT NOT NULL, adjudicator TEXT NOT NULL, reason TEXT NOT NULL, decided_at TEXT NOT NULL
) STRICT;
CREATE INDEX adjudications_by_key ON adjudications(key);
CREATE TABLE told (
  reviewer TEXT NOT NULL, key TEXT NOT NULL REFERENCES blind_reviews(key), at TEXT NOT NULL,
  PRIMARY KEY (reviewer, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER blind_changes_no_update BEFORE UPDATE ON blind_changes BEGIN
  SELECT RAISE(ABORT, 'what was made wrong is append-only');
END;
CREATE TRIGGER blind_changes_no_delete BEFORE DELETE ON blind_changes BEGIN
  SELECT RAISE(ABORT, 'what was made wrong is append-only');
END;
CREATE TRIGGER blind_answers_no_update BEFORE UPDATE ON blind_answers BEGIN
  SELECT RAISE(ABORT, 'the answers of blind reviews are append-only');
END;
CREATE TRIGGER blind_answers_no_delete BEFORE DELETE ON blind_answers BEGIN
  SELECT RAISE(ABORT, 'the answers of blind reviews are append-only');
END;
CREATE TRIGGER adjudications_no_update BEFORE UPDATE ON adjudications BEGIN
  SELECT RAISE(ABORT, 'adjudications are append-only');
END;
CREATE TRIGGER adjudications_no_delete BEFORE DELETE ON adjudications BEGIN
  SELECT RAISE(ABORT, 'adjudications are append-only');
END;
"""
