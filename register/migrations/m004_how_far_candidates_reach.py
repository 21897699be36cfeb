"""How far a candidate reaches, and the routes that led to its page."""

STATEMENTS = """
ALTER TABLE candidates ADD COLUMN scope TEXT NOT NULL DEFAULT 'unclear';
CREATE TABLE routes (
  page_id INTEGER NOT NULL REFERENCES pages(id), route TEXT NOT NULL, source TEXT NOT NULL, first_at TEXT NOT NULL,
  last_at TEXT NOT NULL, PRIMARY KEY (page_id, route, source)
) STRICT, WITHOUT ROWID;
"""
