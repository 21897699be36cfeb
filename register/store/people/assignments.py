"""Assignments: which localities are whose to review. Who has none is served all of them."""

from __future__ import annotations

from collections.abc import Iterable

from register.database import Database
from register.models import Clock
from register.serial import to_text


class AssignmentTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def of(self, user: str) -> tuple[str, ...]:
        """The user's localities in the order of their names; none where they are served all."""
        rows = self._db.query("SELECT locality FROM assignments WHERE user = ? ORDER BY locality", [user])
        return tuple(row["locality"] for row in rows)

    def all(self) -> dict[str, tuple[str, ...]]:
        """The localities of each user who has any."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._db.query("SELECT user, locality FROM assignments ORDER BY user, locality"):
            found[row["user"]] = (*found.get(row["user"], ()), row["locality"])
        return found

    def assign(self, user: str, localities: Iterable[str], *, by: str) -> None:
        """Puts these localities in the place of those that the user has."""
        self._db.execute("DELETE FROM assignments WHERE user = ?", [user])
        for locality in sorted(set(localities)):
            self._db.execute(
                "INSERT INTO assignments (user, locality, assigned_by, assigned_at) VALUES (?, ?, ?, ?)",
                [user, locality, by, to_text(self._clock())],
            )
