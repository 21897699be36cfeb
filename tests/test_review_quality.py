"""Disputes settled, agreement measured on them, and the dashboard: who sees what, with which numbers."""

import csv
import io
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from register.reviewing.rules import Sharing
from register.store.decisions.notes import NoteKind
from review.app import PAGES
from review.quality.adjudicate import open_case
from review.quality.blind import open_desk
from review.quality.dashboard import pace
from review.quality.measures import as_csv, measure, methods_sentence
from tests.forms import press
from tests.rulebook import RULES
from tests.second_reviews import decide_first, next_for
from tests.seeding import LATER, TOLD_LATER, Desk, draft

ALL = RULES.model_copy(update={"second_review": Sharing(share=1.0)})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, rules=ALL)


def dispute(desk: Desk, *, first: str = "approve", second: str = "approve") -> str:
    """Ada edits cost and says that the aim is not stated; Ben decides on everything as proposed."""
    desk.queue(draft())
    decide_first(desk, button=first)
    ben = desk.visitor("ben")
    key = next_for(ben)
    press(ben, ben.get(f"/candidate/{key}"), button=second, follow=False)
    return key


def settle(desk: Desk, client: TestClient, key: str, field: str, side: str, reason: str = ""):
    """Presses the button of the side, which the page calls by its place."""
    with desk.store() as store:
        place = dict(zip(open_case(store, key).order, ("left", "right"), strict=True))[side]
    token = BeautifulSoup(client.get("/disputes").text, "lxml").select_one("input[name=csrf]")["value"]
    form = {"csrf": token, "field": field, "side": place, "reason": reason}
    return client.post(f"/dispute/{key}", data=form)


def published(desk: Desk) -> list[str]:
    with desk.store() as store:
        return [one[0] for one in store.records.accepted()]


def test_what_is_in_dispute_is_not_published_until_it_is_settled(desk: Desk) -> None:
    key = dispute(desk)
    assert published(desk) == []
    eve = desk.visitor("eve", role="adjudicator")
    assert settle(desk, eve, key, "fact.cost", "second").headers["location"] == f"/dispute/{key}"
    assert published(desk) == []
    assert (
        settle(desk, eve, key, "tidier.why", "first", "it says whom they want")
        .headers["location"]
        .startswith("/disputes")
    )
    assert published(desk) == ["shed"]
    with desk.store() as store:
        fields = {one.name: (one, decision) for one, decision in store.records.decided_fields("shed")}
        cost, why = fields["fact.cost"][0], fields["tidier.why"][0]
        assert (cost.value, cost.verified_by) == ("free", "eve")
        assert (why.value, why.verified_by) == (None, "eve")
        assert store.decisions.get(fields["tidier.why"][1]).comment == "it says whom they want"


def test_who_is_who_is_hidden_until_it_is_settled(desk: Desk) -> None:
    key = dispute(desk)
    eve = desk.visitor("eve", role="adjudicator")
    page = eve.get(f"/dispute/{key}")
    assert not {"ada", "ben", "first", "second"} & set(re.findall(r"\w+", page.text))
    assert [h.text for h in BeautifulSoup(page.text, "lxml").select(".side h3")] == ["Answer 1", "Answer 2"] * 2
    settle(desk, eve, key, "fact.cost", "first")
    settle(desk, eve, key, "tidier.why", "first")
    assert "First: ada. Second: ben." in eve.get(f"/dispute/{key}").text


def test_which_side_stands_left_says_nothing(desk: Desk) -> None:
    key = dispute(desk)
    with desk.store() as store:
        case = open_case(store, key)
    assert set(case.order) == {"first", "second"}


def test_nobody_settles_their_own_where_a_third_could(desk: Desk) -> None:
    key = dispute(desk)
    desk.visitor("eve", role="adjudicator")
    with desk.store() as store, store.transaction():
        store.users.put("ada", role="admin", password_hash="none")
    ada = desk.visitor("ada")
    assert "you are one of the two" in settle(desk, ada, key, "fact.cost", "first").text
    with desk.store() as store, store.transaction():
        store.users.disable("eve")
    assert settle(desk, ada, key, "fact.cost", "first").status_code == 303, "there is nobody else"


