"""Decisions on what is no longer as it was shown: read again, decided by a colleague, or in another window."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.forms import filled_in, press
from tests.seeding import LATER, TOLD_LATER, Desk, draft

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def history(desk: Desk):
    with desk.store() as store:
        return store.decisions.history("shed")


def test_a_decision_on_a_page_that_was_read_again_is_refused_and_the_difference_shown(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED)
    ada = desk.visitor()  # a week later
    typed = {"value": "donation", "quotes": "It costs nothing."}
    answer = press(ada, page, button="edit", field="fact.cost", **typed)
    assert answer.status_code == 409
    assert "read again" in answer.text
    for words in ("every Thursday at 10.30am", "every Friday at 2pm", "<del>Free</del>", "<ins>Paid</ins>"):
        assert words in answer.text
    _, form = filled_in(answer, button="edit", field="fact.cost")
    assert (form["value"], form["quotes"], form["revision"]) == ("donation", "It costs nothing.", "2")
    for button in ("approve", "reject"):
        assert press(ada, page, button=button, field="fact.cost").status_code == 409
        assert press(ada, page, button=button).status_code == 409
    assert set(desk.states().values()) == {"open"}
    assert desk.state() == "undecided"


def test_two_reviewers_do_not_overrule_each_other_unseen(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = ada.get("/candidate/shed")
    desk.clock.move(minutes=31)  # ada holds it no longer
    press(bo, bo.get("/candidate/shed"), button="edit", field="fact.cost", value="donation", comment="asked them")
    desk.clock.move(minutes=31)
    ada = desk.visitor("ada")
    answer = press(ada, page, button="approve")
    assert answer.status_code == 409
    assert "bo decided on this record" in answer.text
    told = BeautifulSoup(answer.text, "lxml").select_one("#trouble li")
    assert "bo: Cost edited" in " ".join(told.text.split())
    assert [told.select_one("del").text, told.select_one("ins").text] == ["open", "Donation"]
    assert "asked them" in told.text
    assert desk.state() == "undecided"
    assert press(ada, answer, button="approve").status_code == 200
    assert desk.state() == "accepted"
    assert desk.states()["fact.cost"] == "edit"


def test_a_double_click_decides_once(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    for button, field in (("reject", "fact.cost"), ("approve", "")):
        first = press(ada, page, button=button, field=field)
        count = len(history(desk))
        again = press(ada, page, button=button, field=field)
        assert (first.status_code, again.status_code) == (200, 200)
        assert len(history(desk)) == count
        page = ada.get("/candidate/shed")
    press(ada, page, button="undo")
    press(ada, page, button="undo")
    assert (desk.state(), desk.states()["fact.cost"]) == ("undecided", "reject")


def test_what_one_decided_in_another_window_is_not_overruled_unseen(desk: Desk) -> None:
    ada = desk.visitor()
    old = ada.get("/candidate/shed")
    press(ada, old, button="edit", field="fact.cost", value="donation")
    answer = press(ada, old, button="approve", field="fact.cost")
    assert answer.status_code == 409
    assert "you decided on this in another window" in answer.text
    assert desk.states()["fact.cost"] == "edit"
    assert press(ada, answer, button="reject", field="fact.cost").status_code == 200
    stale = ada.get("/candidate/shed")
    press(ada, stale, button="not_stated", field="tidier.why")
    assert press(ada, stale, button="approve").status_code == 200, "the whole record, with what was decided, is no loss"


def test_own_decisions_in_another_tab_are_no_conflict(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    press(ada, page, button="approve", field="tidier.why")
    assert press(ada, page, button="approve", field="fact.cost").status_code == 200


def test_a_register_that_others_keep_busy_is_said_and_nothing_is_saved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("register.store.WAITS", 0.05)
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    with desk.store() as other, other.transaction():
        answer = press(ada, page, button="approve", field="fact.cost")
        assert answer.status_code == 503
        assert "Nothing was saved; try again." in answer.text
    assert history(desk) == ()
    assert press(ada, page, button="approve", field="fact.cost", follow=False).status_code == 303
