"""Private values that a person decided may be published, and how much publications leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.public.privacy import plain_form
from register.serial import to_text, with_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A value of one record (in its `plain_form`) that may be published though it is private of a person, and why."""

    id: int
    record_id: str
    kind: str
    value: str
    why: str
    allowed_by: str
    allowed_at: datetime
    taken_back_by: str
    taken_back_at: datetime | None


class AllowanceTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def allow(self, record_id: str, value: str, *, kind: str, why: str, by: str) -> int:
        """Notes the decision; gives its number. The audit log is the caller's to write, without the value."""
        cursor = self._db.execute(
            "INSERT INTO allowances (record_id, kind, value, why, allowed_by, allowed_at) VALUES (?, ?, ?, ?, ?, ?)",
            [record_id, kind, plain_form(value), why, by, to_text(self._clock())],
        )
        return int(cursor.lastrowid or 0)

    def take_back(self, number: int, *, by: str) -> Allowance:
        """Raises NotFoundError where there is none that stands."""
        changed = self._db.execute(
            "UPDATE allowances SET taken_back_by = ?, taken_back_at = ? WHERE id = ? AND taken_back_at IS NULL",
            [by, to_text(self._clock()), number],
        ).rowcount
        for one in self._select("WHERE id = ?", [number]) if changed else ():
            return one
        raise NotFoundError(f"allowance {number}: there is none that stands")

    def of_record(self, record_id: str) -> tuple[Allowance, ...]:
        """Those that stand, oldest first."""
        return self._select("WHERE record_id = ? AND taken_back_at IS NULL ORDER BY id", [record_id])

    def values(self) -> Mapping[str, frozenset[str]]:
        """By record, the values that may be published all the same: few, for a person decides on each."""
        found: dict[str, set[str]] = {}
        for row in self._db.query("SELECT record_id, value FROM allowances WHERE taken_back_at IS NULL"):
            found.setdefault(row["record_id"], set()).add(row["value"])
        return {record_id: frozenset(values) for record_id, values in found.items()}

    def note_left_out(self, counted: Iterable[tuple[str, str, int]]) -> None:
        """Puts (record id, kind, how many) of a publication in the place of the last one's."""
        self._db.execute("DELETE FROM left_out")
        self._db.conn.executemany("INSERT INTO left_out (record_id, kind, n) VALUES (?, ?, ?)", counted)

    def left_out(self) -> Counter[str]:
        """By kind, how many values the last publication left out."""
        rows = self._db.query("SELECT kind, sum(n) AS n FROM left_out GROUP BY kind ORDER BY kind")
        return Counter({row["kind"]: row["n"] for row in rows})

    def records_left_out(self, limit: int) -> tuple[tuple[str, str, int], ...]:
        """(record id, name, how many values) of what the last publication left out, most first."""
        rows = self._db.query(
            "SELECT l.record_id AS id, r.name, sum(l.n) AS n FROM left_out l JOIN records r ON r.id = l.record_id "
            "GROUP BY 1, 2 ORDER BY n DESC, r.name LIMIT ?",
            [limit],
        )
        return tuple((row["id"], row["name"], row["n"]) for row in rows)

    def _select(self, clause: str, parameters: list[str | int]) -> tuple[Allowance, ...]:
        rows = self._db.query(f"SELECT * FROM allowances {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(Allowance(**with_times(row, "allowed_at", "taken_back_at")) for row in rows)
