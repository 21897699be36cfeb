"""Runs and their issues: what a crawl, recheck or publication did, and what went wrong in it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run; `verdict` is running, healthy, quarantined or failed; `counts` are whole numbers by name."""

    id: str
    kind: str
    locality: str
    started_at: datetime
    finished_at: datetime | None
    verdict: str
    finish_reason: str
    counts: dict[str, int]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that went wrong on one page, and was passed over."""

    url: str
    kind: str
    message: str


class RunTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def start(self, kind: str, locality: str) -> str:
        """Notes that a run has begun; gives its id, which sorts by time."""
        now = self._clock()
        run_id = f"{now:%Y%m%dT%H%M%S}-{kind}-{secrets.token_hex(3)}"
        self._db.execute(
            "INSERT INTO runs (id, kind, locality, started_at, verdict) VALUES (?, ?, ?, ?, 'running')",
            [run_id, kind, locality, to_text(now)],
        )
        return run_id

    def finish(
        self, run_id: str, *, verdict: str, finish_reason: str, counts: dict[str, int], message: str = ""
    ) -> None:
        self._db.execute(
            "UPDATE runs SET finished_at = ?, verdict = ?, finish_reason = ?, counts = ?, message = ? WHERE id = ?",
            [to_text(self._clock()), verdict, finish_reason, json.dumps(counts, sort_keys=True), message, run_id],
        )

    def note_issue(self, run_id: str, issue: Issue) -> None:
        self._db.execute(
            "INSERT INTO issues (run_id, url, kind, message, noted_at) VALUES (?, ?, ?, ?, ?)",
            [run_id, issue.url, issue.kind, issue.message, to_text(self._clock())],
        )

    def issues(self, run_id: str) -> tuple[Issue, ...]:
        rows = self._db.query("SELECT url, kind, message FROM issues WHERE run_id = ? ORDER BY id", [run_id])
        return tuple(Issue(url=r["url"], kind=r["kind"], message=r["message"]) for r in rows)

    def get(self, run_id: str) -> Run:
        for run in self._select("WHERE id = ?", [run_id]):
            return run
        raise NotFoundError(f"run {run_id}: there is no such run")

    def quarantined_localities(self) -> tuple[str, ...]:
        """Localities whose latest finished discovery or recheck is not to be believed."""
        rows = self._db.query(
            "SELECT locality FROM (SELECT locality, verdict, max(started_at) FROM runs WHERE kind IN "
            "('discover', 'recheck') AND verdict IN ('healthy', 'quarantined') GROUP BY locality) "
            "WHERE verdict = 'quarantined' ORDER BY locality"
        )
        return tuple(row["locality"] for row in rows)

    def latest(self, limit: int = 20) -> tuple[Run, ...]:
        return self._select("ORDER BY started_at DESC, id DESC LIMIT ?", [limit])

    def _select(self, clause: str, parameters: list[str | int]) -> tuple[Run, ...]:
        rows = self._db.query(f"SELECT * FROM runs {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(
            Run(
                id=r["id"],
                kind=r["kind"],
                locality=r["locality"],
                started_at=from_text(r["started_at"]),
                finished_at=from_text(r["finished_at"]) if r["finished_at"] else None,
                verdict=r["verdict"],
                finish_reason=r["finish_reason"],
                counts=json.loads(r["counts"]),
                message=r["message"],
            )
            for r in rows
        )
