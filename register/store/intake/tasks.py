"""Whom to ask next: people and organisations that an informant named, with why, by whom, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError, TidiermapError
from register.models import Clock
from register.serial import from_text, to_text, with_times

KINDS = ("person", "organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Somebody to ask; `name` and `reach` are private. `statement` is the one that named them, "" where none did."""

    id: int
    locality: str
    kind: str
    name: str
    reach: str
    why: str
    statement: str
    made_by: str
    made_at: datetime
    taken_by: str
    state: str
    outcome: str
    note: str
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of the chain that led to a task: a statement about `about`, and the task that it came of, if any."""

    statement: str
    about: str
    route: str
    said_at: datetime
    task_id: int | None


class TaskTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(
        self, *, locality: str, kind: str, name: str, reach: str, why: str, made_by: str, statement: str = ""
    ) -> int:
        """A new open task; gives its id."""
        cursor = self._db.execute(
            "INSERT INTO tasks (locality, kind, name, reach, why, statement, made_by, made_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [locality, kind, name, reach, why, statement or None, made_by, to_text(self._clock())],
        )
        return int(cursor.lastrowid or 0)

    def get(self, task_id: int) -> Task:
        for task in self._select("WHERE id = ?", [task_id]):
            return task
        raise NotFoundError(f"task {task_id}: there is none in this register")

    def all(self, *, state: str = "open", locality: str = "", limit: int = 200) -> tuple[Task, ...]:
        """Tasks of that state; open ones oldest first, closed ones latest first."""
        order = "id" if state == "open" else "closed_at DESC, id DESC"
        return self._select(
            f"WHERE state = ? AND ? IN ('', locality) ORDER BY {order} LIMIT ?", [state, locality, limit]
        )

    def count(self, state: str) -> int:
        return int(next(self._db.query("SELECT count(*) AS n FROM tasks WHERE state = ?", [state]))["n"])

    def take(self, task_id: int, who: str) -> None:
        """`who` sees to it now; nobody, where that is ""."""
        self._db.execute("UPDATE tasks SET taken_by = ? WHERE id = ? AND state = 'open'", [who, task_id])

    def close(self, task_id: int, *, outcome: str, note: str, closed_by: str) -> None:
        """Raises TidiermapError where it is closed already."""
        changed = self._db.execute(
            "UPDATE tasks SET state = 'closed', outcome = ?, note = ?, closed_by = ?, closed_at = ? "
            "WHERE id = ? AND state = 'open'",
            [outcome, note, closed_by, to_text(self._clock()), task_id],
        ).rowcount
        if not changed:
            raise TidiermapError("somebody closed this task already; reload the page to see how it ended")

    def open_again(self, task_id: int) -> None:
        self._db.execute(
            "UPDATE tasks SET state = 'open', outcome = '', closed_by = '', closed_at = NULL WHERE id = ?", [task_id]
        )

    def forget(self, task_id: int) -> None:
        """Who was to be asked is gone from the register; that somebody was, and what came of it, stays."""
        self._db.execute("UPDATE tasks SET name = '', reach = '' WHERE id = ?", [task_id])

    def chain(self, task: Task) -> tuple[Link, ...]:
        """The statements that led to a task, the first of the chain first."""
        links: list[Link] = []
        statement, seen = task.statement, set[str]()
        while statement and statement not in seen:
            seen.add(statement)
            rows = self._db.query(
                "SELECT s.url, s.about, s.route, s.said_at, s.task_id, coalesce(t.statement, '') AS before "
                "FROM statements s LEFT JOIN tasks t ON t.id = s.task_id WHERE s.url = ?",
                [statement],
            )
            statement = ""
            for row in rows:
                links.append(
                    Link(
                        statement=row["url"],
                        about=row["about"],
                        route=row["route"],
                        said_at=from_text(row["said_at"]),
                        task_id=row["task_id"],
                    )
                )
                statement = row["before"]
        return tuple(reversed(links))

    def _select(self, clause: str, parameters: list[str | int]) -> tuple[Task, ...]:
        rows = self._db.query(f"SELECT * FROM tasks {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(
            Task(**with_times(row, "made_at", "closed_at") | {"statement": row["statement"] or ""}) for row in rows
        )
