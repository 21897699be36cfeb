"""Every decision stands in the audit log with what was before and after; one changed behind its back shows."""

import json
import sqlite3
from pathlib import Path

import pytest

from register.models import RECORD, DecisionVerdict
from tests.decisions import decide
from tests.seeding import Desk, draft

WHY = "tidier.why"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def decide_all(desk: Desk) -> None:
    with desk.store() as store:
        decide(store, "shed", WHY, DecisionVerdict.EDIT, "To find company", comment="shorter")
        decide(store, "shed", WHY, DecisionVerdict.NOT_STATED)
        decide(store, "shed", WHY, DecisionVerdict.UNDO)
        decide(store, "shed", "fact.cost", DecisionVerdict.REJECT)
        decide(store, "shed", RECORD, DecisionVerdict.APPROVE)
        decide(store, "shed", RECORD, DecisionVerdict.UNDO)
        decide(store, "shed", RECORD, DecisionVerdict.REJECT)
        decide(store, "shed", RECORD, DecisionVerdict.UNDO)
        decide(store, "shed", RECORD, DecisionVerdict.APPROVE)


def test_every_verdict_is_noted_with_what_was_before_and_after(desk: Desk) -> None:
    decide_all(desk)
    with desk.store() as store:
        entries = list(store.audit.entries(about="candidate shed"))
        assert store.audit.verify(head=store.audit.head()) is None
    assert [entry.what.removeprefix("decision: ") for entry in entries] == [
        f"edit {WHY}",
        f"not_stated {WHY}",
        f"undo {WHY}",
        "reject fact.cost",
        "approve record",
        "undo record",
        "reject record",
        "undo record",
        "approve record",
    ]
    before, after = json.loads(entries[0].before), json.loads(entries[0].after)["row"]
    assert (before["state"], json.loads(after["value"]), after["comment"]) == ("open", "To find company", "shorter")
    assert before["proposed"].startswith("We want people")
    assert json.loads(entries[1].before)["given"] == '"To find company"'
    approved = json.loads(entries[4].before)
    assert approved["state"] == "undecided"
    assert "fact.weekdays" in approved["open"]
    assert WHY not in approved["open"]
    assert {entry.who for entry in entries} == {"ada"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE decisions SET value = '\"another\"' WHERE id = 1", "decision 1 is not as it was made"),
        ("UPDATE decisions SET reviewer = 'eve' WHERE id = 2", "decision 2 is not as it was made"),
        ("DELETE FROM decisions WHERE id = 4", "decision 4 is missing"),
        ("UPDATE decisions SET verdict = 'not_stated' WHERE id = 8", "decision 5 approved other fields"),
        ("UPDATE decisions SET decided_at = '2020' WHERE id = 8", "decision 5 approved other fields"),
        ("DELETE FROM decisions WHERE id = 8", "decision 5 approved other fields"),
        (
            "INSERT INTO decisions SELECT 999, candidate_id, revision, field, verdict, value, evidence, 'eve', "
            "decided_at, comment, part_of, proposed_in, stood FROM decisions WHERE id = 4",
            "decision 999 is not in the audit log",
        ),
        (
            "INSERT INTO decisions SELECT 999, candidate_id, revision, 'tidier.why', verdict, value, evidence, "
            "reviewer, decided_at, comment, 5, proposed_in, stood FROM decisions WHERE id = 8",
            "decision 5 approved other fields",
        ),
    ],
)
def test_a_decision_that_was_changed_removed_or_put_in_is_named(desk: Desk, statement: str, found: str) -> None:
    decide_all(desk)
    with sqlite3.connect(desk.folder / "register.db") as db:
        for trigger in ("decisions_no_update", "decisions_no_delete"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute(statement)
    db.close()
    with desk.store() as store:
        assert found in str(store.audit.verify())


def test_a_refused_decision_is_not_noted(desk: Desk) -> None:
    ada = desk.visitor()
    form = {"csrf": "csrf-ada", "field": WHY, "verdict": "approve", "revision": "7", "decisions": "0"}
    assert ada.post("/candidate/shed/field", data=form).status_code in (409, 422)
    with desk.store() as store:
        assert list(store.audit.entries(about="candidate shed")) == []
