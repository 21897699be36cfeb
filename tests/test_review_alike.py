"""One host changed alike on many records: one decision serves them all."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from starlette.testclient import TestClient

from register.models import Candidate
from review.decisions.alike import group_alike
from tests.decisions import decide
from tests.forms import press
from tests.seeding import LATER, LOCALITY, TEXT, TOLD, TOLD_LATER, Desk, draft
from tests.test_review_batches import confirm, listed

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")
OTHER = LATER.replace("£2 a time.", "£5 a time.")
TOLD_OTHER = TOLD_LATER | {
    "fact.cost": ("donation", [("£5 a time.", "")]),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def reopen(desk: Desk, *keys: str, text: str = LATER, told=TOLD_LATER, changed=CHANGED, url: str = "") -> None:
    """Records that were accepted, and whose page says something else since."""
    for key in keys:
        desk.queue(draft(key, name=key.capitalize(), url=url and f"{url}/{key}"))
        with desk.store() as store:
            decide(store, key)
        desk.publish(key)
        later = draft(key, text=text, told=told, name=key.capitalize(), url=url and f"{url}/{key}")
        desk.read_again(later, text=text, changed=changed, reopen=True)


def groups(desk: Desk) -> list[tuple[str, tuple[str, ...], list[str]]]:
    with desk.store() as store:
        found = group_alike(store.changes.reopened())
    return [(group.host, group.fields, sorted(one.candidate for one in group.records)) for group in found]


def open_first_group(client: TestClient) -> Response:
    link = BeautifulSoup(client.get("/alike").text, "lxml").select_one("section.group h2 a")
    return client.get(str(link["href"]))


def test_records_of_a_host_with_the_same_change_are_one_group(desk: Desk) -> None:
    reopen(desk, "ann", "ben", "cat")
    reopen(desk, "dan", text=OTHER, told=TOLD_OTHER)
    reopen(desk, "eve", url="https://elsewhere.example")
    assert groups(desk) == [
        ("growers.example", ("tidier.when_how_much", "fact.weekdays"), ["ann", "ben", "cat", "dan"]),
        ("growers.example", ("fact.cost",), ["ann", "ben", "cat"]),
    ]
    page = desk.visitor().get("/alike")
    assert "4 records of growers.example" in page.text
    assert "every Thursday" in page.text
    assert "every Friday at 2pm" in page.text


def test_a_field_that_is_lost_on_all_pages_is_one_change_whatever_it_was(desk: Desk) -> None:
    for number, key in enumerate(("ann", "ben")):
        phone = f"01632 96000{number}"
        text = f"{TEXT} Ring {phone}."
        desk.queue(draft(key, text=text, told=TOLD | {"fact.phones": ((phone,), [(phone, "")])}), text=text)
        with desk.store() as store:
            decide(store, key)
        desk.read_again(draft(key), text=TEXT, changed=["fact.phones"], reopen=True)
    assert groups(desk) == [("growers.example", ("fact.phones",), ["ann", "ben"])]
    page = desk.visitor().get("/alike")
    assert "01632 960000" in page.text, "of what was never published, the decision says what was approved"
    assert "not stated" in page.text


def test_one_decision_for_all_accepts_those_of_which_nothing_else_is_open_and_is_undone_as_one(desk: Desk) -> None:
    reopen(desk, "ann", "ben")
    reopen(desk, "dan", text=OTHER, told=TOLD_OTHER)
    before = {key: desk.states(key) for key in ("ann", "ben", "dan")}
    ada = desk.visitor()
    when = open_first_group(ada)
    assert "3 records of growers.example changed alike" in when.text
    batch = press(ada, when, button="approve", id=["ann", "ben", "dan"])
    assert "3 records decided alike" in batch.text
    assert desk.states("ann")["fact.weekdays"] == "approve"
    assert desk.states("ann")["fact.cost"] == "open"
    assert desk.state("ann") == "reopened"
    rest = open_first_group(ada)
    done = press(ada, rest, button="approve", id=["ann", "ben"])
    assert {key: desk.state(key) for key in before} == {"ann": "accepted", "ben": "accepted", "dan": "reopened"}
    confirm(ada, done)
    confirm(ada, batch)
    assert {key: desk.states(key) for key in before} == before
    assert {desk.state(key) for key in before} == {"reopened"}


def test_what_is_unticked_held_or_decided_meanwhile_is_left(desk: Desk) -> None:
    reopen(desk, "ann", "ben", "cat", "dan")
    desk.visitor("eve").get("/candidate/cat")
    ada = desk.visitor()
    page = open_first_group(ada)
    assert "with eve" in page.text
    with desk.store() as store:
        decide(store, "ben")
    page = press(ada, page, button="approve", id=["ann", "ben", "cat"])
    left = listed(page, "Left as they were")
    assert "eve has it until" in left["Cat"]
    assert "1 record decided alike" in page.text
    assert {key: desk.state(key) for key in ("ann", "cat", "dan")} == {
        "ann": "accepted",
        "cat": "reopened",
        "dan": "reopened",
    }


@pytest.mark.parametrize(("verdict", "state"), [("not_stated", "not_stated"), ("reject", "reject")])
def test_a_change_may_be_refused_on_all(desk: Desk, verdict: str, state: str) -> None:
    reopen(desk, "ann", "ben")
    ada = desk.visitor()
    page = open_first_group(ada)
    press(ada, page, button=verdict, id=["ann", "ben"])
    assert desk.states("ben")["fact.cost"] == state
    assert desk.state("ben") == "accepted"


def only_told(candidate: Candidate) -> Candidate:
    return replace(candidate, fields=tuple(field for field in candidate.fields if field.name in TOLD))


def reopen_at_once(desk: Desk, keys: list[str]) -> None:
    """The same as `reopen` by one open register, of records that have no fields but those that are told."""
    with desk.store() as store, store.transaction():
        run = store.runs.start("recheck", LOCALITY)
        for key in keys:
            first = only_told(draft(key))
            page, version = desk._keep(store, first, TEXT, b"")
            store.queue.add(first, page_id=page, version_id=version, run_id=run)
            decide(store, key)
            later = only_told(draft(key, text=LATER, told=TOLD_LATER))
            _, version = desk._keep(store, later, LATER, b"")
            store.queue.reopen(later, version_id=version, run_id=run, touched=frozenset(CHANGED))
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={})


def test_three_hundred_records_of_a_host_are_done_with_one_decision(desk: Desk) -> None:
    keys = [f"s{number:03}" for number in range(300)]
    reopen_at_once(desk, keys)
    ada = desk.visitor()
    page = open_first_group(ada)
    assert "300 records of growers.example changed alike" in page.text
    batch = press(ada, page, button="approve", id=keys)
    assert "300 records decided alike" in batch.text
    with desk.store() as store:
        assert store.queue.counts()["accepted"] == 300
    confirm(ada, batch)
    with desk.store() as store:
        assert store.queue.counts()["reopened"] == 300
