"""Open registers that requests borrow."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

from register.store import Store
from review.pool import StorePool
from tests.seeding import Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


@pytest.fixture
def pool(desk: Desk) -> StorePool:
    return StorePool(desk.settings.register, desk.settings.open_store)


def test_a_store_that_came_back_is_lent_again_and_never_to_two_at_once(pool: StorePool) -> None:
    with pool.lend() as first:
        pass
    with pool.lend() as again, pool.lend() as other:
        assert again is first
        assert other is not first
    together = Barrier(4)

    def borrow(_: int) -> int:
        with pool.lend() as store:
            together.wait(timeout=10)
            return id(store)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(borrow, range(4)))) == 4


def test_what_was_not_finished_is_taken_back_and_what_failed_is_closed(pool: StorePool) -> None:
    with pool.lend() as store:
        store.db.conn.execute("BEGIN IMMEDIATE")
        store.db.conn.execute("UPDATE candidates SET name = 'Half done'")
    with pool.lend() as store:
        assert store.queue.get("shed").draft.name == "Potting Shed Pals"
        assert [row.name for row in store.queue.rows()] == ["Potting Shed Pals"]
    failed: list[Store] = []
    with suppress(ZeroDivisionError), pool.lend() as store:
        failed.append(store)
        _ = 1 / 0
    assert failed
    with pool.lend() as store:
        assert store is not failed[0]


def test_a_register_that_was_put_in_the_place_of_the_old_one_is_read(desk: Desk, pool: StorePool) -> None:
    with pool.lend() as store:
        assert len(store.queue.rows()) == 1
    elsewhere = desk.folder / "elsewhere"
    elsewhere.mkdir()
    other = Desk(elsewhere)
    other.queue(draft("one"))
    other.queue(draft("two"))
    shutil.move(elsewhere / "register.db", desk.folder / "register.db")
    with pool.lend() as store:
        assert {row.id for row in store.queue.rows()} == {"one", "two"}
