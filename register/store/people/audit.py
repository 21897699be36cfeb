"""Who did what, and when: append-only, each entry with the hash of the one before, so that tampering shows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import TidiermapError
from register.models import Clock
from register.serial import canonical, from_text, to_text
from register.store.decisions.decision_audit import describe, first_changed
from register.store.transactions import transaction

HASHED = ("number", "at", "who", "what", "about", "before", "after", "previous")
PURGED = "purged"  # what the entry is called that tells of a purge
HEAD = re.compile(r"(\d+):([0-9a-f]{64})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`before` and `after` are words or canonical JSON; `hash` is the SHA-256 of all else, `previous` among it."""

    number: int
    at: datetime
    who: str
    what: str
    about: str
    before: str
    after: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """How many entries the log has, and the last one's hash: kept elsewhere, it shows that the end was cut off.

    >>> str(AuditHead(entries=0, hash=""))
    '0:'
    """

    entries: int
    hash: str

    def __str__(self) -> str:
        return f"{self.entries}:{self.hash}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """The first entry (or decision) that is not as it was written, and what is wrong with it."""

    number: int
    found: str
    kind: str = "entry"

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.found}"


def read_head(text: str) -> AuditHead:
    """What `str(AuditHead)` wrote; raises TidiermapError for another text."""
    found = HEAD.fullmatch(text.strip())
    if not found or (int(found[1]) > 0) != bool(found[2]):
        raise TidiermapError(f"head: found {text!r}, expected ENTRIES:HASH as `tidiermap audit verify` printed it")
    return AuditHead(entries=int(found[1]), hash=found[2] or "")


class AuditTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note(self, who: str, what: str, about: str, *, before: str = "", after: str = "") -> None:
        """Adds an entry: `who` did `what` to `about` ("candidate 1f2e", "user ada"), which was and is now so.

        Stands in the transaction of what it notes, so that neither is there without the other. Never a secret in it.
        """
        with transaction(self._db):
            last = self._last()
            row = {
                "number": last.entries + 1,
                "at": to_text(self._clock()),
                "who": who,
                "what": what,
                "about": about,
                "before": before,
                "after": after,
                "previous": last.hash,
            }
            self._db.execute(
                "INSERT INTO audit (number, at, who, what, about, before, after, previous, hash) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [*row.values(), _hash(row)],
            )

    def note_decision(self, decision_id: int) -> None:
        """Adds the entry of a kept decision; see decision_audit.describe for when."""
        who, what, about, before, after = describe(self._db, decision_id)
        self.note(who, what, about, before=before, after=after)

    def head(self) -> AuditHead:
        return self._last()

    def entries(self, *, who: str = "", what: str = "", about: str = "", after: int = 0) -> Iterator[AuditEntry]:
        """The entries with a number above `after`, oldest first; an empty filter lets all through."""
        rows = self._db.query(
            "SELECT * FROM audit WHERE number > ? AND ? IN ('', who) AND ? IN ('', what) AND ? IN ('', about) "
            "ORDER BY number",
            [after, who, what, about],
        )
        return (_entry(row) for row in rows)

    def latest(self, *, limit: int, who: str = "", what: str = "", about: str = "") -> tuple[AuditEntry, ...]:
        """The last entries, newest first."""
        rows = self._db.query(
            "SELECT * FROM audit WHERE ? IN ('', who) AND ? IN ('', what) AND ? IN ('', about) "
            "ORDER BY number DESC LIMIT ?",
            [who, what, about, limit],
        )
        return tuple(_entry(row) for row in rows)

    def verify(self, *, head: AuditHead | None = None) -> AuditFault | None:
        """The first entry that was edited, removed, moved or put in (what a purge took out of one, a later entry tells
        with what the rest hashes to); then the first decision that is not as its entry
        says; None where all is as it was written.

        `head` is what the log's end was once: without it nobody can tell that the last entries were cut off, or that
        the whole chain was written anew.
        """
        number, previous, purged = 0, "", self._purged()
        for row in self._db.query("SELECT * FROM audit ORDER BY number"):
            number += 1
            if fault := _fault(row, number, previous, purged.get(number, "")):
                return AuditFault(number=number, found=fault)
            previous = row["hash"]
            if head and number == head.entries and previous != head.hash:
                return AuditFault(number=number, found=f"its hash is {previous}, and was {head.hash}")
        if head and number < head.entries:
            return AuditFault(number=number + 1, found=f"is missing: the log ends before it, and had {head.entries}")
        changed = first_changed(self._db)
        return AuditFault(number=changed[0], found=changed[1], kind="decision") if changed else None

    def changed(self) -> Iterator[tuple[int, str]]:
        """(number, what it hashes to now) of each entry that is not as it was written."""
        for row in self._db.query("SELECT * FROM audit ORDER BY number"):
            if row["hash"] != (now := _hash(row)):
                yield row["number"], now

    def _purged(self) -> dict[int, str]:
        """By number, what the entries hash to that something was taken out of on request, as the log itself tells."""
        found: dict[int, str] = {}
        for row in self._db.query("SELECT after FROM audit WHERE what = ? ORDER BY number", [PURGED]):
            with suppress(ValueError, KeyError, AttributeError):  # one that was tampered with shows as itself
                found |= {int(number): told for number, told in json.loads(row["after"])["entries"].items()}
        return found

    def _last(self) -> AuditHead:
        row = self._db.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
        return AuditHead(entries=row[0], hash=row[1]) if row else AuditHead(entries=0, hash="")


def _hash(row: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical({name: row[name] for name in HASHED}).encode()).hexdigest()


def _fault(row: Mapping[str, object], number: int, previous: str, purged: str) -> str:
    if row["number"] != number:
        return f"is missing: entry {row['number']} stands in its place"
    if row["previous"] != previous:
        return "does not follow the entry before it"
    if _hash(row) not in (row["hash"], purged):
        return "is not as it was written"
    return ""


def _entry(row: dict[str, str]) -> AuditEntry:
    return AuditEntry(
        number=int(row["number"]),
        at=from_text(row["at"]),
        who=row["who"],
        what=row["what"],
        about=row["about"],
        before=row["before"],
        after=row["after"],
        previous=row["previous"],
        hash=row["hash"],
    )
