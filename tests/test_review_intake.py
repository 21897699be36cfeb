"""Intake: what somebody said becomes a page of our own, with the same review; who said it stays private."""

import re
import sqlite3
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from review.pairs.likeness import likely_pairs
from tests.forms import press
from tests.seeding import LOCALITY, POSTCODE, TOLD, Desk, draft

WHO, REACH = "Jack Sprat", "07700 900123"
SAID = {
    "route": "key_informant",
    "locality": LOCALITY,
    "about": "Chapel Tea",
    "words": "They drink tea and talk.",
    "when": "Fridays",
    "said_on": "2026-02-20",
    "who": WHO,
    "reach": REACH,
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def put_down(client: TestClient, **more: str) -> Response:
    return client.post("/intake", data={"csrf": "csrf-ada", **SAID, **more})


def statement_of(answer: Response) -> str:
    assert answer.status_code == 303, answer.text
    return re.match(r"/statement/(\w+)", answer.headers["location"])[1]


def upload(client: TestClient, body: bytes, name: str = "list.csv") -> Response:
    data = {"csrf": "csrf-ada", "locality": LOCALITY, "route": "fieldwork"}
    return client.post("/intake/import", data=data, files={"file": (name, body)})


def test_a_statement_is_queued_with_quotes_and_dates_of_its_own(desk: Desk) -> None:
    client = desk.visitor()
    name = statement_of(put_down(client))
    with desk.store() as store:
        known = store.statements.find(f"statement:{name}")
        candidate = store.queue.get(known.candidate_id)
        assert candidate.page_text == "Chapel Tea They drink tea and talk. When: Fridays"
        weekdays = next(field for field in store.queue.fields(candidate.id) if field.name == "fact.weekdays")
        assert weekdays.proposal.value == ("fri",)
        assert weekdays.fetched_at.date().isoformat() == "2026-02-20", "when it was said"
    page = client.get(f"/candidate/{candidate.id}")
    assert "Chapel Tea" in page.text
    press(client, page, button="approve")
    assert desk.state(candidate.id) == "accepted"
    desk.publish(candidate.id)
    with desk.store() as store:
        record = store.records.get(f"tm-{candidate.id}")
        assert {field.found_via for field in record.fields if field.evidence} == {("key_informant",)}


def test_who_said_it_stands_nowhere_but_with_those_who_may_know(desk: Desk) -> None:
    client = desk.visitor()
    name = statement_of(put_down(client))
    assert WHO in client.get(f"/statement/{name}").text, "whoever put it down"
    other = desk.visitor("bea")
    for page in (f"/statement/{name}", f"/statement/{name}/page", "/intake", "/"):
        assert not {WHO, REACH} & set(re.findall(r"[\w ]+", other.get(page).text)), page
        assert WHO not in other.get(page).text
    with desk.store() as store:
        tables = [table.name for table in store.db.tables if table.name not in ("informants", "sqlite_sequence")]
        for table in tables:
            for row in store.db.query(f"SELECT * FROM [{table}]"):  # noqa: S608
                assert WHO not in str(row.values()), table
    assert WHO not in "".join(path.read_text(errors="ignore") for path in desk.folder.glob("*.txt"))


def test_an_adjudicator_can_have_it_forgotten_who_said_something(desk: Desk) -> None:
    name = statement_of(put_down(desk.visitor()))
    refused = desk.visitor("bea").post(f"/statement/{name}/forget", data={"csrf": "csrf-bea"})
    assert refused.status_code == 403
    cleo = desk.visitor("cleo", role="adjudicator")
    assert WHO in cleo.get(f"/statement/{name}").text
    cleo.post(f"/statement/{name}/forget", data={"csrf": "csrf-cleo"})
    assert WHO not in cleo.get(f"/statement/{name}").text
    assert "They drink tea" in cleo.get(f"/statement/{name}").text


def test_the_same_words_add_nothing(desk: Desk) -> None:
    client = desk.visitor()
    first = statement_of(put_down(client))
    again = put_down(client, said_on="2026-02-21")
    assert statement_of(again) == first
    assert "put down before" in client.get(again.headers["location"]).text
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 1


def test_a_service_that_is_known_already_is_told_at_once(desk: Desk) -> None:
    known = draft(told=TOLD | {"fact.postcodes": ((POSTCODE,), [(POSTCODE, POSTCODE)])})
    desk.queue(known)
    with desk.store() as store, store.transaction():
        store.pairs.keep("shed", likely_pairs(store, known))
    client = desk.visitor()
    answer = put_down(client, about="Potting Shed Pals", words="They meet at ZZ99 4AB.")
    assert "likely the same as" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"about": " "}, "what the service is called"),
        ({"words": "", "when": ""}, "at least one thing that was said"),
        ({"said_on": "2027-01-01"}, "expected today or a day before"),
        ({"said_on": "last week"}, "is not a day"),
        ({"locality": "atlantis"}, "Choose the locality"),
        ({"words": "Bo Peep runs it."}, "private person"),
    ],
)
def test_what_is_refused_is_told_and_stays_on_the_form(desk: Desk, typed: dict[str, str], told: str) -> None:
    answer = put_down(desk.visitor(), **typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert WHO in answer.text, "what was typed is not lost"
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 0


def test_what_may_be_private_is_taken_once_somebody_says_that_it_is_not(desk: Desk) -> None:
    answer = put_down(desk.visitor(), words="The Bo Peep Trust runs it.", own="1")
    assert answer.status_code == 303


def test_whom_to_ask_next_makes_a_task_and_the_chain_is_kept(desk: Desk) -> None:
    client = desk.visitor()
    first = statement_of(put_down(client, next_name="Old Mother Hubbard", next_why="she knows the cellar choir"))
    tasks = client.get("/tasks")
    assert "Old Mother Hubbard" in tasks.text
    assert "she knows the cellar choir" in tasks.text
    form = client.get("/intake?task=1")
    assert "Chain referral: what was said" in form.text
    second = statement_of(
        put_down(client, route="chain_referral", task="1", about="Cellar Choir", next_name="Humpty", next_kind="person")
    )
    page = client.get("/tasks").text
    humpty = page[page.index("Humpty") :]
    assert humpty.index(first) < humpty.index(second), "the chain begins with who was asked first"
    client.post("/task/1", data={"csrf": "csrf-ada", "action": "close", "outcome": "told_us", "note": "by phone"})
    with desk.store() as store:
        assert [task.state for task in (store.tasks.get(1), store.tasks.get(2))] == ["closed", "open"]
        assert store.tasks.get(1).outcome == "told_us"
    twice = client.post("/task/1", data={"csrf": "csrf-ada", "action": "close", "outcome": "told_us"})
    assert "closed this task already" in twice.text


def test_a_viewer_sees_no_tasks_and_puts_nothing_down(desk: Desk) -> None:
    viewer = desk.visitor("vic", role="viewer")
    assert viewer.get("/tasks").status_code == 403
    assert viewer.get("/intake").status_code == 403
    assert viewer.post("/intake", data={"csrf": "csrf-vic", **SAID}).status_code == 403


CSV = b"name,notes,informant,who else\nTea,They drink tea.,Jack Sprat,Humpty\n,nothing,,\nKnit,They knit.,,\n"


def test_a_file_is_looked_at_before_anything_is_imported(desk: Desk) -> None:
    client = desk.visitor()
    preview = client.get(upload(client, CSV).headers["location"])
    assert "2 services" in preview.text
    assert "row 3" in preview.text
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 0
    done = client.post("/intake/import/1", data={"csrf": "csrf-ada", "action": "import"})
    assert "2 services added" in client.get(done.headers["location"]).text
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 2
        assert store.imports.get(1).body is None, "the file itself is let go"
        assert store.tasks.get(1).name == "Humpty"
    refused = client.get("/intake/import/1/rejected.csv")
    assert refused.headers["content-type"].startswith("text/csv")
    assert "what the service is called" in refused.text
    again = client.get(upload(client, CSV).headers["location"])
    assert "This very file was imported" in again.text
    client.post("/intake/import/2", data={"csrf": "csrf-ada", "action": "import"})
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 2, "the same file twice adds nothing"
        assert store.tasks.count("open") == 1


def test_an_import_that_breaks_off_has_added_nothing(desk: Desk) -> None:
    client = desk.visitor()
    upload(client, CSV)
    with desk.store() as store:
        store.db.execute("CREATE TRIGGER full BEFORE INSERT ON tasks BEGIN SELECT raise(ABORT, 'disk is full'); END")
    with pytest.raises(sqlite3.IntegrityError, match="disk is full"):
        client.post("/intake/import/1", data={"csrf": "csrf-ada", "action": "import"})
    with desk.store() as store:
        assert store.queue.counts()["undecided"] == 0
        store.db.execute("DROP TRIGGER full")
    client.post("/intake/import/1", data={"csrf": "csrf-ada", "action": "import"})
    with desk.store() as store:
        assert store.tasks.get(1).name == "Humpty", "whom to ask is not lost with it"


@pytest.mark.parametrize("address", ["/intake/import/{}", "/intake?task={}", "/tasks?task={}", "/quality?days={}"])
def test_a_number_of_very_many_digits_is_none(desk: Desk, address: str) -> None:
    assert desk.visitor().get(address.format("9" * 5_000)).status_code in (200, 404)


def test_a_file_is_dropped_and_nobody_else_sees_it(desk: Desk) -> None:
    client = desk.visitor()
    upload(client, CSV)
    assert desk.visitor("bea").get("/intake/import/1").status_code == 404
    assert desk.visitor("root", role="admin").get("/intake/import/1").status_code == 200
    client.post("/intake/import/1", data={"csrf": "csrf-ada", "action": "drop"})
    assert client.get("/intake/import/1").status_code == 404


def test_a_file_that_is_none_is_refused_on_the_form(desk: Desk) -> None:
    client = desk.visitor()
    assert "old Excel file" in upload(client, b"\xd0\xcf\x11\xe0").text
    assert "expected a column" in upload(client, b"colour\nred\n").text
    assert (
        "Choose a file"
        in client.post(
            "/intake/import", data={"csrf": "csrf-ada", "locality": LOCALITY, "route": "fieldwork", "file": "x"}
        ).text
    )
    assert upload(client, b"x" * 5_100_000).status_code == 413
    assert "list.csv" not in upload(client, CSV, "../../etc/list.csv").headers["location"]
