"""What says that services are at an end: a notice on a page, pages long gone, dates long past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from register.database import Database
from register.ended import Ended
from register.errors import NotFoundError
from register.serial import digest, dump, from_text, load

OPEN, RETIRED, DISMISSED, UNDONE = "open", "retired", "dismissed", "undone"
# The last decision on an ending says how it stands.
STATE = "coalesce((SELECT verdict FROM ending_decisions d WHERE d.ending_id = e.id ORDER BY d.id DESC LIMIT 1), 'open')"
KINDS = ("closing", "dead", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Words of a page that say that something closes: about the whole `organisation` or one `service`; where they begin
    in its text (-1: there are none), and where the page lies in the archive as it was read on `day`."""

    locality: str
    host: str
    about: str
    page_url: str
    quote: str
    day: date
    start: int = -1
    archive: str = ""
    archive_offset: int = 0
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRecord:
    """A record that an ending may be about. `meant` says that it seems to be, `why` in words, since `day`."""

    record_id: str
    candidate_id: str
    name: str
    provider: str
    meant: bool
    why: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Something to decide on once; `kind` is closing, dead or expired, `state` open, retired or dismissed."""

    id: int
    kind: str
    notice: Notice
    state: str
    reviewer: str
    decided_at: datetime | None
    comment: str


class EndingTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def open_closing(self, notice: Notice, records: Iterable[tuple[str, bool]], *, run_id: str) -> bool:
        """Opens a decision on a notice for these records (id, whether it seems to be meant); whether there is one to
        take that was not before. Words that somebody decided on already open nothing again."""
        said = digest(" ".join(notice.quote.casefold().split()))
        rows = self._db.query(
            f"SELECT e.id, {STATE} AS state FROM endings e WHERE e.kind = 'closing' AND e.locality = ? AND e.host = ? "  # noqa: S608 (ours)
            "AND e.said = ? ORDER BY e.id DESC LIMIT 1",
            [notice.locality, notice.host, said],
        )
        known = next(iter(rows), None)
        if known is not None and known["state"] not in (OPEN, UNDONE):
            return False
        ending = int(known["id"]) if known is not None else self._add("closing", notice, said, run_id)
        for record_id, meant in records:
            self._add_record(ending, record_id, meant=meant, why=notice.quote, day=notice.day)
        return known is None

    def open_other(self, kind: str, notice: Notice, records: Iterable[tuple[str, str, date]], *, run_id: str) -> int:
        """Opens, or goes on with, the one decision on a host's records that are dead or over: (id, why, since when)
        each. What was decided on for the same reason since the same day is not asked again. Gives how many are new."""
        ending, added = self._open_of(kind, notice), 0
        for record_id, why, day in records:
            rows = self._db.query(
                "SELECT 1 FROM ending_records x JOIN endings e ON e.id = x.ending_id WHERE e.kind = ? AND "
                "x.record_id = ? AND x.day = ?",
                [kind, record_id, day.isoformat()],
            )
            if next(iter(rows), None) is not None:
                continue
            ending = ending or self._add(kind, notice, "", run_id)
            self._add_record(ending, record_id, meant=True, why=why, day=day)
            added += 1
        return added

    def _open_of(self, kind: str, notice: Notice) -> int:
        rows = self._db.query(
            f"SELECT e.id FROM endings e WHERE e.kind = ? AND e.locality = ? AND e.host = ? AND {STATE} IN "  # noqa: S608 (ours)
            "('open', 'undone') ORDER BY e.id DESC LIMIT 1",
            [kind, notice.locality, notice.host],
        )
        return next((int(row["id"]) for row in rows), 0)

    def _add(self, kind: str, notice: Notice, said: str, run_id: str) -> int:
        cursor = self._db.execute(
            "INSERT INTO endings (kind, locality, host, about, page_url, quote, day, archive, archive_offset, "
            "content_type, said, run_id, quote_start) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                kind,
                notice.locality,
                notice.host,
                notice.about,
                notice.page_url,
                notice.quote,
                notice.day.isoformat(),
                notice.archive,
                notice.archive_offset,
                notice.content_type,
                said,
                run_id,
                notice.start,
            ],
        )
        return int(cursor.lastrowid or 0)

    def _add_record(self, ending: int, record_id: str, *, meant: bool, why: str, day: date) -> None:
        self._db.execute(
            "INSERT INTO ending_records (ending_id, record_id, meant, why, day) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (ending_id, record_id) DO UPDATE SET meant = max(meant, excluded.meant), why = excluded.why, "
            "day = excluded.day",
            [ending, record_id, int(meant), why, day.isoformat()],
        )

    def closing_of(self, locality: str) -> dict[str, str]:
        """The words that say of a published record that it closes, by the record's id, where nobody has decided yet."""
        rows = self._db.query(
            "SELECT x.record_id, e.quote FROM ending_records x JOIN endings e ON e.id = x.ending_id "  # noqa: S608 (ours)
            f"WHERE e.kind = 'closing' AND e.locality = ? AND x.meant AND {STATE} IN ('open', 'undone') ORDER BY e.id",
            [locality],
        )
        return {str(row["record_id"]): str(row["quote"]) for row in rows}

    def waiting(self) -> tuple[Ending, ...]:
        """What nobody has decided yet and still is about a published record: notices first, then the oldest."""
        about = (
            "EXISTS (SELECT 1 FROM ending_records x JOIN records r ON r.id = x.record_id JOIN candidates c ON "
            "c.id = r.candidate_id WHERE x.ending_id = e.id AND r.withdrawn_at IS NULL AND c.state <> 'rejected')"
        )
        return self._endings(f"WHERE {STATE} IN ('open', 'undone') AND {about} ORDER BY e.kind <> 'closing', e.id", [])

    def decided(self, limit: int = 50) -> tuple[Ending, ...]:
        """What was decided on, the last first."""
        clause = f"WHERE {STATE} IN ('retired', 'dismissed') ORDER BY decided_at DESC, e.id DESC LIMIT ?"
        return self._endings(clause, [limit])

    def get(self, ending_id: int) -> Ending:
        for one in self._endings("WHERE e.id = ?", [ending_id]):
            return one
        raise NotFoundError(f"ending {ending_id}: there is none in this register")

    def records(self, ending_id: int) -> tuple[EndingRecord, ...]:
        """The records that an ending may be about and that are published (once decided: all of them), by name."""
        rows = self._db.query(
            "SELECT x.*, r.candidate_id, r.name, coalesce(json_extract(f.value, '$'), '') AS provider "  # noqa: S608 (ours)
            "FROM ending_records x JOIN records r ON r.id = x.record_id JOIN candidates c ON c.id = r.candidate_id "
            "JOIN endings e ON e.id = x.ending_id "
            "LEFT JOIN record_fields f ON f.record_id = r.id AND f.name = 'fact.provider' "
            f"WHERE x.ending_id = ? AND ({STATE} IN ('retired', 'dismissed') OR (r.withdrawn_at IS NULL AND "
            "c.state <> 'rejected')) ORDER BY NOT x.meant, r.name, r.id",
            [ending_id],
        )
        return tuple(
            EndingRecord(
                record_id=row["record_id"],
                candidate_id=row["candidate_id"],
                name=row["name"],
                provider=str(row["provider"] or ""),
                meant=bool(row["meant"]),
                why=row["why"],
                day=date.fromisoformat(row["day"]),
            )
            for row in rows
        )

    def of_record(self, record_id: str) -> tuple[Ending, ...]:
        """What says, or said, that this record is at an end, the last first."""
        return self._endings(
            "WHERE e.id IN (SELECT ending_id FROM ending_records WHERE record_id = ? AND meant) ORDER BY e.id DESC",
            [record_id],
        )

    def _endings(self, clause: str, parameters: list[str | int]) -> tuple[Ending, ...]:
        last = "(SELECT {} FROM ending_decisions d WHERE d.ending_id = e.id ORDER BY d.id DESC LIMIT 1)"
        rows = self._db.query(
            f"SELECT e.*, {STATE} AS state, {last.format('reviewer')} AS reviewer, "  # noqa: S608 (ours)
            f"{last.format('decided_at')} AS decided_at, {last.format('comment')} AS comment FROM endings e {clause}",
            parameters,
        )
        return tuple(_ending(row) for row in rows)


