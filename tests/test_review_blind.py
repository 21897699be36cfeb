"""Blind second review: somebody else decides again, and nothing shows what was decided first, or that it was."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from register.review_rules import Sharing
from register.store.blind import BlindKind, falls_in
from review.blind import desk_of
from tests.public import PublicDesk
from tests.seeding import LOCALITY, RULES, TOLD, Desk, draft, press

ALL = RULES.model_copy(update={"second_review": Sharing(share=1.0)})
COMMENT = "as they wrote to us in confidence"
EDITED = "every Monday in May"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, rules=ALL)


def decide_first(desk: Desk, key: str = "shed", *, name: str = "ada", button: str = "approve") -> None:
    """Somebody edits one field, leaves a comment, and decides on the whole record."""
    client = desk.visitor(name)
    page = client.get(f"/candidate/{key}")
    page = press(client, page, field="fact.cost", button="edit", value="donation", comment=COMMENT)
    page = press(client, page, field="tidier.why", button="not_stated")
    press(client, page, button=button, comment=COMMENT, follow=False)
    with desk.store() as store:
        store.leases.give_back(name)


def next_for(client: TestClient, query: str = "") -> str:
    """The id of what the reviewer is given next; empty where nothing is."""
    address = client.get(f"/next{query}").headers["location"]
    return address.partition("?")[0].partition("/candidate/")[2]


def shown(page: Response) -> str:
    """What the page says, but for what differs between any two candidates: its id, its dates, the session."""
    return " ".join(BeautifulSoup(page.text, "lxml").get_text(" ").split())


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


@pytest.mark.parametrize(
    "address",
    [
        "/candidate/shed",
        "/candidate/shed/page",
        "/candidate/shed/history",
        "/record/tm-shed",
        "/record/tm-shed/page",
        "/candidate/shed?field=fact.cost",
    ],
)
def test_the_record_itself_leads_to_the_copy_until_it_is_decided(desk: Desk, address: str) -> None:
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    ben = desk.visitor("ben")
    key = next_for(ben)
    answer = ben.get(address)
    assert answer.status_code in (303, 404), "no page of what was decided"
    assert answer.headers.get("location", "").startswith(f"/candidate/{key}") or answer.status_code == 404
    press(ben, ben.get(f"/candidate/{key}"), button="approve")
    assert ben.get("/candidate/shed").status_code == 303, "in dispute, it stays hidden"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?state=accepted",
        "/?state=all",
        "/?q=Potting",
        "/records",
        "/records?q=Potting",
        "/pairs",
        "/alike",
        "/own",
        "/progress",
        "/quality",
    ],
)
def test_no_list_shows_the_record_as_decided(desk: Desk, address: str) -> None:
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    ben = desk.visitor("ben")
    next_for(ben)
    page = ben.get(address)
    assert page.status_code in (200, 303)
    assert "tm-shed" not in page.text
    assert "/candidate/shed" not in page.text
    assert COMMENT not in page.text
    other = desk.visitor("cleo").get(address)
    assert other.status_code == page.status_code, "to others it is a page as before"


def test_the_public_pages_do_not_show_it_to_the_second_reviewer(tmp_path: Path) -> None:
    desk = PublicDesk(tmp_path, rules=ALL)
    desk.queue(draft())
    decide_first(desk)
    desk.publish()
    desk.put_out()
    ben, cleo = desk.visitor("ben"), desk.visitor("cleo")
    key = next_for(ben)
    assert "/services/tm-shed" in cleo.get("/services").text
    page = ben.get("/services")
    assert "tm-shed" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert cleo.get("/services/tm-shed").status_code == 200
    assert ben.get("/services/tm-shed").headers["location"] == f"/candidate/{key}"


def test_the_undo_banner_does_not_show_it(desk: Desk) -> None:
    desk.queue(draft(name="Zinnia Row"))
    decide_first(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    desk.queue(draft("other", name="Other"))
    address = "/candidate/other?after=shed&said=accepted"
    assert "Zinnia Row accepted" in shown(desk.visitor("cleo").get(address))
    assert "Zinnia Row" not in shown(ben.get(address))
    page = press(ben, ben.get(f"/candidate/{key}"), button="approve")
    assert "Zinnia Row accepted" in shown(page), "their own they can take back, as any"
    assert f"/candidate/{key}" in ben.get("/own").text, "and last week's too"
    assert press(ben, page, button="undo").url.path == f"/candidate/{key}"


def test_similar_records_are_not_the_record_itself(desk: Desk) -> None:
    asked = []

    def similar(store, known):
        asked.append(known.id)
        return (("shed", ("company",)), ("other", ("company",)))

    desk.similar = similar
    desk.queue(draft())
    decide_first(desk)
    ben = desk.visitor("ben")
    page = ben.get(f"/candidate/{next_for(ben)}")
    assert asked[-1] == "shed", "so that what is like the record leaves out the record"
    assert COMMENT not in page.text


def test_beside_another_record_it_is_no_precedent(desk: Desk) -> None:
    desk.similar = lambda store, known: (("shed", ("company",)),)
    desk.queue(draft())
    desk.queue(draft("other", name="Other"))
    decide_first(desk)
    ben = desk.visitor("ben")
    next_for(ben)
    assert COMMENT in desk.visitor("cleo").get("/candidate/other").text
    page = ben.get("/candidate/other")
    assert page.status_code == 200
    assert COMMENT not in page.text
    assert "Decided before" not in page.text


def test_the_page_of_a_batch_does_not_show_it(desk: Desk) -> None:
    desk.queue(draft(name="Zinnia Row"))
    ada = desk.visitor("ada")
    plan = BeautifulSoup(ada.get("/batch?action=reject&of=all").text, "lxml").select("form.batch input")
    form = {str(one["name"]): str(one.get("value", "")) for one in plan} | {"said": "no longer there"}
    address = ada.post("/batch", data=form).headers["location"]
    ben = desk.visitor("ben")
    next_for(ben)
    assert "Zinnia Row" in desk.visitor("cleo").get(address).text
    page = ben.get(address)
    assert page.status_code == 200
    assert "Zinnia Row" not in page.text


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
