"""Leases and assignments as the register keeps them: one holder at a time, over several processes, and they end."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from register.serial import from_text
from register.store import Store, utc_now
from register.store.queue.leases import HeldError
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for key in ("shed", "barn"):
        desk.queue(draft(key))
    return desk


def test_one_holder_at_a_time_until_it_expires(desk: Desk) -> None:
    with desk.store() as store:
        ada = store.leases.take("shed", "ada", minutes=30)
        assert store.leases.take("shed", "bo", minutes=30) == ada
        desk.clock.move(minutes=29)
        assert store.leases.take("shed", "ada", minutes=30).taken_at == ada.taken_at, "prolonged"
        desk.clock.move(minutes=29)
        with pytest.raises(HeldError, match=r"ada has it until 09:59 UTC"):
            store.leases.check("shed", "bo")
        desk.clock.move(minutes=1)
        assert store.leases.of("shed") is None
        assert store.leases.take("shed", "bo", minutes=30).holder == "bo"
        store.leases.check("barn", "bo")


def test_a_take_over_says_from_whom(desk: Desk) -> None:
    with desk.store() as store:
        store.leases.take("shed", "ada", minutes=30)
        desk.clock.move(minutes=5)
        assert store.leases.take_over("shed", "bo", minutes=30).taken_from == "ada"
        assert store.leases.take("shed", "bo", minutes=30).taken_from == "ada", "decisions prolong it"
        with pytest.raises(HeldError, match="bo took this over from you at 09:05 UTC"):
            store.leases.check("shed", "ada")
        with pytest.raises(HeldError, match="bo has it until"):
            store.leases.check("shed", "cy")
        assert store.leases.take_over("barn", "cy", minutes=30).taken_from == ""


def test_leases_are_given_back_one_or_all(desk: Desk) -> None:
    with desk.store() as store:
        for key in ("shed", "barn"):
            store.leases.take(key, "ada", minutes=30)
        assert store.leases.give_back("bo") == 0
        assert store.leases.give_back("ada", "shed") == 1
        assert [lease.candidate for lease in store.leases.held()] == ["barn"]
        assert set(store.leases.held_by_others("bo", ("shed", "barn"))) == {"barn"}
        assert store.leases.held_by_others("ada", ("shed", "barn")) == {}
        assert store.leases.give_back("ada") == 1
        assert store.leases.held("ada") == ()


def test_what_another_holds_is_no_row_of_the_list_of_what_is_free(desk: Desk) -> None:
    with desk.store() as store:
        store.leases.take("shed", "ada", minutes=30)
        for who, free in (("ada", {"shed", "barn"}), ("bo", {"barn"})):
            rows = store.queue.rows(free_for=(who, from_text("2026-03-02T09:10:00.000000Z")))
            assert {row.id for row in rows} == free
        assert len(store.queue.rows(free_for=("bo", from_text("2026-03-02T09:30:00.000000Z")))) == 2
        assert store.queue.rows(localities=("elsewhere",)) == ()


def _grab(file: Path, who: str) -> str:
    with Store(file, clock=utc_now) as store, store.transaction():
        return store.leases.take("shed", who, minutes=30).holder


def test_of_eight_processes_that_ask_at_once_one_gets_it(desk: Desk) -> None:
    with ProcessPoolExecutor(8) as pool:
        holders = set(pool.map(_grab, [desk.folder / "register.db"] * 8, [f"reviewer{n}" for n in range(8)]))
    assert len(holders) == 1


def test_assignments_are_replaced_as_a_whole(desk: Desk) -> None:
    with desk.store() as store:
        store.users.put("bo", role="reviewer", password_hash="none")
        store.assignments.assign("bo", ["wexham", "fenmarsh"], by="ada")
        assert store.assignments.of("bo") == ("fenmarsh", "wexham")
        store.assignments.assign("bo", ["fenmarsh"], by="ada")
        assert store.assignments.all() == {"bo": ("fenmarsh",)}
        assert store.assignments.of("ada") == ()
