"""A decision says which revision proposed what it was about, and what state its candidate was in: undo leads there.

Of an undo, `part_of` is the decision that it takes back.
"""

STATEMENTS = """
ALTER TABLE decisions ADD COLUMN proposed_in INTEGER;
ALTER TABLE decisions ADD COLUMN stood TEXT NOT NULL DEFAULT '';
"""
