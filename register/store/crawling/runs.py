"""Runs and their issues: what a crawl, recheck or publication did, and what went wrong in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.codes.vocabulary import Cause
from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text

CAUSES = frozenset(cause.value for cause in Cause)


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

    @property
    def no_page(self) -> bool:
        """Whether an address gave no page; any other issue is for a person to look at."""
        return self.kind in CAUSES


class FindingKind(StrEnum):
    """What a run tells by name: services by what became of them, pages by what became of their words."""

    NEW_SERVICE = "new service"
    CHANGED_SERVICE = "changed service"
    MOVED_SERVICE = "moved service"
    MISSING_SERVICE = "missing service"
    NEW_PAGE = "new page"
    CHANGED_PAGE = "changed page"
    MOVED_PAGE = "moved page"
    GONE_PAGE = "gone page"
    CLOSING_NOTICE = "closing notice"  # its words stand in the place of a name
    DEAD_SERVICE = "dead service"
    EXPIRED_SERVICE = "expired service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a run found: `kind` is a FindingKind, `name` a service's or page's; `went_to` is the address at
    which what stood at `url` stands now, "" where it did not go elsewhere."""

    kind: str
    name: str
    url: str
    went_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHost:
    """What one host gave in one run.

    pages: pages read or found unchanged; known: pages that were asked for and had been good before
    failed: known pages that gave none; service_pages: pages with a service; services: services seen
    ended: why the host's crawl ended; cause: the commonest cause of its failures, "" where there were none
    doubt: why its answers are not believed, "" where they are
    """

    host: str
    pages: int
    known: int
    failed: int
    service_pages: int
    services: int
    ended: str = ""
    cause: str = ""
    doubt: str = ""


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

    def note_findings(self, run_id: str, findings: Iterable[Finding]) -> None:
        for one in findings:
            self._db.execute(
                "INSERT INTO findings (run_id, kind, name, url, went_to) VALUES (?, ?, ?, ?, ?)",
                [run_id, one.kind, one.name, one.url, one.went_to],
            )

    def findings(self, run_id: str) -> tuple[Finding, ...]:
        rows = self._db.query("SELECT kind, name, url, went_to FROM findings WHERE run_id = ? ORDER BY id", [run_id])
        return tuple(Finding(**row) for row in rows)

    def note_hosts(self, run_id: str, hosts: Iterable[RunHost]) -> None:
        columns = ("run_id", *RunHost.__slots__)
        marks = ", ".join("?" * len(columns))
        for one in hosts:
            values = [run_id, *(getattr(one, name) for name in RunHost.__slots__)]
            self._db.execute(f"INSERT INTO run_hosts ({', '.join(columns)}) VALUES ({marks})", values)  # noqa: S608

    def hosts(self, run_id: str) -> tuple[RunHost, ...]:
        columns = ", ".join(RunHost.__slots__)
        rows = self._db.query(f"SELECT {columns} FROM run_hosts WHERE run_id = ? ORDER BY host", [run_id])  # noqa: S608
        return tuple(RunHost(**row) for row in rows)

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

    def quarantined_hosts(self) -> frozenset[tuple[str, str]]:
        """(locality, host) of every host whose latest answers are not to be believed."""
        rows = self._db.query(
            "SELECT locality, host FROM (SELECT r.locality, h.host, h.doubt, max(r.started_at) FROM run_hosts h "
            "JOIN runs r ON r.id = h.run_id GROUP BY r.locality, h.host) WHERE doubt != ''"
        )
        return frozenset((row["locality"], row["host"]) for row in rows)

    def latest(self, limit: int = 20, *, kind: str = "", locality: str = "", verdict: str = "") -> tuple[Run, ...]:
        """The latest runs, newest first; filters left out do not filter."""
        return self._select(
            "WHERE ? IN ('', kind) AND ? IN ('', locality) AND ? IN ('', verdict) "
            "ORDER BY started_at DESC, id DESC LIMIT ?",
            [kind, locality, verdict, limit],
        )

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