def _ending(row: dict[str, str]) -> Ending:
    notice = Notice(
        locality=row["locality"],
        host=row["host"],
        about=row["about"],
        page_url=row["page_url"],
        quote=row["quote"],
        day=date.fromisoformat(row["day"]),
        start=int(row["quote_start"]),
        archive=row["archive"],
        archive_offset=int(row["archive_offset"]),
        content_type=row["content_type"],
    )
    return Ending(
        id=int(row["id"]),
        kind=row["kind"],
        notice=notice,
        state=OPEN if row["state"] == UNDONE else row["state"],
        reviewer=row["reviewer"] or "",
        decided_at=from_text(row["decided_at"]) if row["decided_at"] else None,
        comment=row["comment"] or "",
    )


def ended_of(db: Database, record_id: str, at: str) -> str:
    """What a record was retired on, as it is kept; "" where the last decision on it until then was no such one."""
    rows = db.query(
        "SELECT e.*, x.why, x.day AS own_day, r.page_url AS own_page FROM records r "
        "JOIN decisions m ON m.id = (SELECT max(id) FROM decisions WHERE "
        "candidate_id = r.candidate_id AND field = 'record' AND verdict <> 'undo' AND decided_at <= ?) "
        "JOIN retirements t ON t.decision_id = m.id AND t.record_id = r.id "
        "JOIN ending_decisions d ON d.id = t.ending_decision JOIN endings e ON e.id = d.ending_id "
        "JOIN ending_records x ON x.ending_id = e.id AND x.record_id = r.id WHERE r.id = ?",
        [at, record_id],
    )
    for row in rows:
        noticed = row["kind"] == "closing"
        ended = Ended(
            kind=row["kind"],
            quote=row["quote"],
            page=row["page_url"] if noticed else row["own_page"],
            day=date.fromisoformat(row["day"] if noticed else row["own_day"]),
            why="" if noticed else row["why"],
        )
        return dump_ended(ended)
    return ""


def dump_ended(ended: Ended | None) -> str:
    """What a record was retired on, as it is kept."""
    return "" if ended is None else dump(ended, Ended)


def load_ended(text: str) -> Ended | None:
    """What `dump_ended` wrote."""
    if not text:
        return None
    ended: Ended = load(text, Ended)
    return ended
