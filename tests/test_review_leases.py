"""Several reviewers at once: who holds what, what they are served, and what they are told."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response

from tests.forms import filled_in, press
from tests.seeding import LATER, LOCALITY, TOLD_LATER, Desk, draft

NAMES = {"shed": "Potting Shed Pals", "barn": "Barn Club", "loft": "Loft Choir"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for score, (key, name) in zip((0.9, 0.8, 0.7), NAMES.items(), strict=True):
        desk.queue(draft(key, name=name, score=score))
    return desk


def served(answer: Response) -> str:
    """Which candidate an answer of *next* leads to; "" for the queue."""
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    return path.removeprefix("/candidate/") if path != "/" else ""


def words(page: Response) -> str:
    return BeautifulSoup(page.text, "lxml").get_text(" ", strip=True)


def holders(desk: Desk) -> dict[str, str]:
    with desk.store() as store:
        return {lease.candidate: lease.holder for lease in store.leases.held()}


def test_two_reviewers_are_never_given_the_same(desk: Desk) -> None:
    ada, bo, cy = desk.visitor("ada"), desk.visitor("bo"), desk.visitor("cy")
    assert [served(one.get("/next")) for one in (ada, bo, cy)] == ["shed", "barn", "loft"]
    assert served(ada.get("/next")) == "shed", "who holds one already is given it again"
    assert holders(desk) == {"shed": "ada", "barn": "bo", "loft": "cy"}


def test_accepting_gives_the_next_that_is_free(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = ada.get("/candidate/shed")
    bo.get("/next")
    assert served(press(ada, page, button="approve", follow=False)) == "loft"
    assert holders(desk) == {"barn": "bo", "loft": "ada"}


def test_skipping_gives_it_back(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    ada.get("/next")
    assert served(ada.get("/candidate/shed/next")) == "barn"
    assert served(bo.get("/next")) == "shed"
    assert served(ada.get("/candidate/barn/next")) == "loft"


@pytest.mark.parametrize("how", ["sign out", "half an hour"])
def test_leases_return_by_themselves(desk: Desk, how: str) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    ada.get("/candidate/shed")
    assert served(bo.get("/next")) == "barn"
    if how == "sign out":
        ada.post("/sign-out", data={"csrf": "csrf-ada"})
    else:
        desk.clock.move(minutes=31)
    assert served(bo.get("/next")) == "shed"


def test_each_decision_prolongs_the_lease(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = ada.get("/candidate/shed")
    desk.clock.move(minutes=20)
    press(ada, page, button="approve", field="tidier.why", follow=False)
    desk.clock.move(minutes=20)
    assert "Held by ada until 09:50 UTC" in words(bo.get("/candidate/shed"))
    desk.clock.move(minutes=11)
    assert "Held by" not in bo.get("/candidate/shed").text


def test_when_all_that_is_left_is_held_it_says_by_whom_and_until_when(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    for key in NAMES:
        ada.get(f"/candidate/{key}")
    answer = bo.get("/next")
    assert served(answer) == ""
    page = words(bo.get(answer.headers["location"]))
    assert "All that is left of this list is with colleagues" in page
    for name in NAMES.values():
        assert f"{name} : ada until 09:30 UTC" in page
    assert "That was the last one" not in page
    assert "With colleagues now" not in ada.get("/").text, "one's own are not with colleagues"


def test_what_another_holds_is_for_reading(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    own = ada.get("/candidate/shed")
    page = bo.get("/candidate/shed")
    assert "Held by ada until 09:30 UTC" in words(page)
    assert "/candidate/shed/field" not in page.text
    assert "Held by" not in own.text
    assert holders(desk) == {"shed": "ada"}


def test_viewers_hold_nothing_and_see_who_does(desk: Desk) -> None:
    ada, vera = desk.visitor("ada"), desk.visitor("vera", role="viewer")
    vera.get("/candidate/barn")
    assert served(vera.get("/next")) == "shed"
    assert holders(desk) == {}
    ada.get("/candidate/shed")
    page = vera.get("/candidate/shed").text
    assert "Held by ada" in page
    assert "Take over" not in page
    assert served(vera.get("/next")) == "shed", "for reading"


def test_a_decision_on_what_another_holds_is_refused_with_the_difference(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = ada.get("/candidate/shed")
    desk.clock.move(minutes=31)
    taken = bo.get("/candidate/shed")
    press(bo, taken, button="reject", field="fact.cost")
    typed = {"value": "donation", "comment": "asked them"}
    for button, field, more in (("approve", "tidier.why", {}), ("edit", "fact.age_min", typed), ("approve", "", {})):
        answer = press(ada, page, button=button, field=field, **more)
        assert answer.status_code == 409
        assert "bo has it until" in answer.text
        assert "bo: Cost" in words(answer)
    assert desk.states()["fact.cost"] == "reject"
    assert {state for name, state in desk.states().items() if name != "fact.cost"} == {"open"}
    assert desk.state() == "undecided"


def test_taking_over_is_told_and_what_was_typed_comes_along(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    mine = ada.get("/candidate/shed")
    action, form = take_over_form(bo.get("/candidate/shed"))
    assert served(bo.post(action, data=form)) == "shed"
    refused = press(ada, mine, button="edit", field="fact.cost", value="donation", comment="asked them")
    assert refused.status_code == 409
    assert "bo took this over from you at 09:00 UTC" in refused.text
    action, form = take_over_form(refused)
    again = ada.post(action, data=form)
    assert "You took it over from bo" in again.text
    _, kept = filled_in(again, button="edit", field="fact.cost")
    assert (kept["value"], kept["comment"]) == ("donation", "asked them")
    assert press(ada, again, button="edit", field="fact.cost", value="donation").status_code == 200
    assert desk.states()["fact.cost"] == "edit"
    with desk.store() as store:
        noted = [(e.who, e.before, e.after) for e in store.audit.entries() if e.what == "took over"]
    assert noted == [("bo", "ada", "bo"), ("ada", "bo", "ada")]


def take_over_form(page: Response) -> tuple[str, dict[str, str]]:
    form = BeautifulSoup(page.text, "lxml").select_one("form[action$='/take-over']")
    assert form is not None
    return str(form["action"]), {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}


def test_a_decided_record_is_nobodys_and_one_taken_back_is_whose_it_was(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = press(ada, ada.get("/candidate/shed"), button="approve")
    assert "shed" not in holders(desk)
    form = {"csrf": "csrf-bo"}
    assert bo.post("/candidate/shed/take-over", data=form).status_code == 422
    press(ada, page, button="undo")
    assert holders(desk)["shed"] == "ada"


def test_a_page_that_was_read_again_meanwhile_shows_the_difference_to_who_lost_it_too(desk: Desk) -> None:
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    page = ada.get("/candidate/shed")
    changed = ("tidier.when_how_much", "fact.weekdays", "fact.cost")
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=changed)
    ada, bo = desk.visitor("ada"), desk.visitor("bo")
    bo.get("/candidate/shed")
    answer = press(ada, page, button="approve")
    assert answer.status_code == 409
    assert "<ins>Paid</ins>" in answer.text


def test_reviewers_are_served_the_localities_that_are_theirs(desk: Desk) -> None:
    bo = desk.visitor("bo")
    with desk.store() as store:
        store.assignments.assign("bo", ["wexham"], by="ada")
    answer = bo.get("/next")
    assert served(answer) == ""
    assert "for your localities (wexham)" in bo.get(answer.headers["location"]).text
    assert served(bo.get(f"/next?locality={LOCALITY}")) == "shed", "what they choose themselves is served"
    with desk.store() as store:
        store.assignments.assign("bo", ["wexham", LOCALITY], by="ada")
    assert served(bo.get("/next")) == "shed"
