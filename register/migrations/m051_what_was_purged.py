"""What was taken out of the register on request: when, who asked, by whom, and a keyed hash of the value; never the
value, nor whose it was. `purged_bodies` has what the bodies in the archive hash to of which something was taken out."""

STATEMENTS = """
CREATE TABLE purges (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, asked_by TEXT NOT NULL, made_by TEXT NOT NULL, why TEXT NOT NULL,
  kind TEXT NOT NULL, hash TEXT NOT NULL, touched TEXT NOT NULL
) STRICT;
CREATE TABLE purged_bodies (
  archive TEXT NOT NULL, archive_offset INTEGER NOT NULL, body_hash TEXT NOT NULL, PRIMARY KEY (archive, archive_offset)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER purges_no_update BEFORE UPDATE ON purges BEGIN
  SELECT RAISE(ABORT, 'purges are append-only');
END;
CREATE TRIGGER purges_no_delete BEFORE DELETE ON purges BEGIN
  SELECT RAISE(ABORT, 'purges are append-only');
END;
"""
