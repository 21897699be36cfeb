"""People's decisions: append-only, each naming the revision it saw, and what they do to a candidate's fields."""

from __future__ import annotations

from register.database import Database
from register.errors import NotFoundError, StaleRevisionError, TidiermapError
from register.models import RECORD, Clock, Decision, DecisionVerdict, Evidence, check_grounds
from register.serial import dump_evidence, dump_value, from_text, load_evidence, load_value, to_text

RECORD_STATES = {DecisionVerdict.APPROVE: "accepted", DecisionVerdict.REJECT: "rejected"}


class DecisionTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def decide_field(self, decision: Decision, *, part_of: int | None = None) -> int:
        """Keeps a decision on one field; gives its id.

        Raises StaleRevisionError where the page was read again since the reviewer saw it, NotFoundError for an
        unknown candidate or field, TidiermapError for an edit without evidence that stands on the page.
        """
        self._check(decision)
        decision_id = self._insert(decision, part_of)
        self.take_effect(decision_id, decision, part_of)
        return decision_id

    def decide_record(self, decision: Decision) -> int:
        """Accepts or rejects a candidate as a whole; approving approves every field that is still open.

        Undo takes back the last such decision and the field approvals that were part of it.
        """
        self._check(decision)
        if decision.verdict is DecisionVerdict.UNDO:
            return self._undo_record(decision)
        if decision.verdict not in RECORD_STATES:
            raise TidiermapError(f"record: found verdict {decision.verdict.value!r}, expected approve, reject or undo")
        decision_id = self._insert(decision, None)
        self.take_effect(decision_id, decision, None)
        if decision.verdict is DecisionVerdict.APPROVE:
            self._approve_open_fields(decision, decision_id)
        return decision_id

    def take_effect(self, decision_id: int, decision: Decision, part_of: int | None) -> None:
        """What a kept decision does to its candidate's state and fields: nothing else changes them, so that replaying
        the kept decisions in their order gives them again."""
        if decision.field == RECORD:
            if decision.verdict is DecisionVerdict.UNDO:
                self._open_parts(decision.candidate, part_of)
            else:
                self._set_state(decision.candidate, RECORD_STATES[decision.verdict])
            return
        undone = decision.verdict is DecisionVerdict.UNDO
        state, kept = ("open", None) if undone else (decision.verdict.value, decision_id)
        changed = self._db.execute(
            "UPDATE fields SET state = ?, decision_id = ? WHERE candidate_id = ? AND name = ?",
            [state, kept, decision.candidate, decision.field],
        ).rowcount
        if not changed:
            raise NotFoundError(f"candidate {decision.candidate}: it has no field {decision.field!r}")

    def history(self, candidate_id: str) -> tuple[Decision, ...]:
        """Every decision on the candidate, oldest first."""
        rows = self._db.query("SELECT * FROM decisions WHERE candidate_id = ? ORDER BY id", [candidate_id])
        return tuple(_decision(row) for row in rows)

    def get(self, decision_id: int) -> Decision:
        for row in self._db.query("SELECT * FROM decisions WHERE id = ?", [decision_id]):
            return _decision(row)
        raise NotFoundError(f"decision {decision_id}: there is none")

    def _approve_open_fields(self, decision: Decision, decision_id: int) -> None:
        rows = list(
            self._db.query(
                "SELECT name, json_extract(proposal, '$.value') AS value FROM fields "
                "WHERE candidate_id = ? AND state = 'open'",
                [decision.candidate],
            )
        )
        for row in rows:
            part = Decision(
                candidate=decision.candidate,
                revision=decision.revision,
                field=row["name"],
                verdict=DecisionVerdict.APPROVE,
                value=None,
                evidence=(),
                reviewer=decision.reviewer,
                decided_at=decision.decided_at,
            )
            self.decide_field(part, part_of=decision_id)

    def _undo_record(self, decision: Decision) -> int:
        state = next(self._db.query("SELECT state FROM candidates WHERE id = ?", [decision.candidate]))["state"]
        if state not in ("accepted", "rejected"):
            raise TidiermapError(f"candidate {decision.candidate}: found it {state}, expected a decision to undo")
        last = next(
            self._db.query(
                "SELECT id FROM decisions WHERE candidate_id = ? AND field = ? AND verdict IN ('approve', 'reject') "
                "ORDER BY id DESC LIMIT 1",
                [decision.candidate, RECORD],
            )
        )["id"]
        decision_id = self._insert(decision, last)
        self.take_effect(decision_id, decision, last)
        return decision_id

    def _open_parts(self, candidate_id: str, undone: int | None) -> None:
        """Opens the fields that were approved as parts of the record decision `undone`, and the candidate with them."""
        self._db.execute(
            "UPDATE fields SET state = 'open', decision_id = NULL WHERE candidate_id = ? AND decision_id IN "
            "(SELECT id FROM decisions WHERE part_of = ?)",
            [candidate_id, undone],
        )
        published = list(
            self._db.query(
                "SELECT 1 AS one FROM records WHERE candidate_id = ? AND withdrawn_at IS NULL", [candidate_id]
            )
        )
        self._set_state(candidate_id, "reopened" if published else "undecided")

    def _check(self, decision: Decision) -> None:
        rows = self._db.query(
            "SELECT c.revision, v.text FROM candidates c JOIN revisions r ON r.candidate_id = c.id AND "
            "r.revision = c.revision JOIN page_versions v ON v.id = r.version_id WHERE c.id = ?",
            [decision.candidate],
        )
        row = next(iter(rows), None)
        if row is None:
            raise NotFoundError(f"candidate {decision.candidate}: there is none in this register")
        if row["revision"] != decision.revision:
            raise StaleRevisionError(decision.candidate, decision.revision, row["revision"])
        if decision.verdict is DecisionVerdict.EDIT:
            _check_edit(decision, row["text"])

    def _insert(self, decision: Decision, part_of: int | None) -> int:
        cursor = self._db.execute(
            "INSERT INTO decisions (candidate_id, revision, field, verdict, value, evidence, reviewer, decided_at, "
            "comment, part_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                decision.candidate,
                decision.revision,
                decision.field,
                decision.verdict.value,
                dump_value(decision.value),
                dump_evidence(decision.evidence),
                decision.reviewer,
                to_text(decision.decided_at),
                decision.comment,
                part_of,
            ],
        )
        return int(cursor.lastrowid or 0)

    def _set_state(self, candidate_id: str, state: str) -> None:
        self._db.execute("UPDATE candidates SET state = ? WHERE id = ?", [state, candidate_id])


def _check_edit(decision: Decision, page_text: str) -> None:
    if decision.value in (None, "", ()):
        raise TidiermapError(f"{decision.field}: found an edit to nothing, expected a value, or 'not stated'")
    if not decision.evidence:
        raise TidiermapError(f"{decision.field}: found a value without a quote, expected the words of the page for it")
    check_grounds(decision.field, decision.evidence, page_text)


def _decision(row: dict[str, str]) -> Decision:
    evidence: tuple[Evidence, ...] = load_evidence(row["evidence"])
    return Decision(
        candidate=row["candidate_id"],
        revision=int(row["revision"]),
        field=row["field"],
        verdict=DecisionVerdict(row["verdict"]),
        value=load_value(row["value"]),
        evidence=evidence,
        reviewer=row["reviewer"],
        decided_at=from_text(row["decided_at"]),
        comment=row["comment"],
    )
