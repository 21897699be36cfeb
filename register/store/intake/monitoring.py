"""Providers' answers to the standard monitoring form, apart from what websites say; every answer is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.models import Clock
from register.serial import to_text, with_times


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringAnswer:
    """One answer to one question, as `Question.read` of register/reviewing/provider_form.py keeps it."""

    answer_id: int
    record_id: str
    question: str
    value: str
    answered_at: datetime


class MonitoringTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(self, answer_id: int, record_id: str, answers: Mapping[str, str]) -> None:
        """Keeps the answers that are not empty, by question."""
        now = to_text(self._clock())
        for question, value in answers.items():
            if value:
                self._db.execute(
                    "INSERT INTO monitoring (answer_id, record_id, question, value, answered_at) "
                    "VALUES (?, ?, ?, ?, ?)",
                    [answer_id, record_id, question, value, now],
                )

    def of_record(self, record_id: str) -> tuple[MonitoringAnswer, ...]:
        """Every answer about a record, newest first, those of one form together."""
        return self._select("WHERE record_id = ? ORDER BY answer_id DESC, question", [record_id])

    def latest(self, *, locality: str = "") -> tuple[MonitoringAnswer, ...]:
        """The last answer to each question about each published record, for reports."""
        return self._select(
            "WHERE answer_id = (SELECT max(n.answer_id) FROM monitoring n WHERE n.record_id = m.record_id AND "
            "n.question = m.question) AND record_id IN (SELECT id FROM records WHERE withdrawn_at IS NULL AND "
            "? IN ('', locality)) ORDER BY record_id, question",
            [locality],
        )

    def _select(self, clause: str, parameters: list[str]) -> tuple[MonitoringAnswer, ...]:
        rows = self._db.query(f"SELECT * FROM monitoring m {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(MonitoringAnswer(**with_times(row, "answered_at")) for row in rows)
