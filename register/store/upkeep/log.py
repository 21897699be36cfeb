"""The log: one order of all that happened to candidates and records; their tables can be made again from it."""

from __future__ import annotations

from register.database import Database


class LogTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self) -> int:
        """The number of the last entry, 0 where there is none."""
        return int(next(self._db.query("SELECT coalesce(max(seq), 0) AS seq FROM log"))["seq"])

    def note(self, kind: str, about: str, *, at: str, said: str = "") -> None:
        """Notes what has no table of its own, `at` a time as the register writes it; revisions and decisions are logged
        by the database itself. Each kind is read in register/store/upkeep/replay.py."""
        self._db.execute(
            "INSERT INTO log (kind, candidate_id, said, at) VALUES (?, ?, ?, ?)",
            [kind, about, said, at],
        )
