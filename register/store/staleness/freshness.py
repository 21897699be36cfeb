"""When records are due, which steps were taken about overdue ones, and what somebody let expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from register.codes.vocabulary import Status
from register.database import Database
from register.models import Clock, ServiceRecord
from register.serial import digest, dump, from_text, to_text, with_times
from register.staleness.freshness import FreshnessRules, Grounds, Step, asks_reviewers_at, due_at
from register.store.staleness.grounds import ROUTES_APART, has_email, read_grounds, site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a record is due, and why; `asks_reviewers_at` is from when on it stands in the queue."""

    record_id: str
    candidate_id: str
    locality: str
    name: str
    grounds: Grounds
    due_at: datetime
    asks_reviewers_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenStep:
    """A step that was taken about an overdue record; `undone_at` is when a verification undid it."""

    id: int
    record_id: str
    step: str
    due_at: datetime
    taken_at: datetime
    link_id: int | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of a locality's published records, how many are overdue, and of these how many are marked as not verified."""

    locality: str
    records: int
    overdue: int
    unverified: int


class FreshnessTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def bring_up_to_date(self, rules: FreshnessRules) -> int:
        """Works out again when those records are due that changed, or were verified, since it was last worked out, and
        all where the rules changed; gives how many. Steps that a verification answers are undone, dated by it."""
        mark = digest(dump(rules, FreshnessRules))[:8]
        gone = list(
            self._db.query(
                "SELECT f.record_id FROM freshness f LEFT JOIN records r ON r.id = f.record_id "
                "WHERE r.id IS NULL OR r.withdrawn_at IS NOT NULL"
            )
        )
        for row in gone:
            self._forget(row["record_id"])
        rows = self._db.query(
            "SELECT r.id FROM records r LEFT JOIN freshness f ON f.record_id = r.id WHERE r.withdrawn_at IS NULL AND "
            "f.stamp IS NOT r.verified_at || r.changed_at || ? ORDER BY r.id",
            [mark],
        )
        changed = [row["id"] for row in rows]
        for record_id in changed:
            self.work_out(record_id, rules)
        return len(changed)

    def work_out(self, record_id: str, rules: FreshnessRules) -> None:
        """Works out when one record is due, from what people decided on it up to now."""
        mark = digest(dump(rules, FreshnessRules))[:8]
        for row in list(self._db.query("SELECT * FROM records WHERE id = ? AND withdrawn_at IS NULL", [record_id])):
            grounds = read_grounds(self._db, row, rules, now=self._clock(), has_email=has_email(self._db, record_id))
            due, asks = due_at(grounds, rules), asks_reviewers_at(grounds, rules)
            values = [
                record_id,
                row["locality"],
                site_of(row["page_url"]),
                grounds.source,
                grounds.changes,
                grounds.steady,
            ]
            values += [int(grounds.has_email), to_text(grounds.verified_at)]
            values += [to_text(grounds.expired_at) if grounds.expired_at else None, to_text(due), to_text(asks)]
            self._db.execute(
                "INSERT OR REPLACE INTO freshness (record_id, locality, host, source, changes, steady, has_email, "  # noqa: S608
                f"verified_at, expired_at, due_at, asks_reviewers_at, stamp) VALUES ({', '.join('?' * 12)})",
                [*values, f"{row['verified_at']}{row['changed_at']}{mark}"],
            )
            self._db.execute(
                "UPDATE queue_lines SET due_at = ? WHERE candidate_id = ?", [to_text(asks), row["candidate_id"]]
            )
            if due > self._clock():
                self._db.execute(
                    "UPDATE freshness_steps SET undone_at = max(taken_at, ?) WHERE record_id = ? AND undone_at IS NULL",
                    [self._last_decision(row["candidate_id"]), record_id],
                )

    def expire(self, *, locality: str, host: str, why: str, by: str) -> int:
        """Lets the verifications of a locality's records, a host's, or a host's in a locality expire now; gives of how
        many records. They are due at once, and stand in the queue."""
        now = to_text(self._clock())
        self._db.execute(
            "INSERT INTO expiries (locality, host, why, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
            [locality, host, why, by, now],
        )
        where = "? IN ('', f.locality) AND ? IN ('', f.host) AND f.asks_reviewers_at > ?"
        self._db.execute(
            "UPDATE queue_lines SET due_at = ? WHERE candidate_id IN (SELECT r.candidate_id FROM records r JOIN "  # noqa: S608 (ours)
            f"freshness f ON f.record_id = r.id WHERE {where})",
            [now, locality, host, now],
        )
        return self._db.execute(
            "UPDATE freshness AS f SET expired_at = ?, due_at = min(due_at, ?), asks_reviewers_at = ? "  # noqa: S608 (ours)
            f"WHERE {where}",
            [now, now, now, locality, host, now],
        ).rowcount

    def of_record(self, record_id: str) -> Due | None:
        return next(self._select("f.record_id = ?", [record_id]), None)

    def overdue(self, *, before: datetime, after: str = "", limit: int = 1000) -> tuple[Due, ...]:
        """Records that are due before then, in the order of their ids, behind the id `after`."""
        found = self._select("f.due_at <= ? AND f.record_id > ?", [to_text(before), after], limit=limit)
        return tuple(found)

    def due_days(self) -> Mapping[str, datetime]:
        """By record, when it is due."""
        return {row["record_id"]: from_text(row["due_at"]) for row in self._db.query("SELECT * FROM freshness")}

    def due_days_of(
        self, records: Iterable[ServiceRecord], ids: Mapping[str, str], rules: FreshnessRules
    ) -> dict[str, datetime]:
        """As `due_days`, as they will be when these records are written; `ids` are theirs, by candidate. Reads only."""
        mark, candidates = digest(dump(rules, FreshnessRules))[:8], {ids[one]: one for one in ids}
        known = {row["record_id"]: row for row in self._db.query("SELECT record_id, due_at, stamp FROM freshness")}
        found = {}
        for record in records:
            verified, changed = to_text(record.verified_at), to_text(record.changed_at)
            if (row := known.get(record.id)) and row["stamp"] == f"{verified}{changed}{mark}":
                found[record.id] = from_text(row["due_at"])
                continue
            told = {"id": record.id, "candidate_id": candidates[record.id], "locality": record.locality}
            told |= {"page_url": record.page_url, "found_via": ROUTES_APART.join(record.found_via)}
            told |= {"verified_at": verified, "changed_at": changed}
            email = any(f.name == "fact.emails" and f.status is Status.REPORTED for f in record.fields)
            grounds = read_grounds(self._db, told, rules, now=self._clock(), has_email=email)
            found[record.id] = due_at(grounds, rules)
        return found

    def due_of(self, record_ids: tuple[str, ...]) -> Mapping[str, datetime]:
        rows = self._db.query(
            f"SELECT record_id, due_at FROM freshness WHERE record_id IN ({', '.join('?' * len(record_ids))})",  # noqa: S608
            list(record_ids),
        )
        return {row["record_id"]: from_text(row["due_at"]) for row in rows}

    def overdue_fields(self, candidate_id: str, due: Due) -> tuple[str, ...]:
        """The fields of a record whose own verification no longer holds, by name."""
        held = due.due_at - due.grounds.verified_at
        last = due.grounds.expired_at or self._clock() - held
        rows = self._db.query(
            "SELECT f.name FROM fields f JOIN decisions d ON d.id = f.decision_id WHERE f.candidate_id = ? AND "
            "d.decided_at <= ? ORDER BY f.name",
            [candidate_id, to_text(last)],
        )
        return tuple(row["name"] for row in rows)

    def shares(self, rules: FreshnessRules) -> tuple[Share, ...]:
        """By locality, in the order of their names."""
        now = self._clock()
        rows = self._db.query(
            "SELECT locality, count(*) AS records, sum(due_at <= ?) AS overdue, sum(due_at <= ?) AS unverified "
            "FROM freshness GROUP BY locality ORDER BY locality",
            [to_text(now), to_text(now - timedelta(days=rules.steps.public))],
        )
        return tuple(Share(**row) for row in rows)

    def take(self, record_id: str, step: Step, *, due: datetime) -> bool:
        """Notes a step; False where it was taken already."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO freshness_steps (record_id, step, due_at, taken_at) VALUES (?, ?, ?, ?)",
            [record_id, step.value, to_text(due), to_text(self._clock())],
        )
        return cursor.rowcount > 0

    def give_link(self, record_id: str, link_id: int) -> None:
        """Says which provider's address the step before is about."""
        self._db.execute(
            "UPDATE freshness_steps SET link_id = ? WHERE record_id = ? AND step = ? AND undone_at IS NULL",
            [link_id, record_id, Step.PROVIDER.value],
        )

    def steps(self, record_id: str) -> tuple[TakenStep, ...]:
        """Every step that was ever taken about a record, oldest first."""
        return self._steps("WHERE record_id = ? ORDER BY id", [record_id])

    def outbox(self, limit: int) -> tuple[TakenStep, ...]:
        """Letters to providers that wait to be sent, oldest first."""
        return self._steps(
            "WHERE undone_at IS NULL AND link_id IN (SELECT id FROM provider_links WHERE sent_at IS NULL AND "
            "revoked_at IS NULL AND expires_at > ?) ORDER BY id LIMIT ?",
            [to_text(self._clock()), limit],
        )

    def _last_decision(self, candidate_id: str) -> str:
        rows = self._db.query("SELECT max(decided_at) AS at FROM decisions WHERE candidate_id = ?", [candidate_id])
        return str(next(rows)["at"] or "")

    def _forget(self, record_id: str) -> None:
        self._db.execute("DELETE FROM freshness WHERE record_id = ?", [record_id])
        self._db.execute(
            "UPDATE queue_lines SET due_at = NULL WHERE candidate_id = (SELECT candidate_id FROM records WHERE id = ?)",
            [record_id],
        )

    def _select(self, where: str, parameters: list[str], *, limit: int = 1) -> Iterator[Due]:
        rows = self._db.query(
            "SELECT f.*, r.candidate_id, r.name FROM freshness f JOIN records r ON r.id = f.record_id "  # noqa: S608 (ours)
            f"WHERE {where} ORDER BY f.record_id LIMIT {limit}",
            parameters,
        )
        for row in (with_times(one, "verified_at", "expired_at", "due_at", "asks_reviewers_at") for one in rows):
            grounds = Grounds(
                source=row["source"],
                changes=row["changes"],
                steady=row["steady"],
                verified_at=row["verified_at"],
                has_email=bool(row["has_email"]),
                expired_at=row["expired_at"],
            )
            yield Due(
                record_id=row["record_id"],
                candidate_id=row["candidate_id"],
                locality=row["locality"],
                name=row["name"],
                grounds=grounds,
                due_at=row["due_at"],
                asks_reviewers_at=row["asks_reviewers_at"],
            )

    def _steps(self, clause: str, parameters: list[str | int]) -> tuple[TakenStep, ...]:
        rows = self._db.query(f"SELECT * FROM freshness_steps {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(TakenStep(**with_times(row, "due_at", "taken_at", "undone_at")) for row in rows)
