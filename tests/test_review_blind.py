"""Blind second review: somebody else decides again, and nothing shows what was decided first, or that it was."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.store.decisions.blind import BlindKind, falls_in
from review.quality.blind import desk_of
from tests.forms import press
from tests.second_reviews import ALL, COMMENT, decide_first, next_for, shown
from tests.seeding import LOCALITY, TOLD, Desk, draft

EDITED = "every Monday in May"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, rules=ALL)


def test_somebody_else_decides_again_on_what_was_proposed(desk: Desk) -> None:
    desk.queue(draft())
    desk.visitor("ada")
    ben = desk.visitor("ben")
    before = shown(ben.get("/candidate/shed"))
    with desk.store() as store, store.transaction():
        store.leases.give_back("ben")
        store.db.execute("DELETE FROM openings")  # it was only to see what an undecided one looks like
    decide_first(desk)
    key = next_for(ben)
    assert key not in ("", "shed")
    assert len(key) == 16, "as any candidate's"
    page = ben.get(f"/candidate/{key}")
    differ = [
        (was, now)
        for was, now in zip(before.split(), shown(page).split(), strict=True)
        if was != now and (was, now) != ("1", "0")
    ]
    assert differ == [], "but for the number of those that wait, it is what it was"
    assert "donation" not in BeautifulSoup(page.text, "lxml").select_one("#field-fact\\.cost .chip").text
    assert TOLD["tidier.why"][0] in page.text
    assert ben.get(f"/candidate/{key}/page").text == ben.get(f"/candidate/{key}/page?revision=1").text


def test_the_same_person_never_decides_twice(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ada = desk.visitor("ada")
    assert next_for(ada) == ""


def test_who_looked_at_the_decisions_does_not_get_it(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    assert "Donation" in shown(ben.get("/candidate/shed"))
    assert next_for(ben) == ""
    assert next_for(desk.visitor("cleo")) != ""


def test_it_is_given_once_and_to_nobody_else(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben, cleo = desk.visitor("ben"), desk.visitor("cleo")
    key = next_for(ben)
    assert next_for(cleo) == ""
    assert next_for(ben) == key, "left open, it is there again"
    for role in ("reviewer", "admin"):
        assert desk.visitor(f"dot-{role}", role=role).get(f"/candidate/{key}").status_code == 404
        assert desk.visitor(f"dot-{role}", role=role).get(f"/candidate/{key}/page").status_code == 404


def test_answers_are_kept_apart_and_only_grow(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    tables = canonical(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    page = press(ben, ben.get(f"/candidate/{key}"), field="fact.age_min", button="reject")
    press(ben, page, button="approve")
    assert canonical(desk) == tables, "what is canonical knows nothing of it"
    with desk.store() as store:
        answers = {(one.side, one.field): one for one in store.blind.answers(key)}
        dispute = store.disputes.get(key)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute("UPDATE blind_answers SET reviewer = 'eve'")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.db.execute("DELETE FROM blind_answers")
    assert answers["first", "fact.cost"].value == "donation"
    assert answers["second", "fact.cost"].value == "free"
    assert answers["first", "record"].comment == COMMENT
    assert answers["second", "record"].reviewer == "ben"
    assert set(dispute.fields) == {"fact.cost", "tidier.why", "fact.age_min"}


def canonical(desk: Desk) -> dict[str, list[dict[str, object]]]:
    names = ("candidates", "fields", "decisions", "revisions", "pages", "page_versions", "records", "record_fields")
    with desk.store() as store:
        return {name: list(store.db.query(f"SELECT * FROM {name} ORDER BY 1, 2")) for name in names}  # noqa: S608


def test_undo_opens_it_again_and_the_last_answer_counts(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    page = press(ben, ben.get(f"/candidate/{key}"), button="reject")
    with desk.store() as store:
        assert store.disputes.get(key).fields == ("record",)
    page = press(ben, page, button="undo")
    assert page.url.path == f"/candidate/{key}"
    with desk.store() as store:
        assert store.disputes.find(key) is None
        assert store.blind.get(key).state == "open"
    press(ben, page, button="approve")
    with desk.store() as store:
        assert store.disputes.get(key).fields == ("fact.cost", "tidier.why")
        assert {one.verdict for one in store.blind.answers(key, first_attempt=True) if one.field == "record"} == {
            "approve",
            "reject",
        }


def test_after_a_copy_the_reviewer_goes_on_where_it_stood(desk: Desk) -> None:
    desk.pilots = frozenset({LOCALITY})
    for number in range(12):
        desk.queue(draft(f"s{number}", name=f"Shed {number}", score=1 - number / 20))
    for number in range(6):
        decide_first(desk, f"s{number}")
    ben, seen = desk.visitor("ben"), []
    key = next_for(ben)
    while key:
        seen.append(key)
        answer = press(ben, ben.get(f"/candidate/{key}"), button="approve", follow=False)
        key = answer.headers["location"].partition("?")[0].partition("/candidate/")[2]
    own = [one for one in seen if one.startswith("s")]
    assert own == [f"s{number}" for number in range(6, 12)], "in their order, each once"
    copies = [one for one in seen if not one.startswith("s")]
    assert len(copies) == len(set(copies)) == 6, "and every decision of the other was taken again"
    assert seen[: len(own)] != own, "mixed with the work, not all at its end"
    with desk.store() as store:
        assert len(store.blind.all(BlindKind.SECOND)) == 6


def test_of_many_who_ask_at_once_no_two_get_the_same(desk: Desk) -> None:
    for number in range(3):
        desk.queue(draft(f"s{number}", name=f"Shed {number}"))
        decide_first(desk, f"s{number}")
    clients = [desk.visitor(f"r{number}") for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        keys = [key for key in pool.map(next_for, clients) if key]
    assert len(keys) == len(set(keys)) == 3
    with desk.store() as store:
        assert len({store.blind.get(key).decision_id for key in keys}) == 3


def test_which_are_drawn_is_the_register_s_to_say(desk: Desk) -> None:
    drawn = [n for n in range(2000) if falls_in(0.1, f"candidate {n} 1")]
    assert 160 < len(drawn) < 240
    assert drawn == [n for n in range(2000) if falls_in(0.1, f"candidate {n} 1")]
    assert not any(falls_in(0, str(n)) for n in range(100))
    assert all(falls_in(1, str(n)) for n in range(100))


@pytest.mark.parametrize(("pilots", "given"), [(frozenset({LOCALITY}), True), (frozenset({"elsewhere"}), False)])
def test_all_of_a_pilot_is_decided_twice(tmp_path: Path, pilots: frozenset[str], given: bool) -> None:
    desk = Desk(tmp_path, pilots=pilots)
    desk.queue(draft())
    decide_first(desk)
    assert bool(next_for(desk.visitor("ben"))) is given


def test_what_is_taken_back_meanwhile_is_not_due(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ada = desk.visitor("ada")
    press(ada, ada.get("/candidate/shed"), button="undo")
    with desk.store() as store:
        store.leases.give_back("ada")
    assert next_for(desk.visitor("ben")) == "shed"


def test_what_nobody_finishes_goes_to_somebody_else(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben, cleo = desk.visitor("ben"), desk.visitor("cleo")
    key = next_for(ben)
    desk.clock.move(days=8)
    cleo = desk.visitor("cleo")
    assert next_for(cleo) not in ("", key)
    assert desk.visitor("ben").get(f"/candidate/{key}").status_code == 404


def test_those_assigned_elsewhere_are_not_asked(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    with desk.store() as store, store.transaction():
        store.assignments.assign("ben", ["elsewhere"], by="root")
    assert next_for(ben) == ""


def test_copies_stand_in_a_file_of_their_own(desk: Desk) -> None:
    desk.queue(draft())
    decide_first(desk)
    next_for(desk.visitor("ben"))
    with sqlite3.connect(desk_of(desk.settings.register)) as copies:
        assert copies.execute("SELECT count(*) FROM candidates").fetchone() == (1,)
        assert copies.execute("SELECT count(*) FROM decisions").fetchone() == (0,)
