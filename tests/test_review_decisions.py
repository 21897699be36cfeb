"""What a reviewer's decisions do to the register."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.codes.vocabulary import FIELD_NAMES
from register.models import RECORD, DecisionVerdict
from tests.forms import filled_in, press
from tests.seeding import LATER, TEXT, TOLD_LATER, Desk, draft

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def history(desk: Desk):
    with desk.store() as store:
        return store.decisions.history("shed")


def last_decision(desk: Desk):
    with desk.store() as store:
        return store.decisions.history("shed")[-1]


@pytest.mark.parametrize(
    ("button", "state"), [("approve", "approve"), ("reject", "reject"), ("not_stated", "not_stated")]
)
def test_a_button_decides_its_field_and_no_other(desk: Desk, button: str, state: str) -> None:
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button=button, field="tidier.why")
    states = desk.states()
    assert states.pop("tidier.why") == state
    assert set(states.values()) == {"open"}
    assert page.status_code == 200
    decision = last_decision(desk)
    assert (decision.reviewer, decision.revision, decision.decided_at) == ("ada", 1, desk.clock.now)


def test_after_a_decision_the_next_open_field_is_at_hand(desk: Desk) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve", field="tidier.what_materials")
    answer = press(ada, ada.get("/candidate/shed"), button="approve", field="tidier.why", follow=False)
    assert answer.headers["location"].endswith("at=tidier.what_procedures#field-tidier.what_procedures")


def test_undo_opens_the_field_again_and_keeps_the_history(desk: Desk) -> None:
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="reject", field="tidier.why")
    page = press(ada, page, button="undo", field="tidier.why")
    assert desk.states()["tidier.why"] == "open"
    with desk.store() as store:
        assert [d.verdict.value for d in store.decisions.history("shed")] == ["reject", "undo"]
    assert "2 decisions" in page.text


def test_there_must_be_something_to_undo(desk: Desk) -> None:
    ada = desk.visitor()
    action, form = filled_in(ada.get("/candidate/shed"), button="approve", field="tidier.why")
    answer = ada.post(action, data={**form, "verdict": "undo"})
    assert answer.status_code == 422
    assert "no decision on this field to undo" in answer.text


def test_an_edit_keeps_the_quote_unless_told_otherwise(desk: Desk) -> None:
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="edit", field="fact.cost", value="donation")
    decision = last_decision(desk)
    assert (decision.verdict, decision.value) == (DecisionVerdict.EDIT, "donation")
    assert [one.quote for one in decision.evidence] == ["It costs nothing."]
    assert "The machine proposed: Free" in page.text


def test_an_edit_takes_a_quote_that_stands_on_the_page(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    press(ada, page, button="edit", field="tidier.what_materials", value="tools, gloves", quotes="tools and  gloves")
    (evidence,) = last_decision(desk).evidence
    assert (evidence.quote, evidence.rule) == ("Tools and gloves", "reviewer")
    assert TEXT[evidence.start : evidence.end] == evidence.quote


def test_a_quote_that_is_not_on_the_page_is_refused_and_nothing_typed_is_lost(desk: Desk) -> None:
    ada = desk.visitor()
    typed = {"value": "spades", "quotes": "Spades are lent.", "comment": "saw them there"}
    answer = press(ada, ada.get("/candidate/shed"), button="edit", field="tidier.what_materials", **typed)
    assert answer.status_code == 422
    assert "“Spades are lent.” does not stand on the page" in answer.text
    _, form = filled_in(answer, button="edit", field="tidier.what_materials")
    assert {name: form[name] for name in typed} == typed
    assert desk.states()["tidier.what_materials"] == "open"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("fact.cost", "cheap", "expected one of free"),
        ("fact.age_min", "-3", "whole number of years"),
        ("tidier.why", "   ", "expected text"),
        ("code.type", ["social_befriending", "nonsense"], "expected one of"),
    ],
)
def test_a_value_that_the_field_may_not_hold_is_refused(desk: Desk, field: str, value: object, told: str) -> None:
    ada = desk.visitor()
    answer = press(ada, ada.get("/candidate/shed"), button="edit", field=field, value=value)
    assert answer.status_code == 422
    assert told in answer.text
    assert desk.states()[field] == "open"


def test_codes_are_ticked_from_the_whole_codebook(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    for words in ("Befriending", "Regular company.", "Gardening", "Outdoors.", "says: company", "83%"):
        assert words in page.text
    quotes = "find company over the seedlings\nold nursery"
    press(ada, page, button="edit", field="code.type", value=["social_befriending", "nature"], quotes=quotes)
    decision = last_decision(desk)
    assert decision.value == ("social_befriending", "nature")
    assert [(e.quote, e.supports) for e in decision.evidence] == [
        ("find company over the seedlings", "social_befriending"),
        ("old nursery", ""),
    ]


def test_a_verdict_without_words_for_it_rests_on_the_name(desk: Desk) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="edit", field="eligibility.strict", value="exclude")
    decision = last_decision(desk)
    assert (decision.value, decision.evidence[0].quote) == ("exclude", "Potting Shed Pals")


def test_accepting_the_record_accepts_what_is_open_and_goes_on(desk: Desk) -> None:
    desk.queue(draft("second", name="Second Shed", score=0.5))
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="not_stated", field="tidier.why")
    page = press(ada, page, button="approve")
    assert desk.state() == "accepted"
    assert desk.states()["tidier.why"] == "not_stated"
    assert set(desk.states().values()) == {"approve", "not_stated"}
    assert "Second Shed" in page.text
    assert "accepted." in page.text
    assert page.url.path == "/candidate/second"


def test_an_accepted_record_can_be_taken_back_from_the_page_that_follows(desk: Desk) -> None:
    desk.queue(draft("second", name="Second Shed", score=0.5))
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="approve")
    page = press(ada, page, button="undo")
    assert desk.state() == "undecided"
    assert set(desk.states().values()) == {"open"}
    assert page.url.path == "/candidate/shed"


def test_rejecting_keeps_the_reason(desk: Desk) -> None:
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="reject", comment="closed last year")
    assert desk.state() == "rejected"
    assert last_decision(desk).comment == "closed last year"
    assert page.url.path == "/"
    assert "That was the last one" in page.text


def test_fields_of_an_accepted_record_may_be_mended_but_not_left_open(desk: Desk) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve")
    page = ada.get("/candidate/shed")
    press(ada, page, button="edit", field="fact.cost", value="donation")
    assert desk.states()["fact.cost"] == "edit"
    press(ada, ada.get("/candidate/shed"), button="undo", field="fact.cost")
    assert desk.states()["fact.cost"] == "approve"
    action, form = filled_in(ada.get("/candidate/shed"), button="edit", field="fact.cost")
    assert ada.post(action, data={**form, "verdict": "undo"}).status_code == 422
    assert "open" not in desk.states().values()


def test_a_decided_record_is_not_decided_again(desk: Desk) -> None:
    ada = desk.visitor()
    page = ada.get("/candidate/shed")
    press(ada, page, button="approve")
    action, form = filled_in(page, button="reject")
    answer = ada.post(action, data=form)
    assert answer.status_code == 422
    assert "accepted already" in answer.text
    assert desk.state() == "accepted"


@pytest.mark.parametrize("published", [True, False])
def test_a_reopened_record_asks_only_for_what_changed(desk: Desk, published: bool) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve")
    if published:
        desk.publish()
    later = "New banner. " + LATER
    desk.read_again(draft(text=later, told=TOLD_LATER), text=later, changed=CHANGED, reopen=True)
    ada = desk.visitor("bo")
    page = ada.get("/candidate/shed")
    kept = page.text.index(f"As approved ({len(FIELD_NAMES) - len(CHANGED)})")
    assert page.text.index("Changed since it was approved") < kept
    changed = page.text[page.text.index("Changed since it was approved") : kept]
    said = " ".join(BeautifulSoup(changed, "lxml").text.split())
    for words in (
        "every Thursday at 10.30am",
        "every Friday at 2pm",
        "It costs nothing.",
        "£2 a time.",
        "Free",
        "Paid",
    ):
        assert words in said
    assert "approved 2 Mar 2026 by ada" in changed
    for differs in ("<del>Thursday </del>", "<ins>Friday </ins>", "<del>It costs nothing.</del>"):
        assert differs in changed, "only the words that differ are marked"
    assert "<ins>£2 a time.</ins>" in changed
    assert "no longer on the page" not in page.text, "quotes of untouched fields are found where they moved to"
    press(ada, page, button="approve")
    assert desk.state() == "accepted"
    with desk.store() as store:
        fields = {field.name: field for field, _ in store.records.decided_fields("shed")}
    assert fields["fact.cost"].value == "paid"
    assert (fields["fact.cost"].verified_by, fields["tidier.why"].verified_by) == ("bo", "ada")


def test_what_is_not_a_field_or_a_verdict_is_refused(desk: Desk) -> None:
    ada = desk.visitor()
    action, form = filled_in(ada.get("/candidate/shed"), button="approve", field="tidier.why")
    assert ada.post(action, data={**form, "field": RECORD}).status_code == 422
    assert ada.post(action, data={**form, "field": "tidier.nonsense"}).status_code == 422
    assert ada.post(action, data={**form, "verdict": "perhaps"}).status_code == 422
    assert ada.post("/candidate/none/field", data=form).status_code == 404
    assert set(desk.states().values()) == {"open"}
