"""What people decided on services that seem to be at an end: one decision for all that a provider runs, undone as one.

Nothing is retired but by such a decision.
"""

from __future__ import annotations

from collections.abc import Iterable

from register.database import Database
from register.errors import TidiermapError
from register.models import RECORD, Clock, Decision, DecisionVerdict
from register.serial import to_text
from register.store.decisions.decisions import DecisionTables
from register.store.staleness.endings import DISMISSED, OPEN, RETIRED, UNDONE, Ending, EndingTables


class RetirementTables:
    def __init__(self, db: Database, clock: Clock, *, endings: EndingTables, decisions: DecisionTables) -> None:
        self._db, self._clock, self._endings, self._decisions = db, clock, endings, decisions

    def retired(self, ending_id: int) -> tuple[str, ...]:
        """The records that the decision which stands retired."""
        rows = self._db.query(
            "SELECT record_id FROM retirements WHERE ending_decision = (SELECT max(id) FROM ending_decisions "
            "WHERE ending_id = ?) ORDER BY record_id",
            [ending_id],
        )
        return tuple(str(row["record_id"]) for row in rows)

    def retire(self, ending_id: int, records: Iterable[str], *, reviewer: str, comment: str = "") -> int:
        """Retires these records, all or none: each candidate is rejected as a whole, so that the next publication makes
        a dated tombstone of its record. Gives how many. Raises TidiermapError where that was decided already, or where
        a record is none of this ending's."""
        ending, ids = self._to_decide(ending_id), tuple(dict.fromkeys(records))
        mine = {one.record_id: one for one in self._endings.records(ending_id)}
        if not ids or set(ids) - mine.keys():
            raise TidiermapError("found no service of this list, expected at least one to retire")
        decision = self._decide(ending_id, RETIRED, reviewer=reviewer, comment=comment)
        for record_id in ids:
            why = f"at an end ({ending.kind}): {comment}" if comment else f"at an end ({ending.kind})"
            made = self._decisions.decide_record(
                self._of(mine[record_id].candidate_id, DecisionVerdict.REJECT, reviewer, why)
            )
            self._db.execute("INSERT INTO retirements VALUES (?, ?, ?)", [decision, record_id, made])
        return len(ids)

    def dismiss(self, ending_id: int, *, reviewer: str, comment: str = "") -> None:
        """Says that the services go on: nothing changes, and the same words are not asked about again."""
        self._to_decide(ending_id)
        self._decide(ending_id, DISMISSED, reviewer=reviewer, comment=comment)

    def undo(self, ending_id: int, *, reviewer: str) -> int:
        """Takes the decision back, so that each record is what it was before; gives how many. A candidate on which
        somebody decided since stays as that left it."""
        if self._endings.get(ending_id).state not in (RETIRED, DISMISSED):
            raise TidiermapError("nobody has decided on this, so there is nothing to undo")
        back = self._to_take_back(ending_id)
        self._decide(ending_id, UNDONE, reviewer=reviewer, comment="")
        for candidate_id in back:
            self._decisions.decide_record(self._of(candidate_id, DecisionVerdict.UNDO, reviewer, ""))
        return len(back)

    def _to_decide(self, ending_id: int) -> Ending:
        ending = self._endings.get(ending_id)
        if ending.state not in (OPEN, UNDONE):
            raise TidiermapError(f"{ending.reviewer} decided on this already; undo that first to decide otherwise")
        return ending

    def _to_take_back(self, ending_id: int) -> tuple[str, ...]:
        rows = self._db.query(
            "SELECT m.candidate_id FROM retirements t JOIN decisions m ON m.id = t.decision_id JOIN candidates c ON "
            "c.id = m.candidate_id WHERE t.ending_decision = "
            "(SELECT max(id) FROM ending_decisions WHERE ending_id = ?) AND c.state = 'rejected' "
            "AND NOT EXISTS (SELECT 1 FROM decisions l WHERE l.candidate_id = m.candidate_id AND l.field = ? "
            "AND l.id > m.id) ORDER BY m.candidate_id",
            [ending_id, RECORD],
        )
        return tuple(str(row["candidate_id"]) for row in rows)

    def _decide(self, ending_id: int, verdict: str, *, reviewer: str, comment: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO ending_decisions (ending_id, verdict, reviewer, decided_at, comment) VALUES (?, ?, ?, ?, ?)",
            [ending_id, verdict, reviewer, to_text(self._clock()), comment],
        )
        return int(cursor.lastrowid or 0)

    def _of(self, candidate_id: str, verdict: DecisionVerdict, reviewer: str, comment: str) -> Decision:
        rows = self._db.query("SELECT revision FROM candidates WHERE id = ?", [candidate_id])
        return Decision(
            candidate=candidate_id,
            revision=int(next(iter(rows))["revision"]),
            field=RECORD,
            verdict=verdict,
            value=None,
            evidence=(),
            reviewer=reviewer,
            decided_at=self._clock(),
            comment=comment,
        )
