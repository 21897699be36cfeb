"""What people told us: each statement a page of our own, and, apart from it, who said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.reviewing.intake import Statement
from register.serial import to_text, with_times


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStatement:
    """A statement as the register has it; who said it stands elsewhere (`informant`)."""

    url: str
    locality: str
    route: str
    about: str
    said_at: datetime
    typed_by: str
    typed_at: datetime
    candidate_id: str
    task_id: int | None
    import_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Informant:
    """Who said something, and how to reach them: private, and gone for good once it is forgotten."""

    name: str
    reach: str


class StatementTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note(self, statement: Statement, *, candidate_id: str) -> None:
        """Keeps what the statement is besides its page; who said it in a table of its own."""
        self._db.execute(
            "INSERT INTO statements (url, locality, route, about, said_at, typed_by, typed_at, candidate_id, task_id, "
            "import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                statement.url,
                statement.locality,
                statement.route,
                statement.about,
                to_text(statement.said_at),
                statement.typed_by,
                to_text(self._clock()),
                candidate_id,
                statement.task_id,
                statement.import_id,
            ],
        )
        if statement.who or statement.reach:
            self._db.execute(
                "INSERT INTO informants (statement, name, reach) VALUES (?, ?, ?)",
                [statement.url, statement.who, statement.reach],
            )

    def find(self, url: str) -> KnownStatement | None:
        return next(iter(self._select("WHERE url = ?", [url])), None)

    def version_of(self, url: str) -> int:
        """The version of its page."""
        rows = self._db.query(
            "SELECT v.id FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE p.url = ? ORDER BY v.id DESC",
            [url],
        )
        for row in rows:
            return int(row["id"])
        raise NotFoundError(f"{url}: the register has no such page")

    def of_candidate(self, candidate_id: str) -> tuple[KnownStatement, ...]:
        """The statements about a candidate, oldest first."""
        return self._select("WHERE candidate_id = ? ORDER BY said_at, url", [candidate_id])

    def of_task(self, task_id: int) -> tuple[KnownStatement, ...]:
        """The statements that came of a task, oldest first."""
        return self._select("WHERE task_id = ? ORDER BY said_at, url", [task_id])

    def latest(self, limit: int) -> tuple[KnownStatement, ...]:
        return self._select("ORDER BY typed_at DESC, url LIMIT ?", [limit])

    def informant(self, url: str) -> Informant | None:
        rows = self._db.query("SELECT name, reach FROM informants WHERE statement = ?", [url])
        return next((Informant(name=row["name"], reach=row["reach"]) for row in rows), None)

    def forget_informant(self, url: str) -> bool:
        """Who said it is gone from the register; what was said stays. False where nobody stood there."""
        return bool(self._db.execute("DELETE FROM informants WHERE statement = ?", [url]).rowcount)

    def _select(self, clause: str, parameters: list[str | int]) -> tuple[KnownStatement, ...]:
        rows = self._db.query(f"SELECT * FROM statements {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(KnownStatement(**with_times(row, "said_at", "typed_at")) for row in rows)
