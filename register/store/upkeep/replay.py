"""Making a register's candidates, fields and records again from its log alone, through the code that made them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from register.errors import TidiermapError
from register.models import ServiceRecord
from register.publishing.publication import tables_digest
from register.serial import from_text, load_candidate
from register.store.publishing.records import compose
from register.store.queue.revisions import ALL, RevisionTables, Step
from register.store.upkeep.log import LogTables

if TYPE_CHECKING:
    from register.store import Store

Row = dict[str, object]
Composed = tuple[ServiceRecord, dict[str, int]]  # with the decision on each field
RECORD_WRITTEN = "record"  # of an entry in the log

# What crawls note of the world, which nothing follows from but what the log says of it; copied as it is.
GIVEN = ("runs", "pages", "statements")
# What is kept for ever, and what follows from it: each is the same after a replay.
REPLAYED = (
    "log",
    "page_versions",
    "revisions",
    "decisions",
    "judgements",
    "candidates",
    "fields",
    "records",
    "record_fields",
    "publications",
    "publication_lines",
    "restored",
)
# Bookkeeping of crawls, of no meaning to a reviewer: in which bytes of its page a candidate was last seen.
LEFT_OUT = {"candidates": ("seen_in",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A table after a replay: its rows, their SHA-256, and the first that is not as it was ("" where all are)."""

    table: str
    rows: int
    digest: str
    differs: str


@dataclass
class LogClock:
    """The time of the entry of the log that is being replayed."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def replay(source: Store, path: Path, *, open_store: Callable[[Path, LogClock], Store]) -> tuple[Replayed, ...]:
    """Makes the register `path`, which must not be there yet, from the log of `source`, and compares the two.

    Raises TidiermapError where the file is there, and where something happened before there was a log.
    """
    if path.exists():
        raise TidiermapError(f"{path}: found a file, expected none: a replay begins with an empty register")
    _check_log(source)
    clock = LogClock(now=source.clock())
    with open_store(path, clock) as target, target.transaction():
        target.db.execute("PRAGMA defer_foreign_keys = ON")  # statements name candidates, which are made later
        for table in GIVEN:
            for row in _rows(source, table):
                _put(target, table, row)
        waiting, ready = _composed_before(source), dict[int, Composed]()
        for entry in source.db.query("SELECT * FROM log ORDER BY seq"):
            clock.now = from_text(entry["at"]) if entry["at"] else clock.now
            if entry["kind"] == RECORD_WRITTEN:
                seq = entry["seq"]
                _put_record(target, entry, ready.pop(seq) if seq in ready else _compose(target, entry))
            else:
                STEPS[entry["kind"]](source, target, entry)
            for later in waiting.pop(entry["seq"], ()):
                ready[later["seq"]] = _compose(target, later)
        return tuple(compare(source, target))


def compare(one: Store, other: Store) -> Iterator[Replayed]:
    """Each of the REPLAYED tables, row by row in the order of their keys."""
    for table in REPLAYED:
        rows, seen, differs = 0, hashlib.sha256(), ""
        for told, again in zip_longest(_rows(one, table), _rows(other, table)):
            rows += told is not None
            line = _told(again)
            seen.update(f"{line}\n".encode())
            if told != again and not differs:
                differs = f"found {line[:400]}, expected {_told(told)[:400]}"
        yield Replayed(table=table, rows=rows, digest=seen.hexdigest(), differs=differs)


def _told(row: Row | None) -> str:
    """A row as JSON; packed bytes as hexadecimal digits."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=bytes.hex)


def _check_log(source: Store) -> None:
    for table, kind, unsaid in (("revisions", "revision", " OR t.opened IS NULL"), ("decisions", "decision", "")):
        number = "t.revision" if table == "revisions" else "t.id"
        rows = source.db.query(
            f"SELECT count(*) AS n FROM {table} t WHERE (t.candidate_id, {number}) NOT IN "  # noqa: S608 (ours)
            f"(SELECT candidate_id, number FROM log WHERE kind = '{kind}'){unsaid}"
        )
        if early := int(next(iter(rows))["n"]):
            raise TidiermapError(f"{table}: found {early:,} from before there was a log, expected each to stand in it")


def _rows(store: Store, table: str) -> Iterator[Row]:
    columns = [column for column in _columns(store, table) if column not in LEFT_OUT.get(table, ())]
    keys = [row["name"] for row in store.db.query(f"PRAGMA table_info({table})") if row["pk"]]
    return store.db.query(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(keys)}")  # noqa: S608 (ours)


def _columns(store: Store, table: str) -> list[str]:
    return [row["name"] for row in store.db.query(f"PRAGMA table_info({table})")]


def _put(target: Store, table: str, row: Row) -> None:
    holes = ", ".join("?" * len(row))
    target.db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", list(row.values()))  # noqa: S608


def _copy(source: Store, target: Store, table: str, row_id: int) -> None:
    for row in source.db.query(f"SELECT * FROM {table} WHERE id = ?", [row_id]):  # noqa: S608 (the name is ours)
        _put(target, table, row)


def _version(source: Store, target: Store, entry: Row) -> None:
    _copy(source, target, "page_versions", int(str(entry["number"])))


