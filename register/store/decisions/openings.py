"""When reviewers opened what, and with their decisions: how long each took, and how they decided on each field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.models import RECORD, Clock
from register.serial import from_text, to_text

IDLE = 600  # seconds; a longer pause is no work

# What a reviewer did on a candidate or a copy, in order, in rounds that each end with a decision on the whole record.
# A record that nobody opened (decided with many others) tells no time.
ROUNDS = """
WITH events AS (
  SELECT candidate_id, reviewer, opened_at AS at, 0 AS ends FROM openings WHERE opened_at >= :since
  UNION ALL
  SELECT candidate_id, reviewer, decided_at, field = 'record' AND verdict IN ('approve', 'reject') FROM decisions
  WHERE decided_at >= :since AND part_of IS NULL
  UNION ALL
  SELECT key, reviewer, decided_at, 1 FROM blind_answers
  WHERE side = 'second' AND field = 'record' AND decided_at >= :since
), numbered AS (
  SELECT *, coalesce(sum(ends) OVER (PARTITION BY reviewer, candidate_id ORDER BY at, ends
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS round FROM events
), gaps AS (
  SELECT *, (julianday(at) - julianday(lag(at) OVER (PARTITION BY reviewer, candidate_id, round ORDER BY at, ends)))
    * 86400.0 AS gap FROM numbered
)
SELECT reviewer, candidate_id, max(at) AS decided_at, sum(CASE WHEN gap <= :idle THEN gap ELSE 0 END) AS seconds
FROM gaps GROUP BY reviewer, candidate_id, round HAVING max(ends) = 1 AND count(*) > 1
ORDER BY decided_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDecision:
    """How long a reviewer worked on a record before deciding on it as a whole, pauses over ten minutes left out."""

    reviewer: str
    candidate_id: str
    decided_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """How often a reviewer's last word on a field was that verdict."""

    reviewer: str
    field: str
    verdict: str
    number: int


class OpeningTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note(self, candidate_id: str, reviewer: str) -> None:
        """Notes that the reviewer has the candidate, or a copy of that name, on the screen now."""
        self._db.execute(
            "INSERT INTO openings (candidate_id, reviewer, opened_at) VALUES (?, ?, ?)",
            [candidate_id, reviewer, to_text(self._clock())],
        )

    def timed(self, since: datetime) -> tuple[TimedDecision, ...]:
        """Every decision on a whole record since then that somebody opened before, the oldest first."""
        rows = self._db.query(ROUNDS, {"since": to_text(since), "idle": IDLE})
        return tuple(
            TimedDecision(
                reviewer=row["reviewer"],
                candidate_id=row["candidate_id"],
                decided_at=from_text(row["decided_at"]),
                seconds=row["seconds"] or 0.0,
            )
            for row in rows
        )

    def verdicts(self, since: datetime) -> tuple[FieldCount, ...]:
        """Each reviewer's last word since then on each field of each candidate, counted; undone ones left out, and
        words on rules, which are no fields."""
        rows = self._db.query(
            "SELECT reviewer, field, verdict, count(*) AS number FROM decisions WHERE verdict <> 'undo' AND id IN "
            "(SELECT max(id) FROM decisions WHERE decided_at >= ? AND field <> ? AND field NOT GLOB 'rule.*' "
            "GROUP BY reviewer, candidate_id, field) GROUP BY reviewer, field, verdict ORDER BY field, verdict",
            [to_text(since), RECORD],
        )
        return tuple(FieldCount(**row) for row in rows)
