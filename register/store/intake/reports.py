"""What readers say is wrong with a published service: a reason to look at its candidate, and never more than that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from register.database import Database
from register.errors import NotFoundError, TidiermapError
from register.models import Clock
from register.public.rules import ReportRules
from register.serial import from_text, to_text
from register.store.people.sign_ins import network_of

LISTING = """
SELECT r.*, c.name, c.locality, a.outcome, a.reviewer, a.comment, a.answered_at
FROM reports r JOIN candidates c ON c.id = r.candidate_id LEFT JOIN report_answers a ON a.report_id = r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`about` is a key of data/public/rules.toml; `outcome` is empty until somebody answered it."""

    id: int
    candidate_id: str
    record_id: str
    name: str
    locality: str
    about: str
    told: str
    told_at: datetime
    outcome: str
    reviewer: str
    comment: str
    answered_at: datetime | None


class ReportTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(self, record_id: str, *, about: str, told: str, contact: str = "") -> int | None:
        """Keeps a report on a published service; None where the same words about it wait already.

        Raises NotFoundError for a record that there is not.
        """
        rows = self._db.query("SELECT candidate_id FROM records WHERE id = ?", [record_id])
        candidate_id = next((row["candidate_id"] for row in rows), None)
        if candidate_id is None:
            raise NotFoundError(f"record {record_id}: there is none in this register")
        waiting = self._db.query(
            "SELECT id FROM reports WHERE record_id = ? AND about = ? AND told = ? AND id NOT IN "
            "(SELECT report_id FROM report_answers)",
            [record_id, about, told],
        )
        if list(waiting):
            return None
        now = to_text(self._clock())
        cursor = self._db.execute(
            "INSERT INTO reports (candidate_id, record_id, about, told, told_at) VALUES (?, ?, ?, ?, ?)",
            [candidate_id, record_id, about, told, now],
        )
        report_id = int(cursor.lastrowid or 0)
        if contact:
            self._db.execute(
                "INSERT INTO report_contacts (report_id, contact, told_at) VALUES (?, ?, ?)", [report_id, contact, now]
            )
        return report_id

    def admit(self, address: str, record_id: str, rules: ReportRules) -> bool:
        """Whether one more may be sent from this address about this record; if so, it is counted, over all processes
        and restarts. What is older than a day is forgotten."""
        now, network = self._clock(), network_of(address)
        hour, day = to_text(now - timedelta(hours=1)), to_text(now - timedelta(days=1))
        self._db.execute("DELETE FROM report_attempts WHERE at <= ?", [day])
        count = next(
            self._db.query(
                "SELECT count(*) FILTER (WHERE at > ? AND network = ?) AS here, count(*) FILTER (WHERE record_id = ?) "
                "AS of_it, count(*) FILTER (WHERE at > ?) AS altogether FROM report_attempts",
                [hour, network, record_id, hour],
            )
        )
        most = {"here": rules.per_address, "of_it": rules.per_service, "altogether": rules.altogether}
        if any(count[name] >= bound for name, bound in most.items()):
            return False
        self._db.execute(
            "INSERT INTO report_attempts (network, record_id, at) VALUES (?, ?, ?)", [network, record_id, to_text(now)]
        )
        return True

    def answer(self, report_id: int, *, outcome: str, reviewer: str, comment: str = "") -> None:
        """Closes a report. Raises TidiermapError where a colleague did, NotFoundError where there is none."""
        known = self.get(report_id)
        if known.outcome:
            raise TidiermapError(f"{known.reviewer} answered this report already")
        self._db.execute(
            "INSERT INTO report_answers (report_id, outcome, reviewer, comment, answered_at) VALUES (?, ?, ?, ?, ?)",
            [report_id, outcome, reviewer, comment, to_text(self._clock())],
        )

    def get(self, report_id: int) -> Report:
        for row in self._db.query(f"{LISTING} WHERE r.id = ?", [report_id]):
            return _report(row)
        raise NotFoundError(f"report {report_id}: there is none in this register")

    def waiting(self, candidate_id: str = "", *, limit: int = 200) -> tuple[Report, ...]:
        """Reports that nobody answered, oldest first; of one candidate where it is named."""
        rows = self._db.query(
            f"{LISTING} WHERE a.report_id IS NULL AND ? IN ('', r.candidate_id) ORDER BY r.id LIMIT ?",
            [candidate_id, limit],
        )
        return tuple(_report(row) for row in rows)

    def answered(self, *, limit: int = 50) -> tuple[Report, ...]:
        """The reports that were answered last."""
        rows = self._db.query(f"{LISTING} WHERE a.report_id IS NOT NULL ORDER BY a.answered_at DESC LIMIT ?", [limit])
        return tuple(_report(row) for row in rows)

    def contact(self, report_id: int) -> str:
        rows = self._db.query("SELECT contact FROM report_contacts WHERE report_id = ?", [report_id])
        return next((str(row["contact"]) for row in rows), "")

    def forget_contacts(self, *, days: int) -> int:
        """Deletes contacts that were left more than so many days ago; gives how many."""
        before = to_text(self._clock() - timedelta(days=days))
        return self._db.execute("DELETE FROM report_contacts WHERE told_at < ?", [before]).rowcount


def _report(row: dict[str, str]) -> Report:
    return Report(
        id=int(row["id"]),
        candidate_id=row["candidate_id"],
        record_id=row["record_id"],
        name=row["name"],
        locality=row["locality"],
        about=row["about"],
        told=row["told"],
        told_at=from_text(row["told_at"]),
        outcome=row["outcome"] or "",
        reviewer=row["reviewer"] or "",
        comment=row["comment"] or "",
        answered_at=from_text(row["answered_at"]) if row["answered_at"] else None,
    )
