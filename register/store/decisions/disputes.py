"""What two reviewers decided differently, until an adjudicator settles it; what the reviewers were told of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text, with_times

# Of candidates c: nobody has to settle yet what two reviewers decided differently on it.
NOT_IN_DISPUTE = "NOT EXISTS (SELECT 1 FROM disputes u WHERE u.candidate_id = c.id AND u.settled_at IS NULL)"

NEWS_FOR = timedelta(days=60)  # a reviewer who looks in later is told no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`fields` are those on which the two sides of the blind review `key` differ; RECORD where one of them rejected."""

    key: str
    candidate_id: str
    fields: tuple[str, ...]
    opened_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudication:
    """How a field in dispute was settled: `chose` is first, second, other, or overtaken."""

    key: str
    field: str
    chose: str
    adjudicator: str
    reason: str
    decided_at: datetime


class DisputeTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def put(self, key: str, candidate_id: str, fields: Collection[str]) -> None:
        """Opens the dispute, or says of an open one which fields it is about now; with no fields there is none."""
        if not fields:
            self._db.execute("DELETE FROM disputes WHERE key = ? AND settled_at IS NULL", [key])
            return
        self._db.execute(
            "INSERT INTO disputes (key, candidate_id, fields, opened_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET fields = excluded.fields WHERE settled_at IS NULL",
            [key, candidate_id, json.dumps(list(fields)), to_text(self._clock())],
        )

    def find(self, key: str) -> Dispute | None:
        return next(iter(self._select("WHERE key = ?", [key])), None)

    def get(self, key: str) -> Dispute:
        if found := self.find(key):
            return found
        raise NotFoundError(f"dispute {key}: there is none in this register")

    def open(self) -> tuple[Dispute, ...]:
        """What waits for an adjudicator, the oldest first."""
        return self._select("WHERE settled_at IS NULL ORDER BY opened_at, key", [])

    def of_candidate(self, candidate_id: str) -> Dispute | None:
        """The open dispute about a candidate, if there is one."""
        return next(iter(self._select("WHERE candidate_id = ? AND settled_at IS NULL", [candidate_id])), None)

    def adjudicate(self, one: Adjudication) -> None:
        self._db.execute(
            "INSERT INTO adjudications (key, field, chose, adjudicator, reason, decided_at) VALUES (?, ?, ?, ?, ?, ?)",
            [one.key, one.field, one.chose, one.adjudicator, one.reason, to_text(one.decided_at)],
        )

    def adjudications(self, key: str) -> tuple[Adjudication, ...]:
        """What was settled of a dispute, by field; of what was settled twice, the last."""
        rows = self._db.query(
            "SELECT key, field, chose, adjudicator, reason, decided_at FROM adjudications WHERE id IN "
            "(SELECT max(id) FROM adjudications WHERE key = ? GROUP BY field) ORDER BY id",
            [key],
        )
        return tuple(_adjudication(row) for row in rows)

    def settle(self, key: str) -> None:
        self._db.execute("UPDATE disputes SET settled_at = ? WHERE key = ?", [to_text(self._clock()), key])

    def news(self, reviewer: str) -> tuple[Dispute, ...]:
        """What was settled of the reviewer's decisions (as the first or the second) and they were not told of yet."""
        return self._select(
            "WHERE settled_at >= ? AND EXISTS (SELECT 1 FROM blind_answers a WHERE a.key = disputes.key AND "
            "a.reviewer = ?) AND NOT EXISTS (SELECT 1 FROM told t WHERE t.reviewer = ? AND t.key = disputes.key) "
            "ORDER BY settled_at, key",
            [to_text(self._clock() - NEWS_FOR), reviewer, reviewer],
        )

    def tell(self, reviewer: str, key: str) -> None:
        """Notes that the reviewer was told what came of it."""
        self._db.execute("INSERT OR IGNORE INTO told VALUES (?, ?, ?)", [reviewer, key, to_text(self._clock())])

    def was_told(self, reviewer: str, key: str) -> bool:
        rows = self._db.query("SELECT 1 AS one FROM told WHERE reviewer = ? AND key = ?", [reviewer, key])
        return next(iter(rows), None) is not None

    def _select(self, clause: str, parameters: list[str]) -> tuple[Dispute, ...]:
        rows = self._db.query(f"SELECT * FROM disputes {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(
            Dispute(
                key=row["key"],
                candidate_id=row["candidate_id"],
                fields=tuple(json.loads(row["fields"])),
                opened_at=from_text(row["opened_at"]),
                settled_at=from_text(row["settled_at"]) if row["settled_at"] else None,
            )
            for row in rows
        )


def _adjudication(row: dict[str, str]) -> Adjudication:
    return Adjudication(**with_times(row, "decided_at"))
