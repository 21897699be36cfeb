"""Many records at once: listed exactly, done in one transaction, and undone as one."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from register.models import RECORD, DecisionVerdict
from register.store.decisions.notes import NoteKind
from review.record.contradictions import contradictions
from tests.decisions import decide
from tests.seeding import LATER, TOLD, TOLD_LATER, Desk, draft
from tests.test_merging import queue_two

LOCAL = {"eligibility.scope": ("local", [("Mill Lane", "")])}
CLEAN = TOLD | LOCAL


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def queue(desk: Desk, *keys: str, told=CLEAN, **of: object) -> None:
    for key in keys:
        desk.queue(draft(key, told=told, name=key.capitalize(), **of))


def listed(page: Response, caption: str) -> dict[str, str]:
    """The records of the table with that caption, and the text of their last cells."""
    for table in BeautifulSoup(page.text, "lxml").select("table.list"):
        if table.caption and table.caption.text.startswith(caption):
            rows = [row for row in table.select("tr") if row.select_one("td.name > a")]
            return {row.select_one("td.name > a").text: row.select("td")[-1].text for row in rows}
    return {}


def confirm(client: TestClient, page: Response, **typed: str) -> Response:
    """Presses the button of the plan, or of the batch, as a browser does."""
    form = BeautifulSoup(page.text, "lxml").select_one("form.batch")
    values = {str(one["name"]): str(one.get("value", "")) for one in form.select("input")}
    answer = client.post(str(form["action"]), data={**values, **typed})
    return client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def test_the_list_offers_what_may_be_done_to_ticked_rows_or_to_all(desk: Desk) -> None:
    queue(desk, "ann", "ben")
    ada = desk.visitor()
    soup = BeautifulSoup(ada.get("/").text, "lxml")
    assert {box["value"] for box in soup.select("input[type=checkbox][form=batch]")} == {"ann", "ben"}
    assert set(listed(ada.get("/batch?action=accept&of=chosen&id=ann"), "To these")) == {"Ann"}
    assert set(listed(ada.get("/batch?action=accept&of=all"), "To these")) == {"Ann", "Ben"}
    assert set(listed(ada.get("/batch?action=accept&of=all&q=ben"), "To these")) == {"Ben"}
    assert "none that this can be done to" in ada.get("/batch?action=accept&of=chosen").text
    assert desk.visitor("eve", role="viewer").get("/batch?action=accept&of=all").status_code == 403


def test_a_batch_is_ordinary_decisions_and_is_undone_as_one(desk: Desk) -> None:
    queue(desk, "ann", "ben", "cat")
    ada = desk.visitor()
    before = {key: desk.states(key) for key in ("ann", "ben", "cat")}
    page = confirm(ada, ada.get("/batch?action=accept&of=all&q=growers"))
    assert "3 records accepted" in page.text
    assert {desk.state(key) for key in ("ann", "ben", "cat")} == {"accepted"}
    with desk.store() as store:
        first = store.decisions.history("ann")[0]
        assert (first.field, first.reviewer) == (RECORD, "ada")
        assert [one.what for one in store.audit.entries(about="batch 1")] == ["batch accept"]
    page = confirm(ada, page)
    assert "Undone by ada" in page.text
    assert {key: desk.states(key) for key in before} == before
    assert {desk.state(key) for key in before} == {"undecided"}
    assert "undone" in ada.get("/batches").text
    assert ada.post("/batches/1/undo", data={"csrf": "csrf-ada"}).status_code == 409


def test_the_plan_shows_what_would_be_accepted_with_the_words_it_rests_on(desk: Desk) -> None:
    queue(desk, "ann")
    ada = desk.visitor()
    soup = BeautifulSoup(ada.get("/batch?action=accept&of=all").text, "lxml")
    shown = {dt.text: dt.find_next("dd").text for dt in soup.select(".accepting dt")}
    assert (shown["Cost"][:4], len(shown)) == ("Free", len(reported(desk, "ann")))
    assert "It costs nothing." in shown["Cost"]
    page = BeautifulSoup(ada.get("/batch?action=later&of=all").text, "lxml")
    assert page.select(".accepting") == [], "keeping for later accepts nothing"


def reported(desk: Desk, key: str) -> list[str]:
    with desk.store() as store:
        return [one.name for one in store.queue.fields(key) if one.proposal.value is not None]


def test_only_records_without_contradictions_are_accepted_and_the_others_say_why(desk: Desk) -> None:
    queue(desk, "fine")
    queue(desk, "old", told=CLEAN | {"fact.age_max": (12, [("Thursday", "")])})
    queue(desk, "out", told=CLEAN | {"eligibility.wide": ("exclude", [("Mill Lane", "")])})
    queue(desk, "untyped", told={k: v for k, v in CLEAN.items() if k != "code.type"})
    queue(desk, "far", told=CLEAN | {"eligibility.scope": ("elsewhere", [("Mill Lane", "")])})
    desk.queue(draft("gone", told=CLEAN, name="Gone"), status=404)
    queue(desk, "held", "done", "doubt")
    ben = desk.visitor("ben")
    ben.get("/candidate/held")
    with desk.store() as store, store.transaction():
        decide(store, "done")
        store.notes.add("doubt", revision=1, field=RECORD, kind=NoteKind.UNSURE, author="ben")
    page = desk.visitor().get("/batch?action=accept&of=all&state=all")
    assert set(listed(page, "To these")) == {"Fine"}
    why = listed(page, "Left as they are")
    assert why["Old"] == "the youngest age 18 is above the oldest 12"
    assert why["Out"] == "the wide net does not clearly include it"
    assert why["Untyped"] == "its type is not known"
    assert why["Far"] == "it is not for this locality"
    assert why["Gone"] == "its page answers 404"
    assert why["Held"] == "ben has it open"
    assert why["Done"] == "it is accepted already"
    assert why["Doubt"] == "somebody is unsure of it, or asks"
    assert "without contradictions" in page.text


def test_what_is_likely_a_double_is_not_accepted_in_a_batch(desk: Desk) -> None:
    queue_two(desk)
    why = listed(desk.visitor().get("/batch?action=accept&of=all"), "Left as they are")
    assert "it is likely the same as Potting Shed Pals" in why["Potting Shed Pals"]


def test_what_changed_since_the_list_was_made_is_left_and_named(desk: Desk) -> None:
    queue(desk, "ann", "ben", "cat")
    ada = desk.visitor()
    page = ada.get("/batch?action=accept&of=all")
    with desk.store() as store:
        decide(store, "ben", "fact.cost", DecisionVerdict.NOT_STATED)
    later = draft("cat", text=LATER, told=TOLD_LATER | LOCAL, name="Cat")
    desk.read_again(later, text=LATER, changed=["fact.cost"])
    page = confirm(desk.visitor(), page)
    assert "1 record accepted" in page.text
    assert set(listed(page, "Left as they were")) == {"Ben", "Cat"}
    assert desk.state("ben") == "undecided"


def test_undoing_leaves_and_names_what_was_decided_on_since(desk: Desk) -> None:
    queue(desk, "ann", "ben", "cat")
    ada = desk.visitor()
    page = confirm(ada, ada.get("/batch?action=accept&of=all"))
    with desk.store() as store:
        decide(store, "ben", "fact.cost", DecisionVerdict.NOT_STATED)
        decide(store, "cat", verdict=DecisionVerdict.UNDO)
    page = confirm(ada, page)
    kept = listed(page, "Not undone")
    assert kept == {"Ben": "ada decided on it since", "Cat": "it was taken back already"}
    assert [desk.state(key) for key in ("ann", "ben", "cat")] == ["undecided", "accepted", "undecided"]


def test_rejecting_needs_a_reason_which_is_kept_with_each(desk: Desk) -> None:
    queue(desk, "ann", "ben")
    ada = desk.visitor()
    page = ada.get("/batch?action=reject&of=all")
    refused = confirm(ada, page)
    assert refused.status_code == 422
    assert desk.state("ann") == "undecided"
    confirm(ada, refused, said="a shop, not a service")
    with desk.store() as store:
        assert {store.decisions.history(key)[-1].comment for key in ("ann", "ben")} == {"a shop, not a service"}
    assert desk.state("ann") == "rejected"


def test_for_later_for_a_colleague_and_for_a_second_reviewer(desk: Desk) -> None:
    queue(desk, "ann", "ben")
    ada = desk.visitor()
    desk.visitor("ben")
    confirm(ada, ada.get("/batch?action=later&of=chosen&id=ann"))
    page = confirm(ada, ada.get("/batch?action=ask&of=chosen&id=ben"), said="Is this yours?", to="ben")
    with desk.store() as store:
        assert store.notes.candidates("later", "ada") == ("ann",)
        assert store.notes.candidates("asked", "ben") == ("ben",)
        confirm(ada, page)
        assert store.notes.candidates("asked", "ben") == ()
        decide(store, "ann")
    page = confirm(ada, ada.get("/batch?action=second_review&of=chosen&id=ann&id=ben"))
    assert "1 record given to a second reviewer" in page.text
    assert "Ben" in listed(ada.get("/batch?action=second_review&of=chosen&id=ann&id=ben"), "Left as they are")
    with desk.store() as store:
        assert store.blind.count_due() == 1
    confirm(ada, page)
    with desk.store() as store:
        assert store.blind.count_due() == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fact.age_min": 18, "fact.age_max": 12}, "above"),
        ({"fact.cost": "free", "fact.prices": ("£2.00",)}, "£2.00"),
        ({"fact.weekdays": ("mon",), "fact.recurrence": ("FREQ=WEEKLY;BYDAY=TU",)}, "another weekday"),
        ({"fact.frequency": "one_off", "fact.recurrence": ("FREQ=WEEKLY",)}, "recurs"),
    ],
)
def test_values_that_cannot_all_be_true_are_told(values, words) -> None:
    assert words in " ".join(contradictions(values))


def test_values_that_fit_each_other_are_no_contradiction() -> None:
    fits = {
        "fact.age_min": 18,
        "fact.age_max": 18,
        "fact.cost": "paid",
        "fact.prices": ("£2.00",),
        "fact.weekdays": ("mon", "thu"),
        "fact.recurrence": ("FREQ=MONTHLY;BYDAY=1TH",),
    }
    assert list(contradictions(fits)) == []
