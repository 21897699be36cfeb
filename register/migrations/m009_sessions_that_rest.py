"""When a session was last used: one that rests too long ends."""

STATEMENTS = """
ALTER TABLE sessions ADD COLUMN seen_at TEXT NOT NULL DEFAULT '';
"""
