"""What was done to many candidates at once, step by step, so that it can be undone as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.database import Database
from register.models import RECORD, Clock
from register.serial import from_text, to_text


class StepKind(StrEnum):
    DECISION = "decision"
    NOTE = "note"
    SECOND_REVIEW = "second_review"
    LEFT = "left"  # nothing was done to it
    KEPT = "kept"  # it was done, and not undone with the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`said` is the reason or the question that came with it; `candidates` counts those to which something was done."""

    id: int
    action: str
    said: str
    reviewer: str
    done_at: datetime
    undone_by: str
    undone_at: datetime | None
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStep:
    """One thing done to a candidate: `number` is the id of the decision or note; or why nothing was done or undone."""

    candidate: str
    name: str
    kind: StepKind
    number: int
    why: str


BATCHES = """
SELECT b.*, (SELECT count(DISTINCT candidate_id) FROM batch_steps s WHERE s.batch_id = b.id
  AND s.kind NOT IN ('left', 'kept')) AS candidates FROM batches b
"""


class BatchTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def open(self, action: str, *, said: str, reviewer: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO batches (action, said, reviewer, done_at) VALUES (?, ?, ?, ?)",
            [action, said, reviewer, to_text(self._clock())],
        )
        return int(cursor.lastrowid or 0)

    def note(self, batch_id: int, candidate_id: str, kind: StepKind, *, number: int = 0, why: str = "") -> None:
        self._db.execute(
            "INSERT INTO batch_steps (batch_id, candidate_id, kind, number, why) VALUES (?, ?, ?, ?, ?)",
            [batch_id, candidate_id, kind.value, number, why],
        )

    def close(self, batch_id: int, *, by: str) -> None:
        """Notes that the batch was undone."""
        self._db.execute(
            "UPDATE batches SET undone_by = ?, undone_at = ? WHERE id = ?", [by, to_text(self._clock()), batch_id]
        )

    def find(self, batch_id: int) -> Batch | None:
        return next((_batch(row) for row in self._db.query(f"{BATCHES} WHERE b.id = ?", [batch_id])), None)

    def latest(self, limit: int) -> tuple[Batch, ...]:
        return tuple(_batch(row) for row in self._db.query(f"{BATCHES} ORDER BY b.id DESC LIMIT ?", [limit]))

    def steps(self, batch_id: int) -> tuple[BatchStep, ...]:
        """In the order in which they were done."""
        rows = self._db.query(
            "SELECT s.*, c.name FROM batch_steps s JOIN candidates c ON c.id = s.candidate_id WHERE s.batch_id = ? "
            "ORDER BY s.id",
            [batch_id],
        )
        return tuple(
            BatchStep(
                candidate=row["candidate_id"],
                name=row["name"],
                kind=StepKind(row["kind"]),
                number=row["number"],
                why=row["why"],
            )
            for row in rows
        )

    def decisions_on(self, candidate_id: str, *, field: str = "") -> tuple[int, int]:
        """How many decisions there are on the candidate, or on that field of it, and the id of the last, 0 for none."""
        rows = self._db.query(
            "SELECT count(*) AS n, coalesce(max(id), 0) AS last FROM decisions WHERE candidate_id = ? "
            "AND ? IN ('', field)",
            [candidate_id, field],
        )
        row = next(rows)
        return int(row["n"]), int(row["last"])

    def ask_second_review(self, candidate_id: str) -> int:
        """Has the last decision on the whole candidate taken again by somebody else; gives its id, 0 where there is
        none or where it is to be taken again already."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO second_reviews_due (decision_id, candidate_id, revision, locality) "
            "SELECT d.id, c.id, d.revision, c.locality FROM candidates c JOIN decisions d ON d.id = "
            "(SELECT max(id) FROM decisions WHERE candidate_id = c.id AND field = ? AND verdict <> 'undo') "
            "WHERE c.id = ? AND c.state IN ('accepted', 'rejected') "
            "AND NOT EXISTS (SELECT 1 FROM blind_reviews b WHERE b.decision_id = d.id)",
            [RECORD, candidate_id],
        )
        if not cursor.rowcount:
            return 0
        rows = self._db.query("SELECT decision_id FROM second_reviews_due WHERE candidate_id = ?", [candidate_id])
        return max(int(row["decision_id"]) for row in rows)

    def drop_second_review(self, decision_id: int) -> bool:
        """Takes that back; False where somebody was given it already."""
        return bool(self._db.execute("DELETE FROM second_reviews_due WHERE decision_id = ?", [decision_id]).rowcount)


def _batch(row: dict[str, str]) -> Batch:
    return Batch(
        id=int(row["id"]),
        action=row["action"],
        said=row["said"],
        reviewer=row["reviewer"],
        done_at=from_text(row["done_at"]),
        undone_by=row["undone_by"],
        undone_at=from_text(row["undone_at"]) if row["undone_at"] else None,
        candidates=int(row["candidates"]),
    )
