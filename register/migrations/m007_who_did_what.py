"""The audit log: each row holds the hash of the one before, so that a row changed, removed or moved shows."""

STATEMENTS = """
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, previous TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_by_subject ON audit(about);
CREATE TRIGGER audit_follows BEFORE INSERT ON audit
WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)
  OR NEW.previous IS NOT COALESCE((SELECT hash FROM audit ORDER BY number DESC LIMIT 1), '')
BEGIN
  SELECT RAISE(ABORT, 'a row of the audit log follows the last one');
END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
"""
