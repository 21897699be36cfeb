"""What a decision and its undo leave: the table of register/reviewing/standing.py, and any sequence of both."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from register.errors import TidiermapError
from register.grounding import ground
from register.models import RECORD, DecisionVerdict
from register.reviewing.standing import taken_back
from register.store import Store
from review.decisions.decide import Answer, Seen, decide
from tests.seeding import LATER, TOLD_LATER, Desk, draft

COST, WHY = "fact.cost", "tidier.why"
CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def act(desk: Desk, field: str, verdict: str, *, value: str = "donation", by: str = "ada") -> None:
    """One decision by the workbench, of somebody who sees all that is there."""
    desk.clock.move(minutes=1)
    with desk.store() as store:
        known, log = store.queue.get("shed"), store.decisions.log("shed")
        seen = Seen(candidate="shed", revision=known.revision, decisions=len(log))
        evidence = ()
        if verdict == "edit":
            at = known.page_text.index("Mill Lane")
            evidence = (ground(known.page_text, at, at + 9, rule="reviewer"),)
        told = value if verdict == "edit" else None
        answer = Answer(field=field, verdict=DecisionVerdict(verdict), value=told, evidence=evidence)
        decide(store, seen, answer, reviewer=by, minutes=30)


def stand(desk: Desk, field: str = COST) -> tuple[str, str]:
    return desk.states()[field], desk.state()


def reopen(desk: Desk) -> None:
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED, reopen=True)


Deed = tuple[str, str] | Callable[[Desk], None]


@pytest.mark.parametrize(
    ("deeds", "left"),
    [
        ([(COST, "reject")], ("reject", "undecided")),
        ([(COST, "reject"), (COST, "undo")], ("open", "undecided")),
        ([(COST, "reject"), (COST, "edit"), (COST, "undo")], ("reject", "undecided")),
        ([(COST, "reject"), (COST, "edit"), (COST, "undo"), (COST, "undo")], ("open", "undecided")),
        (
            [(COST, "edit"), (COST, "not_stated"), (COST, "undo"), (COST, "reject"), (COST, "undo")],
            ("edit", "undecided"),
        ),
        ([(RECORD, "approve")], ("approve", "accepted")),
        ([(RECORD, "reject")], ("open", "rejected")),
        ([(RECORD, "approve"), (RECORD, "undo")], ("open", "undecided")),
        ([(COST, "edit"), (RECORD, "approve"), (RECORD, "undo")], ("edit", "undecided")),
        ([(COST, "edit"), (RECORD, "reject"), (RECORD, "undo")], ("edit", "undecided")),
        ([(RECORD, "approve"), (COST, "edit")], ("edit", "accepted")),
        ([(RECORD, "approve"), (COST, "edit"), (COST, "undo")], ("approve", "accepted")),
        ([(RECORD, "approve"), (COST, "edit"), (RECORD, "undo")], ("edit", "undecided")),
        ([(RECORD, "approve"), (COST, "edit"), (RECORD, "undo"), (COST, "undo")], ("open", "undecided")),
        ([(RECORD, "approve"), reopen], ("open", "reopened")),
        ([(RECORD, "approve"), reopen, (RECORD, "approve"), (RECORD, "undo")], ("open", "reopened")),
        ([(RECORD, "approve"), reopen, (RECORD, "reject"), (RECORD, "undo")], ("open", "reopened")),
        ([(RECORD, "approve"), Desk.publish, reopen, (RECORD, "approve"), (RECORD, "undo")], ("open", "reopened")),
        ([(COST, "edit"), (RECORD, "approve"), reopen, (COST, "reject"), (COST, "undo")], ("open", "reopened")),
    ],
)
def test_a_field_and_its_record_stand_as_the_table_says(desk: Desk, deeds: list[Deed], left: tuple[str, str]) -> None:
    for deed in deeds:
        if callable(deed):
            deed(desk)
        else:
            act(desk, *deed)
    assert stand(desk) == left


@pytest.mark.parametrize(
    ("deeds", "refused", "told"),
    [
        ([], (COST, "undo"), "no decision on this field to undo"),
        ([], (RECORD, "undo"), "expected a decision to undo"),
        ([(COST, "edit"), (COST, "undo")], (COST, "undo"), "no decision on this field to undo"),
        ([(RECORD, "approve")], (COST, "undo"), "none of its fields may be left open"),
        ([(COST, "edit"), (RECORD, "approve")], (COST, "undo"), "none of its fields may be left open"),
        ([(RECORD, "approve")], (RECORD, "reject"), "accepted already"),
        ([(RECORD, "reject")], (RECORD, "approve"), "rejected already"),
        ([(RECORD, "reject")], (COST, "approve"), "this record is rejected"),
        ([(RECORD, "approve"), reopen], (RECORD, "undo"), "expected a decision to undo"),
        ([(COST, "edit"), (RECORD, "approve"), reopen], (COST, "undo"), "no decision on this field to undo"),
    ],
)
def test_what_the_table_refuses_leaves_all_as_it_was(
    desk: Desk, deeds: list[Deed], refused: tuple[str, str], told: str
) -> None:
    for deed in deeds:
        if callable(deed):
            deed(desk)
        else:
            act(desk, *deed)
    before = desk.states(), desk.state()
    with pytest.raises(TidiermapError, match=told):
        act(desk, *refused)
    assert (desk.states(), desk.state()) == before


def test_an_undo_of_an_older_register_opened_its_field(desk: Desk) -> None:
    act(desk, COST, "reject")
    act(desk, COST, "edit")
    with desk.store() as store, store.transaction():
        store.db.execute(
            "INSERT INTO decisions (candidate_id, revision, field, verdict, value, evidence, reviewer, decided_at) "
            "VALUES ('shed', 1, ?, 'undo', 'null', '[]', 'ada', '2026-01-01T00:00:00.000000Z')",
            [COST],
        )
        store.db.execute("UPDATE fields SET state = 'open', decision_id = NULL WHERE name = ?", [COST])
        assert len(taken_back(store.decisions.log("shed"))) == 2
    act(desk, COST, "not_stated")
    act(desk, COST, "undo")
    assert stand(desk) == ("open", "undecided")


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from((COST, WHY)), st.sampled_from(("approve", "edit", "reject", "not_stated", "undo"))),
        st.tuples(st.just(RECORD), st.sampled_from(("approve", "reject", "undo"))),
        st.just(("page", "changes")),
    ),
    max_size=12,
)
Made = tuple[str, str, int]  # field, verdict, and the number of the deed that it is (or is part of)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deeds=DEEDS)
def test_any_sequence_leaves_what_a_plain_replay_of_what_was_not_taken_back_gives(deeds: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.queue(draft())
        made: list[Made] = []
        for number, (field, verdict) in enumerate(deeds):
            if field == "page":
                if desk.state() in ("accepted", "reopened"):
                    made.append((field, verdict, number))
                    text = f"Notice {number}. {LATER}"
                    desk.read_again(draft(text=text, told=TOLD_LATER), text=text, changed=CHANGED, reopen=True)
                continue
            before = desk.states()
            try:
                act(desk, field, verdict)
            except TidiermapError:
                continue
            made = noted(made, field, verdict, number, before)
        with desk.store() as store:
            assert ({name: desk.states()[name] for name in (COST, WHY)}, desk.state()) == plainly(made)
            check_log(store)


def noted(made: list[Made], field: str, verdict: str, number: int, before: dict[str, str]) -> list[Made]:
    """What was made and not taken back since: no undo stands in it, and nothing that one took back."""
    if verdict != "undo":
        opened = [name for name in (COST, WHY) if before[name] == "open" and (field, verdict) == (RECORD, "approve")]
        return [*made, (field, verdict, number), *((name, "approve", number) for name in opened)]
    last = next(deed for deed in reversed(made) if deed[0] == field)
    return [deed for deed in made if deed != last and not (field == RECORD and deed[2] == last[2])]


def plainly(made: list[Made]) -> tuple[dict[str, str], str]:
    """The plainest replay: each deed overwrites what was there."""
    fields, state = dict.fromkeys((COST, WHY), "open"), "undecided"
    for field, verdict, _ in made:
        if field == "page":
            fields[COST], state = "open", "reopened"
        elif field == RECORD:
            state = {"approve": "accepted", "reject": "rejected"}[verdict]
        else:
            fields[field] = verdict
    return fields, state


def check_log(store: Store) -> None:
    """Every field names the decision that it stands on."""
    log = {entry.id: entry for entry in store.decisions.log("shed")}
    back = taken_back(tuple(log.values()))
    for field in store.queue.fields("shed"):
        if field.decision_id is None:
            assert field.state == "open"
        else:
            kept = log[field.decision_id].decision
            assert field.decision_id not in back
            assert (kept.field, kept.verdict.value) == (field.name, field.state)
