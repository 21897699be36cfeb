"""The audit log: what was written stays as it was written, or it shows."""

import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from register.errors import TidiermapError
from register.store import Store, utc_now
from register.store.people.audit import AuditHead, read_head
from tests.registers import lay_register

WRITER = """
import sys
from pathlib import Path
from register.store import Store, utc_now
with Store(Path(sys.argv[1]), clock=utc_now) as store:
    for number in range(40):
        if number % 2:
            store.audit.note(sys.argv[2], "tested", f"thing {number}")
        else:
            with store.transaction():
                store.audit.note(sys.argv[2], "tested", f"thing {number}", before="a", after="b")
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = lay_register(tmp_path / "register.db")
    with Store(path, clock=utc_now) as store:
        for number in range(1, 6):
            store.audit.note("ada", "tested", f"thing {number}", before='{"state":"open"}', after="ü")
    return path


def tamper(register: Path, *statements: str) -> None:
    """Changes the file as somebody who holds it can: the triggers first."""
    with sqlite3.connect(register) as db:
        for trigger in ("audit_follows", "audit_no_update", "audit_no_delete"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)
    db.close()


def test_the_chain_of_what_was_noted_holds(register: Path) -> None:
    with Store(register, clock=utc_now) as store:
        entries = list(store.audit.entries())
        assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
        assert [entry.previous for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]
        assert store.audit.verify(head=store.audit.head()) is None
        assert [entry.about for entry in store.audit.latest(limit=2, who="ada")] == ["thing 5", "thing 4"]
        assert [entry.number for entry in store.audit.entries(about="thing 3")] == [3]


@pytest.mark.parametrize(
    ("statement", "number", "found"),
    [
        ("UPDATE audit SET who = 'bo' WHERE number = 3", 3, "is not as it was written"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE number = 1", 1, "is not as it was written"),
        ("UPDATE audit SET before = before || ' ' WHERE number = 4", 4, "is not as it was written"),
        ("DELETE FROM audit WHERE number = 2", 2, "is missing"),
        ("DELETE FROM audit WHERE number = 1", 1, "is missing"),
        ("UPDATE audit SET number = 9 WHERE number = 3", 3, "is missing"),
        ("UPDATE audit SET hash = 'x' || substr(hash, 2) WHERE number = 4", 4, "is not as it was written"),
        ("UPDATE audit SET previous = 'x' WHERE number = 5", 5, "does not follow"),
    ],
)
def test_a_changed_or_removed_entry_is_named(register: Path, statement: str, number: int, found: str) -> None:
    tamper(register, statement)
    with Store(register, clock=utc_now) as store:
        fault = store.audit.verify()
        assert fault is not None
        assert fault.number == number
        assert found in str(fault)


def test_entries_that_changed_places_are_named(register: Path) -> None:
    tamper(
        register,
        "UPDATE audit SET number = -2 WHERE number = 2",
        "UPDATE audit SET number = 2 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = -2",
    )
    with Store(register, clock=utc_now) as store:
        assert store.audit.verify().number == 2


def test_an_end_that_was_cut_off_shows_against_the_head_kept_elsewhere(register: Path) -> None:
    with Store(register, clock=utc_now) as store:
        head = store.audit.head()
    tamper(register, "DELETE FROM audit WHERE number > 3")
    with Store(register, clock=utc_now) as store:
        assert store.audit.verify() is None
        assert store.audit.verify(head=head).number == 4
        for _ in range(2):
            store.audit.note("eve", "tested", "another end")
        fault = store.audit.verify(head=read_head(str(head)))
        assert fault.number == 5
        assert head.hash in fault.found


def test_the_database_itself_refuses_to_change_or_fork_the_log(register: Path) -> None:
    with sqlite3.connect(register) as db:
        for statement in ("UPDATE audit SET who = 'bo'", "DELETE FROM audit WHERE number = 5"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="follows the last"):
            db.execute(
                "INSERT INTO audit (number, at, who, what, about, before, after, previous, hash) "
                "SELECT 6, at, who, what, about, before, after, previous, 'h' FROM audit WHERE number = 4"
            )
    db.close()


def test_what_fails_is_not_noted(register: Path) -> None:
    with Store(register, clock=utc_now) as store:
        with suppress(ZeroDivisionError), store.transaction():
            store.audit.note("ada", "tested", "what never was")
            1 / 0  # noqa: B018 (it fails, which is the point)
        assert store.audit.head().entries == 5


def test_several_processes_write_one_chain(register: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(register), name], cwd=Path(__file__).parent.parent)
        for name in ("bo", "cy", "di")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    with Store(register, clock=utc_now) as store:
        assert store.audit.head().entries == 5 + 3 * 40
        assert store.audit.verify() is None
        assert {entry.who for entry in store.audit.entries()} == {"ada", "bo", "cy", "di"}


@pytest.mark.parametrize("text", ["", "5", "5:", "0:" + "a" * 64, "x:" + "a" * 64, "5:abc"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TidiermapError, match="expected ENTRIES:HASH"):
        read_head(text)


def test_a_head_is_read_as_it_was_printed() -> None:
    for head in (AuditHead(entries=0, hash=""), AuditHead(entries=12, hash="ab" * 32)):
        assert read_head(str(head)) == head
