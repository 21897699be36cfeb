"""`tidiermap audit` as somebody who runs the register types it."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from register.serial import canonical
from register.store import Store, utc_now
from tests.registers import lay_register


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = lay_register(tmp_path / "register.db")
    with Store(path, clock=utc_now) as store:
        store.audit.note("ada", "signed in", "user ada")
        store.audit.note("ada", "merged", "record 1", before="apart", after="\x1b[31mred")
    return path


def audit(register: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["--register", str(register), "audit", *args])


def test_a_head_kept_elsewhere_shows_that_the_end_was_cut_off(register: Path, tmp_path: Path) -> None:
    whole = audit(register, "verify")
    assert whole.exit_code == 0
    head = whole.stdout.splitlines()[-1]
    assert audit(register, "verify", "--head", head).exit_code == 0
    with sqlite3.connect(register) as db:
        db.execute("DROP TRIGGER audit_no_delete")
        db.execute("DELETE FROM audit WHERE number = 2")
    db.close()
    assert audit(register, "verify").exit_code == 0
    cut = audit(register, "verify", "--head", head)
    assert cut.exit_code == 1
    assert "entry 2 is missing" in cut.stderr
    published = tmp_path / "audit.json"
    entries, _, last = head.partition(":")
    published.write_text(json.dumps({"entries": int(entries), "hash": last}))
    assert audit(register, "verify", "--against", str(published)).exit_code == 1
    published.write_text("[]")
    refused = audit(register, "verify", "--against", str(published))
    assert "expected the audit.json" in str(refused.exception)


def test_entries_are_listed_and_exported(register: Path, tmp_path: Path) -> None:
    listed = audit(register, "list").stdout
    assert [line.split("  ")[-2:-1] for line in listed.splitlines()][1] == ["record 1"]
    assert "\x1b" not in listed
    assert "signed in" not in audit(register, "list", "--what", "merged").stdout
    assert audit(register, "export", "--out", str(tmp_path / "log.jsonl")).exit_code == 0
    exported = (tmp_path / "log.jsonl").read_text()
    assert exported == audit(register, "export").stdout
    assert [json.loads(line)["about"] for line in exported.splitlines()] == ["user ada", "record 1"]


def test_accounts_made_at_the_command_line_are_noted_without_their_passwords(register: Path) -> None:
    runner = CliRunner()
    commands = (
        ["add", "cy", "--role", "admin"],  # the only admin cannot be disabled
        ["add", "bo", "--password", "four cold spades"],
        ["add", "bo", "--role", "admin"],
        ["disable", "bo"],
    )
    for args in commands:
        assert runner.invoke(cli, ["--register", str(register), "user", *args]).exit_code == 0
    with Store(register, clock=utc_now) as store:
        noted = [(one.what, one.before, one.after) for one in store.audit.entries(about="user bo")]
    reviewer, admin, gone = (
        canonical({"role": role, "disabled": disabled, "localities": []})
        for role, disabled in (("reviewer", False), ("admin", False), ("admin", True))
    )
    assert noted == [
        ("added", "", reviewer),
        ("gave a role and a new password", reviewer, admin),
        ("disabled", admin, gone),
    ]
    assert b"four cold spades" not in register.read_bytes()
    assert "argon2" not in audit(register, "export").stdout
