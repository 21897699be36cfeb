"""Readers say what is wrong without signing in: it reaches reviewers as a reason, and never the dataset."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from register.store import Store
from tests.public import PublicDesk
from tests.seeding import TEXT

FORM = "/services/tm-shed/wrong"
WORDS = "They meet on Fridays now, said the woman at the desk."


@pytest.fixture
def desk(tmp_path: Path) -> PublicDesk:
    desk = PublicDesk(tmp_path)
    desk.accept("shed", text=TEXT)
    desk.put_out()
    return desk


def send(desk: PublicDesk, reader: TestClient, *, after: float = 30, **typed: str) -> Response:
    """Opens the form, waits so many seconds, and sends it as a browser does."""
    page = BeautifulSoup(reader.get(FORM).text, "lxml")
    values = {one["name"]: one.get("value", "") for one in page.select("form.wrong input:not([type=radio])")}
    desk.clock.move(seconds=after)
    return reader.post(FORM, data={**values, "about": "when", "told": WORDS, **typed})


def waiting(desk: PublicDesk) -> list[tuple[str, str, str]]:
    with desk.store() as store:
        return [(one.candidate_id, one.about, one.told) for one in store.reports.waiting()]


def canonical(store: Store) -> list[str]:
    tables = ("records", "record_fields", "candidates", "fields", "decisions", "public_services", "public_edition")
    return [str(row) for table in tables for row in store.db.query(f"SELECT * FROM {table}")]  # noqa: S608


def test_a_reader_s_words_wait_on_the_candidate_and_change_nothing_that_is_published(desk: PublicDesk) -> None:
    with desk.store() as store:
        before = canonical(store)
    reader = desk.reader()
    answer = send(desk, reader, contact="a neighbour, 01632 960102")
    assert answer.headers["location"] == "/services/tm-shed/told"
    assert "Thank you" in reader.get("/services/tm-shed/told").text
    with desk.store() as store:
        assert canonical(store) == before
        assert store.audit.verify() is None
    assert waiting(desk) == [("shed", "when", WORDS)]
    ada = desk.visitor()
    assert WORDS in ada.get("/candidate/shed").text
    assert "Potting Shed Pals" in ada.get("/?reason=reported").text
    assert WORDS in ada.get("/reports").text
    assert all(WORDS not in reader.get(address).text for address in ("/services", "/services/tm-shed", FORM))


def test_the_contact_is_for_adjudicators_and_is_deleted_in_time(desk: PublicDesk) -> None:
    send(desk, desk.reader(), contact="a neighbour, 01632 960102")
    assert "960102" not in desk.visitor("ada").get("/reports").text
    assert "960102" not in desk.visitor("ada").get("/candidate/shed").text
    assert "960102" in desk.visitor("bea", role="adjudicator").get("/reports").text
    desk.clock.move(days=91)
    send(desk, desk.reader(), told="Another thing is wrong.")
    with desk.store() as store:
        assert [store.reports.contact(one.id) for one in store.reports.waiting()] == ["", ""]


def test_a_reviewer_says_what_came_of_it_once(desk: PublicDesk) -> None:
    send(desk, desk.reader())
    ada = desk.visitor()
    form = {"csrf": "csrf-ada", "outcome": "mended", "comment": "Fridays, says the page"}
    assert ada.post("/reports/1", data=form).headers["location"] == "/reports"
    assert waiting(desk) == []
    page = ada.get("/reports").text
    assert "It was right: mended (ada" in page
    assert ada.post("/reports/1", data=form).status_code == 409
    assert desk.visitor("vic", role="viewer").post("/reports/1", data={"csrf": "csrf-vic"}).status_code == 403
    assert ada.post("/reports/x", data=form).status_code == 400


@pytest.mark.parametrize(
    ("typed", "after", "said"),
    [
        ({}, 1, "That was very quick"),
        ({}, 13 * 3600, "open for too long"),
        ({"form": "1.abc"}, 30, "open for too long"),
        ({"form": ""}, 30, "open for too long"),
        ({"about": "everything"}, 30, "Please choose what is wrong"),
        ({"told": " "}, 30, "Please say in a few words"),
        ({"told": "x" * 2001}, 30, "Please keep to 2,000 characters"),
        ({"told": "see https://a.example and www.b.example"}, 30, "leave out web addresses"),
    ],
)
def test_what_a_robot_sends_is_refused_and_a_person_keeps_what_was_typed(
    desk: PublicDesk, typed: dict[str, str], after: float, said: str
) -> None:
    answer = send(desk, desk.reader(), after=after, **typed)
    assert answer.status_code == 400
    assert said in answer.text
    assert waiting(desk) == []
    assert typed.get("told", WORDS).strip() in answer.text


def test_who_fills_in_the_field_that_people_do_not_see_is_thanked_and_not_heard(desk: PublicDesk) -> None:
    assert send(desk, desk.reader(), website="https://buy.example").headers["location"].endswith("/told")
    assert waiting(desk) == []


def test_a_form_of_another_site_or_without_its_token_is_refused(desk: PublicDesk) -> None:
    assert send(desk, desk.reader(), csrf="made up").status_code == 403
    reader = desk.reader()
    reader.headers["origin"] = "https://elsewhere.example"
    assert send(desk, reader).status_code == 403
    assert waiting(desk) == []


def test_floods_are_stopped_by_network_by_service_and_altogether(desk: PublicDesk) -> None:
    answers = [send(desk, desk.reader(), told=f"Thing {n} is wrong.").status_code for n in range(8)]
    assert answers == [303] * 6 + [429] * 2
    assert len(waiting(desk)) == 6
    desk.clock.move(hours=2)
    assert send(desk, desk.reader(), told="Later.").status_code == 303


def test_the_same_words_twice_wait_once(desk: PublicDesk) -> None:
    for _ in range(2):
        assert send(desk, desk.reader()).status_code == 303
    assert len(waiting(desk)) == 1


def test_nobody_can_report_on_what_is_not_published(desk: PublicDesk) -> None:
    assert desk.reader().get("/services/tm-none/wrong").status_code == 404
    assert desk.reader().get("/services/tm-none/told").status_code == 404
