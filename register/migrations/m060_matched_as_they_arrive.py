"""What tells each candidate, by what it is found, and how many bear a telephone number, a name, or a word of a name.

Blocks and keys are numbers (digests), so that a million candidates' lie in a few hundred megabytes and each is found
without a scan. What was kept in the earlier form is made anew when its locality is next compared.
"""

STATEMENTS = """
DROP TABLE likeness_blocks;
DROP TABLE likenesses;
CREATE TABLE traits (
  n INTEGER PRIMARY KEY, candidate_id TEXT NOT NULL UNIQUE REFERENCES candidates(id), revision INTEGER NOT NULL,
  told TEXT NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TABLE trait_blocks (block INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (block, n)) STRICT, WITHOUT ROWID;
CREATE TABLE trait_bearers (
  key INTEGER NOT NULL, bearer INTEGER NOT NULL, candidates INTEGER NOT NULL, PRIMARY KEY (key, bearer)
) STRICT, WITHOUT ROWID;
CREATE TABLE trait_words (word TEXT PRIMARY KEY, candidates INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
