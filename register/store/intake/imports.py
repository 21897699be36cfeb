"""Files of statements that somebody brought: looked at first, then imported; what was refused is kept for mending."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file: its bytes until it is imported or dropped (`finished_at`), then the rows that were refused, each with
    its place, its reason, and its cells by heading; how many were added, and how many were there already."""

    id: int
    digest: str
    locality: str
    route: str
    file_name: str
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    body: bytes | None
    rejected: tuple[tuple[str, str, dict[str, str]], ...]
    added: int
    known: int


class ImportTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(self, *, digest: str, locality: str, route: str, file_name: str, body: bytes, made_by: str) -> int:
        """Keeps a file that is to be looked at; gives the import's id."""
        cursor = self._db.execute(
            "INSERT INTO imports (digest, locality, route, file_name, made_by, made_at, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [digest, locality, route, file_name, made_by, to_text(self._clock()), body],
        )
        return int(cursor.lastrowid or 0)

    def finish(
        self, import_id: int, *, rejected: tuple[tuple[str, str, dict[str, str]], ...], added: int, known: int
    ) -> None:
        """The file's bytes are let go; what was refused stays. What is finished stays as it was."""
        self._db.execute(
            "UPDATE imports SET body = NULL, finished_at = ?, rejected = ?, added = ?, known = ? "
            "WHERE id = ? AND finished_at IS NULL",
            [to_text(self._clock()), json.dumps(rejected, ensure_ascii=False), added, known, import_id],
        )

    def drop(self, import_id: int) -> None:
        self._db.execute("DELETE FROM imports WHERE id = ? AND finished_at IS NULL", [import_id])

    def get(self, import_id: int) -> Import:
        for one in self._select("WHERE id = ?", [import_id]):
            return one
        raise NotFoundError(f"import {import_id}: there is none in this register")

    def latest(self, limit: int) -> tuple[Import, ...]:
        """The latest files that were imported, newest first."""
        return self._select("WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT ?", [limit])

    def before(self, digest: str, locality: str) -> Import | None:
        """The last time that the very same file was imported into the locality."""
        clause = "WHERE digest = ? AND locality = ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1"
        return next(iter(self._select(clause, [digest, locality])), None)

    def forget_rejected(self, import_id: int) -> None:
        self._db.execute("UPDATE imports SET rejected = '[]' WHERE id = ?", [import_id])

    def _select(self, clause: str, parameters: list[str | int]) -> tuple[Import, ...]:
        rows = self._db.query(f"SELECT * FROM imports {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(
            Import(
                **{
                    **row,
                    "made_at": from_text(row["made_at"]),
                    "finished_at": from_text(row["finished_at"]) if row["finished_at"] else None,
                    "rejected": tuple((where, why, cells) for where, why, cells in json.loads(row["rejected"])),
                }
            )
            for row in rows
        )
