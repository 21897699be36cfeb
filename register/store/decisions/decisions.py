"""People's decisions: append-only, each naming the revision it saw, and what they do to a candidate's fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from register.codes.verdicts import STRICT_FIELD, is_rule
from register.database import Database
from register.errors import NotFoundError, StaleRevisionError, TidiermapError
from register.grounding import check_grounds
from register.models import RECORD, Clock, Decision, DecisionVerdict, Evidence
from register.reviewing.standing import LoggedDecision, last_on_record, standing
from register.serial import dump_evidence, dump_value, from_text, load_evidence, load_value, to_text
from register.store.crawling.pages import words_of
from register.store.people.audit import AuditTables

ACCEPTED = "accepted"
RECORD_STATES = {DecisionVerdict.APPROVE: ACCEPTED, DecisionVerdict.REJECT: "rejected"}


class DecisionTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._audit = AuditTables(db, clock)

    def decide_field(self, decision: Decision, *, part_of: int | None = None) -> int:
        """Keeps a decision on one field; gives its id. register/reviewing/standing.py says what each does.

        Raises StaleRevisionError where the page was read again since the reviewer saw it, NotFoundError for an
        unknown candidate or field, TidiermapError for an edit without evidence that stands on the page, and for an
        undo that has nothing to take back, or would leave a field of an accepted record open.
        """
        stood = self._check(decision)
        opened = self._opened(decision.candidate, decision.field)
        if decision.verdict is DecisionVerdict.UNDO:
            part_of = self._to_take_back(decision, opened, stood).id
        decision_id = self._insert(decision, part_of, opened, stood)
        self._audit.note_decision(decision_id)
        self.take_effect(decision_id, decision, part_of)
        return decision_id

    def decide_record(self, decision: Decision) -> int:
        """Accepts or rejects a candidate as a whole; approving approves every field that is still open.

        Undo takes back the last such decision and the field approvals that were part of it.
        """
        stood, part_of = self._check(decision), None
        if decision.verdict is DecisionVerdict.UNDO:
            last = last_on_record(self.log(decision.candidate))
            if stood not in RECORD_STATES.values() or last is None:
                raise TidiermapError(f"candidate {decision.candidate}: found it {stood}, expected a decision to undo")
            part_of = last.id
        elif decision.verdict not in RECORD_STATES:
            raise TidiermapError(f"record: found verdict {decision.verdict.value!r}, expected approve, reject or undo")
        decision_id = self._insert(decision, part_of, decision.revision, stood)
        self.take_effect(decision_id, decision, part_of)
        if decision.verdict is DecisionVerdict.APPROVE:
            self._approve_open_fields(decision, decision_id, RECORD_STATES[decision.verdict])
        self._audit.note_decision(decision_id)
        return decision_id

    def take_effect(self, decision_id: int, decision: Decision, part_of: int | None) -> None:
        """What a kept decision does to its candidate's state and fields: nothing else changes them, so that replaying
        the kept decisions in their order gives them again."""
        if decision.verdict is DecisionVerdict.UNDO:
            self._take_back(decision, part_of, until=decision_id)
        elif decision.field == RECORD:
            self._set_state(decision.candidate, RECORD_STATES[decision.verdict])
        else:
            self._set_field(decision.candidate, decision.field, decision.verdict.value, decision_id)

    def history(self, candidate_id: str) -> tuple[Decision, ...]:
        """Every decision on the candidate, oldest first."""
        return tuple(entry.decision for entry in self.log(candidate_id))

    def log(self, candidate_id: str, *, until: int | None = None) -> tuple[LoggedDecision, ...]:
        """Every decision on the candidate as it is kept, oldest first; up to the id `until`, where it is given."""
        rows = self._db.query(
            "SELECT * FROM decisions WHERE candidate_id = ? AND (? IS NULL OR id <= ?) ORDER BY id",
            [candidate_id, until, until],
        )
        return tuple(_logged(row) for row in rows)

    def own(self, reviewer: str, *, before: int | None, limit: int) -> tuple[tuple[int, str], ...]:
        """(id, candidate id) of the reviewer's decisions, newest first; approvals that are part of an acceptance are
        left out."""
        rows = self._db.query(
            "SELECT d.id, d.candidate_id FROM decisions d WHERE d.reviewer = ? AND (? IS NULL OR d.id < ?) AND "
            "NOT EXISTS (SELECT 1 FROM decisions w WHERE w.id = d.part_of AND w.field = ? AND d.verdict <> 'undo') "
            "ORDER BY d.decided_at DESC, d.id DESC LIMIT ?",
            [reviewer, before, before, RECORD, limit],
        )
        return tuple((int(row["id"]), str(row["candidate_id"])) for row in rows)

    def get(self, decision_id: int) -> Decision:
        for row in self._db.query("SELECT * FROM decisions WHERE id = ?", [decision_id]):
            return _logged(row).decision
        raise NotFoundError(f"decision {decision_id}: there is none")

    def _approve_open_fields(self, decision: Decision, decision_id: int, state: str) -> None:
        rows = self._db.query(
            "SELECT name, revision FROM fields WHERE candidate_id = ? AND state = 'open' ORDER BY name",
            [decision.candidate],
        )
        for row in list(rows):
            part = replace(decision, field=row["name"], comment="")
            part_id = self._insert(part, decision_id, row["revision"], state)
            self.take_effect(part_id, part, decision_id)

    def _to_take_back(self, decision: Decision, opened: int, stood: str) -> LoggedDecision:
        log = self.log(decision.candidate)
        left = standing(log, decision.field, opened=opened)
        if not left:
            raise TidiermapError(f"there is no decision on this field to undo ({decision.field})")
        if stood == ACCEPTED and self._would_open(decision.candidate, log, left[-1]):
            raise TidiermapError("this record is accepted, so none of its fields may be left open; undo that first (U)")
        return left[-1]

    def _would_open(self, candidate_id: str, log: tuple[LoggedDecision, ...], undone: LoggedDecision) -> bool:
        """Whether a field rests on nothing but that decision, or on what is part of it."""
        for name in {entry.field for entry in log if undone.id in (entry.id, entry.part_of) and not entry.undoes}:
            left = standing(log, name, opened=self._opened(candidate_id, name))
            if not is_rule(name) and left and all(undone.id in (entry.id, entry.part_of) for entry in left):
                return True
        return False

    def _take_back(self, decision: Decision, undone: int | None, *, until: int) -> None:
        """Puts each field that the undone decision was about, by itself or by its parts, where the others leave it."""
        log = self.log(decision.candidate, until=until)
        names = {decision.field} | {e.field for e in log if undone and undone == e.part_of and not e.undoes}
        for name in sorted(names - {RECORD}):
            left = standing(log, name, opened=self._opened(decision.candidate, name))
            last = left[-1] if left else None
            state, kept = (last.decision.verdict.value, last.id) if last else ("open", None)
            self._set_field(decision.candidate, name, state, kept)
        if decision.field == RECORD:
            back = next((entry.stood for entry in log if entry.id == undone), "")
            self._set_state(decision.candidate, back or self._state_without(decision.candidate))

    def _state_without(self, candidate_id: str) -> str:
        """The state that an undo leads to where the decision does not say what state it met."""
        rows = self._db.query("SELECT 1 FROM records WHERE candidate_id = ? AND withdrawn_at IS NULL", [candidate_id])
        return "reopened" if list(rows) else "undecided"

    def _opened(self, candidate_id: str, field: str) -> int:
        """The revision whose proposal of the field is on the table; a rule is opened with the net that asks it."""
        name = STRICT_FIELD if is_rule(field) else field
        rows = self._db.query("SELECT revision FROM fields WHERE candidate_id = ? AND name = ?", [candidate_id, name])
        for row in rows:
            return int(row["revision"])
        raise NotFoundError(f"candidate {candidate_id}: it has no field {field!r}")

    def _set_field(self, candidate_id: str, name: str, state: str, decision_id: int | None) -> None:
        self._db.execute(
            "UPDATE fields SET state = ?, decision_id = ? WHERE candidate_id = ? AND name = ?",
            [state, decision_id, candidate_id, name],
        )

    def _check(self, decision: Decision) -> str:
        """The candidate's state; raises where the decision is about another revision, or not grounded in its page."""
        rows = self._db.query(
            "SELECT c.revision, c.state, v.text FROM candidates c JOIN revisions r ON r.candidate_id = c.id AND "
            "r.revision = c.revision JOIN page_versions v ON v.id = r.version_id WHERE c.id = ?",
            [decision.candidate],
        )
        row = next(iter(rows), None)
        if row is None:
            raise NotFoundError(f"candidate {decision.candidate}: there is none in this register")
        if row["revision"] != decision.revision:
            raise StaleRevisionError(decision.candidate, decision.revision, row["revision"])
        if decision.verdict is DecisionVerdict.EDIT:
            _check_edit(decision, row["text"], elsewhere=self._words_of)
        return str(row["state"])

    def _words_of(self, page: str) -> str:
        return words_of(self._db, page)

    def _insert(self, decision: Decision, part_of: int | None, proposed_in: int, stood: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO decisions (candidate_id, revision, field, verdict, value, evidence, reviewer, decided_at, "
            "comment, part_of, proposed_in, stood) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                proposed_in,
                stood,
            ],
        )
        return int(cursor.lastrowid or 0)

    def _set_state(self, candidate_id: str, state: str) -> None:
        self._db.execute("UPDATE candidates SET state = ? WHERE id = ?", [state, candidate_id])


def _check_edit(decision: Decision, page_text: str, *, elsewhere: Callable[[str], str]) -> None:
    if decision.value in (None, "", ()):
        raise TidiermapError(f"{decision.field}: found an edit to nothing, expected a value, or 'not stated'")
    if not decision.evidence:
        raise TidiermapError(f"{decision.field}: found a value without a quote, expected the words of the page for it")
    check_grounds(decision.field, decision.evidence, page_text, elsewhere=elsewhere)


def _logged(row: dict[str, str]) -> LoggedDecision:
    evidence: tuple[Evidence, ...] = load_evidence(row["evidence"])
    decision = Decision(
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
    part_of = row["part_of"]
    return LoggedDecision(
        id=int(row["id"]),
        decision=decision,
        part_of=None if part_of is None else int(part_of),
        proposed_in=int(row["proposed_in"] or row["revision"]),
        stood=row["stood"],
    )
