"""Decisions in the audit log, and whether the kept decisions are still those that the log says were made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from register.database import Database
from register.models import RECORD
from register.serial import canonical

WHAT = "decision: "

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry of the log about a decision: what it met, its row, and the digest of the rows that came with it."""

    id: int
    row: Row
    parts: str


def describe(db: Database, decision_id: int) -> tuple[str, str, str, str, str]:
    """Who, what, about, before and after of a decision that was kept just now.

    One on a field is described before it takes effect; one on a record after the approvals of its open fields were
    kept, which have no entry of their own.
    """
    row = next(db.query("SELECT * FROM decisions WHERE id = ?", [decision_id]))
    parts: list[Row] = []
    if row["field"] == RECORD:
        parts = _parts(db, row)
        before: Row = {"state": row["stood"], "open": [part["field"] for part in parts]}
    else:
        before = _field_before(db, row)
    after = {"row": row, "parts": _digest(parts, row)}
    what = f"{WHAT}{row['verdict']} {row['field']}"
    return row["reviewer"], what, f"candidate {row['candidate_id']}", canonical(before), canonical(after)


def first_changed(db: Database) -> tuple[int, str] | None:
    """The id of the first decision that is not as the audit log says that it was made, and what is wrong with it.

    Decisions from before there was a log are not in it; each later one must be.
    """
    told: set[int] = set()
    for entry in _told(db):
        row = next(db.query("SELECT * FROM decisions WHERE id = ?", [entry.id]), None)
        if row is None:
            return entry.id, "is missing"
        if any(row.get(name) != value for name, value in entry.row.items()):
            return entry.id, "is not as it was made"
        parts = _parts(db, row) if row["field"] == RECORD else []
        if _digest(parts, entry.row) != entry.parts:
            return entry.id, "approved other fields than those that now say so"
        told |= {entry.id, *(int(str(part["id"])) for part in parts)}
    if not told:
        return None
    ids = (row["id"] for row in db.query("SELECT id FROM decisions WHERE id >= ? ORDER BY id", [min(told)]))
    return next(((number, "is not in the audit log") for number in ids if number not in told), None)


def told_now(db: Database) -> Iterator[tuple[int, str]]:
    """(number, what it is to say after) of each entry whose decisions read otherwise than it tells: what was taken out
    of them on request is to be gone from here too."""
    for entry in list(db.query("SELECT number, after FROM audit WHERE what LIKE ? ORDER BY number", [f"{WHAT}%"])):
        told = json.loads(entry["after"])
        row = next(db.query("SELECT * FROM decisions WHERE id = ?", [told["row"]["id"]]))
        parts = _parts(db, row) if row["field"] == RECORD else []
        after = canonical({"row": {name: row[name] for name in told["row"]}, "parts": _digest(parts, told["row"])})
        if after != entry["after"]:
            yield entry["number"], after


def _parts(db: Database, row: Row) -> list[Row]:
    """The approvals that came with the approval of their record."""
    rows = db.query(
        "SELECT * FROM decisions WHERE candidate_id = ? AND id > ? AND part_of = ? AND verdict != 'undo' ORDER BY id",
        [row["candidate_id"], row["id"], row["id"]],
    )
    return list(rows)


def _field_before(db: Database, row: Row) -> Row:
    """The field's state, the value that was proposed, and that which the decision before gave it."""
    fields = db.query(
        "SELECT f.state, f.decision_id AS decision, json_extract(f.proposal, '$.value') AS proposed, d.value AS given "
        "FROM fields f LEFT JOIN decisions d ON d.id = f.decision_id WHERE f.candidate_id = ? AND f.name = ?",
        [row["candidate_id"], row["field"]],
    )
    return next(fields, {})


def _digest(parts: Iterable[Row], whole: Row) -> str:
    """Of the parts' columns that `whole` has, so that a column that came later changes nothing; "" of none."""
    lines = [canonical({name: part[name] for name in whole}) for part in parts]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def _told(db: Database) -> Iterator[Told]:
    for entry in db.query("SELECT after FROM audit WHERE what LIKE ? ORDER BY number", [f"{WHAT}%"]):
        after = json.loads(entry["after"])
        yield Told(id=after["row"]["id"], row=after["row"], parts=after["parts"])
