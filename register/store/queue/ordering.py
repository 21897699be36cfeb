"""What the queue's order is learned from, and the chances that are learned: see classify/inclusion.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from register.database import Database
from register.models import RECORD, Candidate
from register.serial import load_candidate
from register.store.queue.listing import STATES, QueueState
from register.store.transactions import transaction

OPEN = STATES.index(QueueState.UNDECIDED)  # the last stage in which a candidate waits
DECIDED = {STATES.index(QueueState.ACCEPTED): True, STATES.index(QueueState.REJECTED): False}
FURTHER = 0.005  # chances that differ less from the one that stands are not written
AT_ONCE = 500  # lines written in one transaction, so that nobody who decides waits long


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A candidate's line as the order sees it; `included` is None while it waits. `traits` are None where they were
    never told of its latest draft."""

    candidate: str
    revision: int
    page_url: str
    page_kind: str
    included: bool | None
    traits: dict[str, float] | None


class OrderTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def decided_since(self, locality: str) -> int:
        """How many decisions on whole records were taken since the order of the locality was learned last."""
        rows = self._db.query(
            "SELECT count(*) AS n FROM decisions WHERE field = ? AND id > "
            "coalesce((SELECT decision_id FROM orders_learned WHERE locality = ?), 0)",
            [RECORD, locality],
        )
        return int(next(rows)["n"])

    def learned_from(self, locality: str) -> int:
        """From how many decided records the locality's order was learned last; 0 where it was not."""
        rows = self._db.query("SELECT decided FROM orders_learned WHERE locality = ?", [locality])
        return next((int(row["decided"]) for row in rows), 0)

    def last_decided(self, most: int) -> tuple[Line, ...]:
        """The records on which was decided last, of all localities."""
        return self._lines(
            "q.stage IN (?, ?) AND q.candidate_id IN "
            "(SELECT candidate_id FROM decisions WHERE field = ? ORDER BY id DESC LIMIT ?) ORDER BY q.candidate_id",
            [*DECIDED, RECORD, most],
        )

    def waiting(self, locality: str, most: int) -> tuple[Line, ...]:
        """What waits in a locality; where that is more than `most`, the surest of it."""
        return self._lines(
            "q.stage <= ? AND q.locality = ? ORDER BY q.by_surest, q.candidate_id LIMIT ?", [OPEN, locality, most]
        )

    def draft(self, line: Line) -> Candidate:
        """The latest draft of the candidate."""
        rows = self._db.query(
            "SELECT draft FROM revisions WHERE candidate_id = ? AND revision = ?", [line.candidate, line.revision]
        )
        return load_candidate(next(rows)["draft"])

    def keep_traits(self, told: Iterable[tuple[Line, dict[str, float]]]) -> None:
        rows = [(line.candidate, line.revision, json.dumps(traits)) for line, traits in told]
        for at in range(0, len(rows), AT_ONCE):
            with transaction(self._db):
                self._db.conn.executemany(
                    "INSERT OR REPLACE INTO candidate_traits VALUES (?, ?, ?)", rows[at : at + AT_ONCE]
                )

    def set_chances(self, locality: str, told: Sequence[tuple[str, float]], *, decided: int) -> None:
        """Puts the learned chances of candidates, and notes up to where it was learned."""
        for at in range(0, len(told), AT_ONCE):
            with transaction(self._db):
                self._db.conn.executemany(
                    "UPDATE queue_lines SET chance = ?1 WHERE candidate_id = ?2 AND stage <= ?3 "
                    "AND abs(chance - ?1) > ?4",
                    [(chance, candidate, OPEN, FURTHER) for candidate, chance in told[at : at + AT_ONCE]],
                )
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO orders_learned SELECT ?, coalesce(max(id), 0), ? FROM decisions WHERE true "
                "ON CONFLICT (locality) DO UPDATE SET decision_id = excluded.decision_id, decided = excluded.decided",
                [locality, decided],
            )

    def _lines(self, clause: str, values: Sequence[object]) -> tuple[Line, ...]:
        rows = self._db.query(
            "SELECT q.candidate_id, q.revision, q.page_url, q.page_kind, q.stage, t.traits FROM queue_lines q "  # noqa: S608 (ours)
            "LEFT JOIN candidate_traits t ON t.candidate_id = q.candidate_id AND t.revision = q.revision "
            f"WHERE {clause}",
            list(values),
        )
        return tuple(
            Line(
                candidate=row["candidate_id"],
                revision=row["revision"],
                page_url=row["page_url"],
                page_kind=row["page_kind"],
                included=DECIDED.get(row["stage"]),
                traits=json.loads(row["traits"]) if row["traits"] else None,
            )
            for row in rows
        )
