"""Addresses that providers were sent, and what they answered; the secret that signs the addresses is not here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text

VERDICTS = ("right", "corrections", "closed", "monitoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLink:
    """An address for the provider of one record. `opened_on` is the last day on which somebody opened it: no more is
    kept of who did."""

    id: int
    record_id: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    opened_on: date | None
    revoked_at: datetime | None
    revoked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """One answer: that all is right, corrections (the fields that it `opened`), that the service has closed, or the
    monitoring form alone. `statement` is the address of the page with its words, "" where it says nothing to open."""

    id: int
    link_id: int
    record_id: str
    answered_at: datetime
    verdict: str
    statement: str
    opened: tuple[str, ...]
    seen_by: str


class ProviderTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add_link(self, record_id: str, *, made_by: str, days: int) -> ProviderLink:
        now = self._clock()
        cursor = self._db.execute(
            "INSERT INTO provider_links (record_id, made_by, made_at, expires_at) VALUES (?, ?, ?, ?)",
            [record_id, made_by, to_text(now), to_text(now + timedelta(days=days))],
        )
        return self.link(int(cursor.lastrowid or 0))

    def link(self, link_id: int) -> ProviderLink:
        for link in self._links("WHERE id = ?", [link_id]):
            return link
        raise NotFoundError(f"provider's address {link_id}: there is none in this register")

    def links(self, record_id: str) -> tuple[ProviderLink, ...]:
        """The addresses of a record, newest first."""
        return self._links("WHERE record_id = ? ORDER BY id DESC", [record_id])

    def latest_links(self, limit: int) -> tuple[ProviderLink, ...]:
        return self._links("ORDER BY id DESC LIMIT ?", [limit])

    def note_sent(self, link_id: int) -> None:
        now = to_text(self._clock())
        self._db.execute("UPDATE provider_links SET sent_at = coalesce(sent_at, ?) WHERE id = ?", [now, link_id])

    def note_opened(self, link_id: int) -> None:
        """Notes the day alone; nothing is written where that is known already."""
        today = self._clock().date().isoformat()
        self._db.execute(
            "UPDATE provider_links SET opened_on = ? WHERE id = ? AND coalesce(opened_on, '') <> ?",
            [today, link_id, today],
        )

    def revoke(self, link_id: int, *, by: str) -> None:
        self._db.execute(
            "UPDATE provider_links SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL",
            [to_text(self._clock()), by, link_id],
        )

    def add_answer(
        self, link_id: int, record_id: str, *, verdict: str, statement: str = "", opened: tuple[str, ...] = ()
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO provider_answers (link_id, record_id, answered_at, verdict, statement, opened) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [link_id, record_id, to_text(self._clock()), verdict, statement or None, json.dumps(sorted(opened))],
        )
        return int(cursor.lastrowid or 0)

    def answers(self, record_id: str) -> tuple[ProviderAnswer, ...]:
        """All answers about a record, newest first."""
        return self._answers("WHERE a.record_id = ? ORDER BY a.id DESC", [record_id])

    def waiting_of(self, candidate_id: str) -> tuple[ProviderAnswer, ...]:
        """Answers in words about a candidate's record that no reviewer has looked at, oldest first."""
        return self._answers(
            "WHERE s.answer_id IS NULL AND a.statement IS NOT NULL AND a.record_id IN "
            "(SELECT id FROM records WHERE candidate_id = ?) ORDER BY a.id",
            [candidate_id],
        )

    def waiting(self, limit: int = 200) -> tuple[ProviderAnswer, ...]:
        """Answers that no reviewer has looked at, oldest first."""
        return self._answers("WHERE s.answer_id IS NULL ORDER BY a.id LIMIT ?", [limit])

    def waiting_candidates(self) -> tuple[str, ...]:
        """The candidates of which a provider said something in words that no reviewer has looked at."""
        rows = self._db.query(
            "SELECT DISTINCT r.candidate_id FROM provider_answers a JOIN records r ON r.id = a.record_id "
            "LEFT JOIN provider_seen s ON s.answer_id = a.id WHERE a.statement IS NOT NULL AND s.answer_id IS NULL"
        )
        return tuple(row["candidate_id"] for row in rows)

    def answers_since(self, link_id: int, since: datetime) -> int:
        rows = self._db.query(
            "SELECT count(*) AS n FROM provider_answers WHERE link_id = ? AND answered_at >= ?",
            [link_id, to_text(since)],
        )
        return int(next(rows)["n"])

    def note_seen(self, answer_id: int, *, by: str) -> None:
        self._db.execute(
            "INSERT INTO provider_seen (answer_id, seen_by, seen_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [answer_id, by, to_text(self._clock())],
        )

    def _links(self, clause: str, parameters: list[str | int]) -> tuple[ProviderLink, ...]:
        rows = self._db.query(f"SELECT * FROM provider_links {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(
            ProviderLink(
                id=row["id"],
                record_id=row["record_id"],
                made_by=row["made_by"],
                made_at=from_text(row["made_at"]),
                expires_at=from_text(row["expires_at"]),
                sent_at=from_text(row["sent_at"]) if row["sent_at"] else None,
                opened_on=date.fromisoformat(row["opened_on"]) if row["opened_on"] else None,
                revoked_at=from_text(row["revoked_at"]) if row["revoked_at"] else None,
                revoked_by=row["revoked_by"],
            )
            for row in rows
        )

    def _answers(self, clause: str, parameters: list[str | int]) -> tuple[ProviderAnswer, ...]:
        rows = self._db.query(
            "SELECT a.*, coalesce(s.seen_by, '') AS seen_by FROM provider_answers a "  # noqa: S608 (clauses are ours)
            f"LEFT JOIN provider_seen s ON s.answer_id = a.id {clause}",
            parameters,
        )
        return tuple(
            ProviderAnswer(
                id=row["id"],
                link_id=row["link_id"],
                record_id=row["record_id"],
                answered_at=from_text(row["answered_at"]),
                verdict=row["verdict"],
                statement=row["statement"] or "",
                opened=tuple(json.loads(row["opened"])),
                seen_by=row["seen_by"],
            )
            for row in rows
        )