def _revision(source: Store, target: Store, entry: Row) -> None:
    rows = source.db.query(
        "SELECT r.*, v.page_id FROM revisions r JOIN page_versions v ON v.id = r.version_id "
        "WHERE r.candidate_id = ? AND r.revision = ?",
        [entry["candidate_id"], entry["number"]],
    )
    for row in rows:
        draft = load_candidate(row["draft"])
        every = frozenset(field.name for field in draft.fields)
        step = Step(
            draft=draft,
            revision=row["revision"],
            version_id=row["version_id"],
            run_id=row["run_id"],
            reason=row["reason"],
            opened=every if row["opened"] == ALL else frozenset(json.loads(row["opened"])),
            changed=None if row["changed"] == ALL else frozenset(json.loads(row["changed"])),
            state=row["state"],
            visited=bool(row["visited"]),
            at=row["created_at"],
        )
        RevisionTables(target.db).keep(step, page_id=row["page_id"])


def _decision(source: Store, target: Store, entry: Row) -> None:
    number = int(str(entry["number"]))
    _copy(source, target, "decisions", number)
    for row in target.db.query("SELECT part_of FROM decisions WHERE id = ?", [number]):
        target.decisions.take_effect(number, target.decisions.get(number), row["part_of"])


def _judgement(source: Store, target: Store, entry: Row) -> None:
    number = int(str(entry["number"]))
    _copy(source, target, "judgements", number)
    target.judgements.take_effect(target.judgements.get(number))


def _seen(source: Store, target: Store, entry: Row) -> None:
    about, said, at = str(entry["candidate_id"]), str(entry["said"]), str(entry["at"])
    LogTables(target.db).note("seen", about, said=said, at=at)
    RevisionTables(target.db).take_touch(about, fetched_at=said, at=at)


def _missing(source: Store, target: Store, entry: Row) -> None:
    about, at = str(entry["candidate_id"]), str(entry["at"])
    LogTables(target.db).note("missing", about, at=at)
    RevisionTables(target.db).take_missing(about, at=at)


def _composed_before(source: Store) -> dict[int, list[dict[str, Any]]]:
    """Entries of records that were put together before the entries that stand right before theirs (somebody decided
    while the files were written), by the last entry that they know of."""
    found: dict[int, list[dict[str, Any]]] = {}
    for entry in source.db.query(
        "SELECT * FROM (SELECT *, json_extract(said, '$.as_of') AS as_of FROM log WHERE kind = ?) WHERE as_of > 0",
        [RECORD_WRITTEN],
    ):
        found.setdefault(entry["as_of"], []).append(entry)
    return found


def _compose(target: Store, entry: Row) -> Composed:
    """Puts a record together as publishing did: its values and dates follow from drafts and decisions."""
    about, told = str(entry["candidate_id"]), json.loads(str(entry["said"]))
    decided = target.merging.fields(about)
    if decided is None:
        raise TidiermapError(
            f"record {told['id']}: found an open field, expected all to be decided when it was written"
        )
    record = compose(
        decided,
        id=told["id"],
        locality=target.queue.get(about).draft.locality,
        gss_code=told["gss_code"],
        name=told["name"],
        page_url=told["page_url"],
        own_route=target.routes.of_own_page(about),
        identity=target.identity.of(about),
    )
    return record, {field.name: decision for field, decision in decided}


def _put_record(target: Store, entry: Row, composed: Composed) -> None:
    record, decisions = composed
    as_of = json.loads(str(entry["said"])).get("as_of", 0)
    target.records.put(record, str(entry["candidate_id"]), decisions, as_of=as_of)


def _withdrawal(source: Store, target: Store, entry: Row) -> None:
    record_id, _, ended = str(entry["said"]).partition(" ")
    target.records.withdraw(record_id, at=str(entry["at"]), ended=ended)


def _pointer(source: Store, target: Store, entry: Row) -> None:
    target.records.point(str(entry["candidate_id"]), str(entry["said"]) or None)


def _publication(source: Store, target: Store, entry: Row) -> None:
    """Notes a publication with its records' lines; of the canonical tables it has the digest that they came out with,
    so that a publication which was not made from them differs."""
    purged = "SELECT 1 AS one FROM log WHERE kind = 'purge' AND seq > ?"  # then the tables are not as they were
    since = any(True for _ in source.db.query(purged, [entry["seq"]]))
    for row in source.db.query("SELECT * FROM publications WHERE id = ?", [entry["said"]]):
        again = tables_digest(target.records.all()) if row["tables"] and not since else row["tables"]
        _put(target, "publications", {**row, "tables": again})
        for line in source.db.query("SELECT * FROM publication_lines WHERE number = ?", [row["number"]]):
            _put(target, "publication_lines", line)


def _purge(source: Store, target: Store, entry: Row) -> None:
    """What was purged is gone from all that is replayed; that it was stays in the log."""
    LogTables(target.db).note("purge", str(entry["candidate_id"]), said=str(entry["said"]), at=str(entry["at"]))


def _restored(source: Store, target: Store, entry: Row) -> None:
    target.restored.replay(str(entry["candidate_id"]), str(entry["said"]), str(entry["at"]))


STEPS: dict[str, Callable[[Store, Store, Row], None]] = {
    "version": _version,
    "revision": _revision,
    "decision": _decision,
    "judgement": _judgement,
    "seen": _seen,
    "missing": _missing,
    "withdrawal": _withdrawal,
    "pointer": _pointer,
    "publication": _publication,
    "restored": _restored,
    "purge": _purge,
}
