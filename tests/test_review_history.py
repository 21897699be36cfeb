"""A candidate's history: before and after of each decision, undo and restore; and a reviewer's own decisions."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from httpx import Response

from tests.forms import press
from tests.seeding import LATER, TOLD_LATER, Desk, draft

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def rows(page: Response) -> list[Tag]:
    """The rows of decisions, without those of the machine's readings."""
    return BeautifulSoup(page.text, "lxml").select("table.list tbody tr:not(.machine)")


def cells(row: Tag) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row.select("td")]


def go_back(client, page: Response, *, row: int, button: str) -> Response:
    """Presses the button that leads back from an entry of a list, as a browser does."""
    form = rows(page)[row].select_one("form")
    assert form is not None, cells(rows(page)[row])
    assert form.select_one("button")["value"] == button
    values = {one["name"]: one["value"] for one in form.select("input")}
    answer = client.post(form["action"], data={**values, "verdict": button})
    return client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def decide(desk: Desk, client, *steps: tuple[str, str], **typed: str) -> None:
    for field, button in steps:
        desk.clock.move(minutes=1)
        press(client, client.get("/candidate/shed"), button=button, field=field, **(typed if button == "edit" else {}))


def test_each_decision_is_told_with_what_stood_before_and_after(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "reject"), ("fact.cost", "edit"), ("fact.cost", "undo"), value="donation")
    decide(desk, ada, ("", "approve"))
    page = ada.get("/candidate/shed/history")
    told = [cells(row) for row in rows(page)]
    assert [cell[3:5] for cell in told] == [
        ["undecided", "accepted"],
        ["Donation", "rejected"],
        ["rejected", "Donation"],
        ["open", "rejected"],
    ]
    assert "with 54 fields" in told[0][2] or "with" in told[0][2]
    assert ["taken back" in cell[2] for cell in told] == [False, False, True, False]
    assert {cell[1] for cell in told} == {"ada"}
    buttons = [row.select_one("button") for row in rows(page)]
    assert [button and button["value"] for button in buttons] == ["undo", None, "restore", None]


def test_last_weeks_acceptance_can_be_undone(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "reject"), ("", "approve"))
    desk.clock.move(days=7)
    ada = desk.visitor()
    go_back(ada, ada.get("/candidate/shed/history"), row=0, button="undo")
    assert (desk.state(), desk.states()["fact.cost"], desk.states()["tidier.why"]) == ("undecided", "reject", "open")


def test_an_earlier_decision_can_be_made_again(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "edit"), ("fact.cost", "reject"), value="donation", comment="they said so")
    page = go_back(ada, ada.get("/candidate/shed/history"), row=1, button="restore")
    assert "Decided again as it was then" in page.text
    with desk.store() as store:
        (field,) = (one for one, _ in store.records.decided_fields("shed") if one.name == "fact.cost")
        last = store.decisions.history("shed")[-1]
    assert (field.value, field.evidence[0].quote) == ("donation", "It costs nothing.")
    assert (last.comment, last.reviewer) == ("as ada decided on 2026-03-02", "ada")
    press(ada, page, button="undo", field="fact.cost")
    assert desk.states()["fact.cost"] == "reject", "an undo takes the restoring back as any decision"


def test_a_record_is_put_back_to_how_it_stood_when_it_was_accepted(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "edit"), ("tidier.why", "reject"), ("", "approve"), value="donation")
    then = desk.states()
    decide(desk, ada, ("", "undo"), ("tidier.why", "undo"), ("fact.cost", "not_stated"), ("fact.age_min", "reject"))
    page = ada.get("/candidate/shed/history")
    accepted = next(n for n, row in enumerate(rows(page)) if "Whole record accepted" in cells(row)[2])
    go_back(ada, page, row=accepted, button="restore")
    assert desk.state() == "accepted"
    states = desk.states()
    assert (states["fact.cost"], states["tidier.why"], states["fact.age_min"]) == ("edit", "reject", "approve")
    assert states == then