@pytest.mark.parametrize(
    ("first", "second", "side", "state"),
    [
        ("approve", "reject", "first", "accepted"),
        ("approve", "reject", "second", "rejected"),
        ("reject", "approve", "first", "rejected"),
        ("reject", "approve", "second", "accepted"),
    ],
)
def test_whether_a_record_belongs_is_settled_as_a_whole(
    desk: Desk, first: str, second: str, side: str, state: str
) -> None:
    key = dispute(desk, first=first, second=second)
    eve = desk.visitor("eve", role="adjudicator")
    assert "Whole record" in eve.get("/disputes").text
    assert settle(desk, eve, key, "record", side).status_code == 303
    assert desk.state() == state
    assert published(desk) == (["shed"] if state == "accepted" else [])


def test_what_the_page_changed_meanwhile_is_left_to_the_record(desk: Desk) -> None:
    key = dispute(desk)
    desk.read_again(draft(text=LATER, told=TOLD_LATER), text=LATER, changed=["fact.cost"], reopen=True)
    eve = desk.visitor("eve", role="adjudicator")
    assert "has changed this" in eve.get(f"/dispute/{key}").text
    settle(desk, eve, key, "fact.cost", "second")
    with desk.store() as store:
        assert [one.chose for one in store.disputes.adjudications(key)] == ["overtaken"]
        assert {f.name: f.state for f in store.queue.fields("shed")}["fact.cost"] == "open"


def test_both_reviewers_are_told(desk: Desk) -> None:
    key = dispute(desk)
    eve = desk.visitor("eve", role="adjudicator")
    settle(desk, eve, key, "fact.cost", "second", "it costs nothing, it says")
    settle(desk, eve, key, "tidier.why", "second")
    ada, ben = desk.visitor("ada"), desk.visitor("ben")
    assert "Cost: the other answer stands (“it costs nothing, it says”, eve)" in words(ada.get("/quality"))
    assert "Cost: your answer stands" in words(ben.get("/quality"))
    assert "1 settled since" in words(ben.get("/"))
    ben.post("/quality/told", data={"csrf": "csrf-ben"})
    assert "settled since" not in words(ben.get("/"))
    assert "settled since" in words(ada.get("/"))
    assert ben.get("/candidate/shed").status_code == 200, "and nothing is hidden any more"


def words(page) -> str:
    return " ".join(BeautifulSoup(page.text, "lxml").get_text(" ").split()).replace(" :", ":")


def said(pairs: list[tuple[str, str, object, object]]):
    """(key, field, first's value, second's value) as the register gives it; "reject" is a rejected field."""
    for key, field, first, second in pairs:
        for side, value in (("first", first), ("second", second)):
            if value == "reject":
                yield key, side, field, "reject", None
            elif value != "unseen":
                yield key, side, field, str(value) if field == "record" else "edit", value


def test_agreement_is_of_values_of_items_stated_and_of_each_code(desk: Desk) -> None:
    pairs = []
    for n in range(30):
        pairs.append((str(n), "record", "approve", "approve" if n else "reject"))
        pairs.append((str(n), "fact.cost", "free" if n % 2 else "paid", "free" if n % 2 or n < 6 else "paid"))
        pairs.append((str(n), "tidier.why", "some words", "quite other words" if n > 2 else None))
        pairs.append((str(n), "code.type", ("nature",) if n % 3 else ("nature", "social_befriending"), ("nature",)))
    found = {one.name: one.agreement for one in measure(said(pairs), desk.settings)}
    assert found["fact.cost"].percent == pytest.approx(27 / 30)
    assert found["tidier.why"].percent == pytest.approx(27 / 30), "stated or not, whatever the words"
    assert found["code.type"].percent == pytest.approx(20 / 30)
    assert found["code.type:nature"].percent == 1
    assert found["code.type:social_befriending"].percent == pytest.approx(20 / 30)
    assert found["record"].percent == pytest.approx(29 / 30)


def test_what_only_one_said_something_of_is_told_apart(desk: Desk) -> None:
    pairs = [
        ("1", "fact.cost", "free", "reject"),
        ("2", "fact.cost", "free", "unseen"),
        ("3", "fact.cost", "free", "free"),
    ]
    found = {one.name: one for one in measure(said(pairs), desk.settings)}["fact.cost"]
    assert (found.agreement.units, found.agreement.alone) == (1, 2)
    assert found.note == "1 record: too few to say"


