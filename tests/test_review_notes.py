"""Notes, questions, later and what was typed, as the record page shows and takes them."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response

from tests.forms import filled_in, press
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    desk.queue(draft("second", name="Second Shed", score=0.5))
    desk.visitor("bo")
    return desk


def write(client, page: Response, kind: str, **typed: str) -> Response:
    """Sends the form of a new note."""
    soup = BeautifulSoup(page.text, "lxml")
    form = soup.select_one("form[data-write]")
    values = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    answer = client.post(
        form["action"], data={**values, "about": "record", "to": "", "said": "", **typed, "verdict": kind}
    )
    return client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def notes(page: Response) -> list[str]:
    return [" ".join(one.text.split()) for one in BeautifulSoup(page.text, "lxml").select("article.note p:first-child")]


def test_a_question_is_put_answered_and_resolved_on_the_record_page(desk: Desk) -> None:
    ada, bo = desk.visitor(), desk.visitor("bo")
    page = write(ada, ada.get("/candidate/shed"), "ask", about="fact.cost", to="bo", said="Is it <b>free</b>?")
    assert "Noted." in page.text
    assert "Is it &lt;b&gt;free" in page.text
    assert notes(page)[0].startswith("question Cost ada asks bo")
    chip = BeautifulSoup(page.text, "lxml").select_one("#field-fact\\.cost a.chip")
    assert chip.text == "question: ada"
    page = press(bo, bo.get("/candidate/shed"), button="answer", said="It is.")
    assert "It is." in page.text
    page = press(ada, ada.get("/candidate/shed"), button="resolve")
    assert "resolved by ada" in page.text
    assert not BeautifulSoup(page.text, "lxml").select("#field-fact\\.cost a.chip")
    page = press(ada, page, button="reopen")
    assert notes(page)[0].startswith("question Cost ada asks bo")


def test_one_answers_what_a_colleague_holds(desk: Desk) -> None:
    ada, bo = desk.visitor(), desk.visitor("bo")
    write(ada, ada.get("/candidate/shed"), "ask", to="bo", said="Is it free?")
    page = bo.get("/candidate/shed")
    assert "Held by ada" in page.text
    assert "It is." in press(bo, page, button="answer", said="It is.").text


def test_a_viewer_reads_notes_and_writes_none(desk: Desk) -> None:
    ada, eve = desk.visitor(), desk.visitor("eve", role="viewer")
    write(ada, ada.get("/candidate/shed"), "comment", said="Rang them.")
    page = eve.get("/candidate/shed")
    assert "Rang them." in page.text
    assert not BeautifulSoup(page.text, "lxml").select("#notes form")


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        ("ask", {"said": "  "}, "a question without words"),
        ("comment", {}, "a comment without words"),
        ("ask", {"said": "Free?", "to": "nobody"}, "nobody of the name"),
        ("unsure", {"about": "tidier.nonsense"}, "expected a field or the whole record"),
        ("perhaps", {"note": "999"}, "there is none"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_with_what_was_typed(desk: Desk, kind, typed, told) -> None:
    ada = desk.visitor()
    answer = write(ada, ada.get("/candidate/shed"), kind, **typed)
    assert answer.status_code in (404, 422)
    assert told in answer.text
    if typed.get("said", "").strip():
        assert typed["said"] in answer.text


def test_later_goes_on_and_brings_back_what_was_typed(desk: Desk) -> None:
    ada = desk.visitor()
    typed = {"value": "spades", "quotes": "Spades are lent.", "comment": "saw them"}
    page = press(ada, ada.get("/candidate/shed"), button="keep", field="tidier.what_materials", **typed)
    assert "not saved as a decision yet" in page.text
    assert desk.states()["tidier.what_materials"] == "open"
    page = press(ada, page, button="later")
    assert page.url.path == "/candidate/second"
    page = ada.get("/candidate/shed")
    _, form = filled_in(page, button="edit", field="tidier.what_materials")
    assert {name: form[name] for name in typed} == typed
    page = press(
        ada, page, button="edit", field="tidier.what_materials", value="tools", quotes="Tools and gloves are lent"
    )
    assert desk.states()["tidier.what_materials"] == "edit"
    assert "You typed this on" not in page.text, "saved is saved"


def test_what_was_typed_can_be_forgotten(desk: Desk) -> None:
    ada = desk.visitor()
    page = press(ada, ada.get("/candidate/shed"), button="keep", field="fact.cost", value="donation")
    assert "You typed this on" in page.text
    page = press(ada, page, button="drop", field="fact.cost")
    assert "You typed this on" not in page.text
    _, form = filled_in(page, button="edit", field="fact.cost")
    assert form["value"] == "free"


def test_each_note_is_in_the_audit_log(desk: Desk) -> None:
    ada = desk.visitor()
    write(ada, ada.get("/candidate/shed"), "unsure", about="fact.cost")
    press(ada, ada.get("/candidate/shed"), button="resolve")
    with desk.store() as store:
        noted = [(one.who, one.what) for one in store.audit.entries(about="candidate shed")]
    assert noted == [("ada", "note unsure"), ("ada", "resolve note")]


def test_what_one_kept_for_later_is_served_when_nothing_else_is_left(desk: Desk) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="later")
    assert ada.get("/next").headers["location"].startswith("/candidate/second")
    assert ada.get("/next?reason=later").headers["location"].startswith("/candidate/shed")
    page = press(ada, ada.get("/candidate/second"), button="approve")
    assert page.url.path == "/candidate/shed"
    assert "kept for later by you" in ada.get("/").text
