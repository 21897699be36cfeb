"""What the reviewers' pages ask beside the queue itself: the next in line, earlier drafts, lists page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from register.database import Database
from register.errors import NotFoundError
from register.models import RECORD, Candidate
from register.serial import from_text, load_candidate, to_text
from register.store.queue.listing import DEFAULT_ORDER, Filters, QueueOrder
from register.store.queue.lists import QueueLists


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One line of the list of published records; `place` is where it stands in it."""

    id: str
    candidate_id: str
    locality: str
    name: str
    page_url: str
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime
    withdrawn_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One draft of a candidate as the machine made it, the page version it refers to, and why it was made."""

    revision: int
    version_id: int
    reason: str
    draft: Candidate
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """When the machine read a candidate's page anew, and why; `opened` counts the fields that waited since, -1 where an
    older register does not say."""

    revision: int
    reason: str
    at: datetime
    opened: int


class BrowseTables:
    def __init__(self, db: Database) -> None:
        self._db, self._lists = db, QueueLists(db)

    def localities(self) -> tuple[str, ...]:
        """Localities that have candidates."""
        return tuple(self._lists.progress())

    def next_after(
        self, candidate_id: str, *, order: QueueOrder = DEFAULT_ORDER, **filters: Unpack[Filters]
    ) -> str | None:
        """The candidate that stands behind this one in `queue.rows` with the same order and filters; None behind the
        last."""
        place = self._lists.place_of(candidate_id, order, filters)
        if not place:
            return None
        return next((row.id for row in self._lists.rows(order, 1, place, **filters)), None)

    def decided_since(self, reviewer: str, since: datetime) -> int:
        """How many candidates that reviewer accepted or rejected since then."""
        rows = self._db.query(
            "SELECT count(DISTINCT candidate_id) AS n FROM decisions WHERE reviewer = ? AND decided_at >= ? "
            "AND field = ? AND verdict IN ('approve', 'reject')",
            [reviewer, to_text(since), RECORD],
        )
        return int(next(rows)["n"])

    def open_fields(self, candidate_ids: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Names of the open fields of each of these candidates."""
        holes = ", ".join("?" * len(candidate_ids))
        rows = self._db.query(
            f"SELECT candidate_id, name FROM fields WHERE state = 'open' AND candidate_id IN ({holes}) "  # noqa: S608
            "ORDER BY candidate_id, name",
            list(candidate_ids),
        )
        found: dict[str, tuple[str, ...]] = dict.fromkeys(candidate_ids, ())
        for row in rows:
            found[row["candidate_id"]] += (row["name"],)
        return found

    def reasons(self, candidate_ids: tuple[str, ...], field: str) -> dict[str, str]:
        """Why the latest draft of each of these candidates judges the field as it does, where it says so."""
        holes = ", ".join("?" * len(candidate_ids))
        rows = self._db.query(
            "SELECT c.id, (SELECT json_extract(s.value, '$[1]') FROM json_each(r.draft, '$.reasons') s "  # noqa: S608
            "WHERE json_extract(s.value, '$[0]') = ?) AS reason FROM candidates c JOIN revisions r ON "
            f"r.candidate_id = c.id AND r.revision = c.revision WHERE c.id IN ({holes})",
            [field, *candidate_ids],
        )
        return {row["id"]: row["reason"] or "" for row in rows}

    def revision(self, candidate_id: str, revision: int) -> Revision:
        rows = self._db.query(
            "SELECT revision, version_id, reason, draft, created_at FROM revisions "
            "WHERE candidate_id = ? AND revision = ?",
            [candidate_id, revision],
        )
        for row in rows:
            return Revision(
                revision=row["revision"],
                version_id=row["version_id"],
                reason=row["reason"],
                draft=load_candidate(row["draft"]),
                created_at=from_text(row["created_at"]),
            )
        raise NotFoundError(f"candidate {candidate_id}: it has no revision {revision}")

    def readings(self, candidate_id: str) -> tuple[Reading, ...]:
        """Every revision of the candidate, oldest first."""
        rows = self._db.query(
            "SELECT revision, reason, created_at, CASE opened WHEN '*' THEN json_array_length(draft, '$.fields') "
            "ELSE coalesce(json_array_length(opened), -1) END AS opened FROM revisions WHERE candidate_id = ? "
            "ORDER BY revision",
            [candidate_id],
        )
        return tuple(
            Reading(
                revision=row["revision"], reason=row["reason"], at=from_text(row["created_at"]), opened=row["opened"]
            )
            for row in rows
        )

    def page_status(self, candidate_id: str) -> int:
        """HTTP status of the last answer that the candidate's page gave; 0 where none came."""
        rows = self._db.query(
            "SELECT p.status FROM candidates c JOIN pages p ON p.id = c.page_id WHERE c.id = ?", [candidate_id]
        )
        return next((int(row["status"]) for row in rows), 0)

    def records(
        self, *, locality: str = "", search: str = "", limit: int = 100, start: str = "", back: bool = False
    ) -> tuple[RecordRow, ...]:
        """Published records by name, tombstones last: those behind the place `start`, before it where `back`."""
        place, way = _record_place(start), "DESC" if back else "ASC"
        behind = f"AND (withdrawn, name, id) {'<' if back else '>'} (?, ?, ?)" if place else ""
        rows = self._db.query(
            "SELECT * FROM records WHERE ? IN ('', locality) AND (instr(lower(name), lower(?)) OR "  # noqa: S608
            f"instr(lower(page_url), lower(?))) {behind} ORDER BY withdrawn {way}, name {way}, id {way} LIMIT ?",
            [locality, search, search, *place, limit],
        )
        found = tuple(_record_row(row) for row in rows)
        return found[::-1] if back else found

    def candidate_of_record(self, record_id: str) -> str:
        for row in self._db.query("SELECT candidate_id FROM records WHERE id = ?", [record_id]):
            return str(row["candidate_id"])
        raise NotFoundError(f"record {record_id}: there is none in this register")


def _record_row(row: dict[str, str]) -> RecordRow:
    return RecordRow(
        id=row["id"],
        candidate_id=row["candidate_id"],
        locality=row["locality"],
        name=row["name"],
        page_url=row["page_url"],
        fetched_at=from_text(row["fetched_at"]),
        changed_at=from_text(row["changed_at"]),
        verified_at=from_text(row["verified_at"]),
        withdrawn_at=from_text(row["withdrawn_at"]) if row["withdrawn_at"] else None,
        place=f"{row['withdrawn']}~{row['id']}~{row['name']}",
    )


def _record_place(text: str) -> tuple[int, str, str] | tuple[()]:
    """What a row's `place` names: whether it is withdrawn, its name and id; nothing for anything else."""
    parts = re.fullmatch(r"([01])~([^~]+)~(.*)", text, re.DOTALL)
    return (int(parts[1]), parts[3], parts[2]) if parts else ()
