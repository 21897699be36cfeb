"""Unsure, later, a question to a colleague, a comment: kept, answered, resolved; and what was typed and not saved."""

import sqlite3
from pathlib import Path

import pytest

from register.errors import TidiermapError
from register.models import RECORD
from register.store.decisions.notes import REASONS, NoteKind
from tests.forms import press
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    desk.queue(draft("second", name="Second Shed", score=0.5))
    return desk


def note(desk: Desk, kind: str, *, by: str = "ada", to: str = "", said: str = "so", field: str = RECORD) -> int:
    with desk.store() as store, store.transaction():
        return store.notes.add("shed", revision=1, field=field, kind=NoteKind(kind), author=by, to=to, said=said)


def reasons(desk: Desk, user: str) -> tuple[str, ...]:
    with desk.store() as store:
        found = store.notes.reasons(("shed", "second"), user)
        assert found["second"] == ()
        assert all(store.notes.candidates(reason, user) == ("shed",) for reason in found["shed"])
        assert all(store.notes.candidates(reason, user) == () for reason in set(REASONS) - set(found["shed"]))
        return found["shed"]


def test_a_question_is_in_the_hands_of_who_was_asked_then_of_who_asked_then_of_nobody(desk: Desk) -> None:
    asked = note(desk, "ask", to="bo", said="Is it still free?")
    assert [reasons(desk, user) for user in ("ada", "bo", "cy")] == [(), ("asked",), ()]
    with desk.store() as store, store.transaction():
        store.notes.answer(asked, said="It is.", author="bo")
    assert [reasons(desk, user) for user in ("ada", "bo", "cy")] == [("answered",), (), ()]
    with desk.store() as store, store.transaction():
        store.notes.answer(asked, said="Since when?", author="ada")
    assert [reasons(desk, user) for user in ("ada", "bo", "cy")] == [(), ("asked",), ()]
    with desk.store() as store, store.transaction():
        store.notes.resolve(asked, by="ada")
        assert [one.said for one in store.notes.get(asked).answers] == ["It is.", "Since when?"]
    assert [reasons(desk, user) for user in ("ada", "bo", "cy")] == [(), (), ()]
    with desk.store() as store, pytest.raises(TidiermapError, match="ada resolved this"):
        store.notes.answer(asked, said="Too late", author="bo")


def test_a_question_to_anybody_is_in_everybodys_hands_but_the_askers(desk: Desk) -> None:
    note(desk, "ask")
    assert [reasons(desk, user) for user in ("ada", "bo", "cy")] == [(), ("asked",), ("asked",)]


def test_later_is_ones_own_and_unsure_is_everybodys_until_the_record_is_decided(desk: Desk) -> None:
    note(desk, "later")
    note(desk, "unsure", field="fact.cost")
    assert [reasons(desk, user) for user in ("ada", "bo")] == [("unsure", "later"), ("unsure",)]
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve")
    assert reasons(desk, "ada") == ()
    press(ada, ada.get("/candidate/shed"), button="undo")
    assert reasons(desk, "ada") == ("unsure", "later"), "an undo brings back what stood"


def test_saying_unsure_twice_says_it_once(desk: Desk) -> None:
    assert note(desk, "unsure") == note(desk, "unsure")
    assert note(desk, "unsure", by="bo") != note(desk, "unsure")


@pytest.mark.parametrize("kind", ["ask", "comment"])
def test_a_question_or_a_comment_says_something(desk: Desk, kind: str) -> None:
    with pytest.raises(TidiermapError, match="without words"):
        note(desk, kind, said="")


def test_what_a_note_says_cannot_be_changed(desk: Desk) -> None:
    note(desk, "comment")
    with desk.store() as store:
        for statement in ("UPDATE notes SET said = 'else'", "DELETE FROM notes"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                store.db.execute(statement)


def test_what_was_typed_is_its_reviewers_own_until_it_is_dropped(desk: Desk) -> None:
    with desk.store() as store, store.transaction():
        typed = {"revision": 1, "quotes": "two\nlines", "comment": "why"}
        store.notes.keep_typed("shed", "fact.cost", by="ada", value=("free",), **typed)
        store.notes.keep_typed("shed", "fact.cost", by="ada", value=("paid",), **typed)
        (kept,) = store.notes.typed("shed", by="ada").values()
        assert (kept.field, kept.value, kept.quotes, kept.comment) == ("fact.cost", ("paid",), "two\nlines", "why")
        assert store.notes.typed("shed", by="bo") == {}
        store.notes.drop_typed("shed", "fact.cost", by="ada")
        assert store.notes.typed("shed", by="ada") == {}
