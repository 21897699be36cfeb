"""What the public may read, made anew at each publication: services, where they are, and their words."""

STATEMENTS = """
CREATE TABLE public_services (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, living INTEGER NOT NULL, facets TEXT NOT NULL,
  shown TEXT NOT NULL, merged_into TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE public_points (
  n INTEGER NOT NULL REFERENCES public_services(n), postcode TEXT NOT NULL, east INTEGER NOT NULL,
  north INTEGER NOT NULL, PRIMARY KEY (n, postcode)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE public_words USING fts5(name, words, content='', tokenize='porter unicode61 remove_diacritics 2');
CREATE TABLE public_edition (
  id INTEGER PRIMARY KEY CHECK (id = 1), edition TEXT NOT NULL, rules TEXT NOT NULL
) STRICT;
"""