def test_what_a_page_no_longer_says_is_not_restored(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "edit"), ("", "approve"), value="donation")
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED, reopen=True)
    ada = desk.visitor()
    page = ada.get("/candidate/shed/history")
    answer = go_back(ada, page, row=1, button="restore")
    assert answer.status_code == 422
    assert "no longer on the page" in answer.text
    assert desk.states()["fact.cost"] == "open"


def test_an_approval_of_an_older_proposal_is_restored_as_its_value(desk: Desk) -> None:
    ada = desk.visitor()
    decide(desk, ada, ("fact.cost", "approve"))
    told = {**TOLD_LATER, "fact.cost": ("paid", [("It costs nothing.", "")])}
    text = LATER.replace("£2 a time.", "It costs nothing. £2.")
    desk.read_again(draft(text=text, told=told), text=text, changed=CHANGED)
    ada = desk.visitor()
    go_back(ada, ada.get("/candidate/shed/history"), row=0, button="restore")
    with desk.store() as store:
        (field,) = (one for one, _ in store.records.decided_fields("shed") if one.name == "fact.cost")
    assert (desk.states()["fact.cost"], field.value) == ("edit", "free")


def test_a_restore_from_an_old_page_is_refused_where_a_colleague_decided_since(desk: Desk) -> None:
    ada, bo = desk.visitor(), desk.visitor("bo")
    decide(desk, ada, ("fact.cost", "edit"), ("fact.cost", "reject"), value="donation")
    page = ada.get("/candidate/shed/history")
    desk.clock.move(minutes=31)
    press(bo, bo.get("/candidate/shed"), button="not_stated", field="fact.cost")
    desk.clock.move(minutes=31)
    answer = go_back(desk.visitor(), page, row=1, button="restore")
    assert answer.status_code == 409
    assert desk.states()["fact.cost"] == "not_stated"


def test_own_decisions_are_listed_latest_first_and_taken_back_there(desk: Desk) -> None:
    desk.queue(draft("second", name="Second Shed", score=0.5))
    ada, bo = desk.visitor(), desk.visitor("bo")
    decide(desk, ada, ("fact.cost", "reject"), ("", "approve"))
    desk.clock.move(minutes=31)  # ada was given the second, and holds it no longer
    press(bo, bo.get("/candidate/second"), button="reject", field="tidier.why")
    ada = desk.visitor()
    page = ada.get("/own")
    assert [cells(row)[1:3] for row in rows(page)] == [
        ["Potting Shed Pals history", cells(rows(page)[0])[2]],
        ["Potting Shed Pals history", "Cost rejected"],
    ]
    assert "Second Shed" not in page.text
    go_back(ada, page, row=0, button="undo")
    assert desk.state() == "undecided"
    assert "taken back" in cells(rows(ada.get("/own"))[1])[2]


def test_a_viewer_reads_the_history_and_changes_nothing(desk: Desk) -> None:
    decide(desk, desk.visitor(), ("fact.cost", "reject"))
    eve = desk.visitor("eve", role="viewer")
    page = eve.get("/candidate/shed/history")
    assert cells(rows(page)[0])[3:5] == ["open", "rejected"]
    assert not rows(page)[0].select("form")
    assert "You have not decided anything yet" in eve.get("/own").text


def test_the_machines_readings_stand_between_the_decisions(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed/history")
    assert "No decision yet" in page.text
    decide(desk, ada, ("fact.cost", "reject"), ("", "approve"))
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED, reopen=True)
    table = BeautifulSoup(desk.visitor().get("/candidate/shed/history").text, "lxml").select("table.list tbody tr")
    told = [" ".join(row.select("td")[2].text.split()) for row in table]
    assert told[0] == "Revision 2: page changed: fact.cost, fact.weekdays, tidier.when_how_much (3 fields open since)"
    assert told[1].startswith("Whole record accepted")
    assert told[3].startswith("Revision 1: read for the first time")
