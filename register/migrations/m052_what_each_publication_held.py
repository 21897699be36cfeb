"""What each publication held: the line of a record wherever it differs from the publication before, packed.

`base` is the publication whose line of this record the packed one departs from; the same number where it stands for
itself. An empty line says that the record is not in the publication any more. `content` of a publication is the digest
of its lines, `tables` of the canonical tables as they were, which a replay makes again.
"""

STATEMENTS = """
ALTER TABLE publications ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE publications ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN tables TEXT NOT NULL DEFAULT '';
UPDATE publications SET number = rowid;
CREATE UNIQUE INDEX publications_by_number ON publications(number);
CREATE TABLE publication_lines (
  record_id TEXT NOT NULL, number INTEGER NOT NULL, base INTEGER NOT NULL, line BLOB NOT NULL,
  rewritten_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (record_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_lines_by_number ON publication_lines(number);
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications BEGIN
  SELECT RAISE(ABORT, 'publications are append-only');
END;
CREATE TRIGGER publication_lines_no_delete BEFORE DELETE ON publication_lines BEGIN
  SELECT RAISE(ABORT, 'what was published is kept');
END;
"""