def test_the_table_is_a_csv_and_the_sentence_is_ready(desk: Desk) -> None:
    pairs = [(str(n), "record", "approve", "approve" if n % 5 else "reject") for n in range(40)]
    measures = measure(said(pairs), desk.settings)
    rows = list(csv.DictReader(io.StringIO(as_csv(measures))))
    assert rows[0]["name"] == "record"
    assert rows[0]["agreed"] == "0.800"
    sentence = methods_sentence(measures, decided=400, settled=6, disputed=8)
    assert "Of 400 decided records, 40 (10%) were decided again" in sentence
    assert "in 80% of 40 records" in sentence
    assert "Of 8 records in dispute, 6 were settled" in sentence
    assert methods_sentence(measure([], desk.settings), decided=3, settled=0, disputed=0).startswith("Of 3 decided")


def test_time_runs_from_opening_to_deciding_without_long_pauses(desk: Desk) -> None:
    desk.queue(draft())
    desk.queue(draft("other", name="Other"))
    ada = desk.visitor("ada")
    page = ada.get("/candidate/shed")
    desk.clock.move(seconds=40)
    page = press(ada, page, field="fact.cost", button="approve")
    desk.clock.move(minutes=25)  # somebody came to the door
    page = ada.get("/candidate/shed")
    desk.clock.move(seconds=20)
    press(ada, page, button="approve", follow=False)
    with desk.store() as store:
        timed = store.openings.timed(desk.clock.now.replace(year=2025))
    assert [(one.reviewer, one.candidate_id) for one in timed] == [("ada", "shed")]
    assert timed[0].seconds == pytest.approx(60, abs=0.01)
    told = pace(timed, "ada")
    assert told.an_hour == pytest.approx(60, rel=1e-3)


def test_names_are_for_adjudicators(desk: Desk) -> None:
    dispute(desk)
    seen = {role: words(desk.visitor(f"x-{role}", role=role).get("/quality")) for role in ("reviewer", "adjudicator")}
    assert "ada" not in seen["reviewer"].split()
    assert "ada" in seen["adjudicator"].split()
    assert "ben" not in desk.visitor("x-reviewer").get("/quality/agreement.csv").text
    own = words(desk.visitor("ada").get("/quality"))
    assert "You" in own
    assert "ben" not in own.split()


def test_every_picture_says_in_words_what_it_shows(desk: Desk) -> None:
    dispute(desk)
    page = BeautifulSoup(desk.visitor("eve", role="admin").get("/quality").text, "lxml")
    pictures = page.select("svg")
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 20
        assert picture.find_parent("figure").select_one("details table"), "its numbers are one click away"


def test_an_empty_register_has_an_empty_dashboard(desk: Desk) -> None:
    page = desk.visitor("eve", role="admin").get("/quality")
    assert page.status_code == 200
    assert "none has been decided by a second reviewer yet" in page.text
    assert desk.visitor("eve").get("/disputes").status_code == 200


def test_what_is_asked_about_a_copy_reaches_an_adjudicator(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    with open_desk(desk.settings) as copies, copies.transaction():
        copies.notes.add(
            key,
            revision=1,
            field="fact.cost",
            kind=NoteKind.ASK,
            to="ada",
            said="is a coin in a jar a price",
            author="ben",
        )
    eve = desk.visitor("eve", role="adjudicator")
    page = eve.get("/disputes")
    assert "is a coin in a jar a price" in page.text
    number = BeautifulSoup(page.text, "lxml").select_one("input[name=note]")["value"]
    eve.post("/disputes", data={"csrf": "csrf-eve", "note": number, "said": "no, a gift"})
    assert "is a coin" not in eve.get("/disputes").text
    assert "no, a gift" in ben.get(f"/candidate/{key}").text


def test_settling_is_for_adjudicators(desk: Desk) -> None:
    key = dispute(desk)
    ben = desk.visitor("cleo")
    assert ben.get(f"/dispute/{key}").status_code == 403
    assert ben.post(f"/dispute/{key}", data={"csrf": "csrf-cleo"}).status_code == 403
    assert {role for path, _, _, role in PAGES if path.startswith("/dispute")} == {"adjudicator"}
