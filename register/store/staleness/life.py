"""What the register knows of a record's life, from when it was first seen: facts with their times, in their order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from register.database import Database
from register.errors import NotFoundError
from register.serial import from_text
from register.store.queue.revisions import ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to a candidate or its record. `kind` is one that register/publishing/life.py has words
    for; `role` is that of the person who did it ("" where nobody did), `who` their name, which is never published."""

    at: datetime
    kind: str
    about: str = ""
    fields: tuple[str, ...] = ()
    words: str = ""
    role: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A record, or a candidate that was never published (then `record` is "")."""

    candidate: str
    record: str
    name: str
    locality: str
    page_url: str
    state: str
    withdrawn_at: datetime | None
    merged_into: str
    missing_since: datetime | None


SUBJECT = """
SELECT c.id AS candidate, coalesce(r.id, '') AS record, coalesce(r.name, c.name) AS name, c.locality,
  coalesce(r.page_url, p.url) AS page_url, c.state, r.withdrawn_at, coalesce(r.merged_into, '') AS merged_into,
  c.missing_since
FROM candidates c JOIN pages p ON p.id = c.page_id LEFT JOIN records r ON r.candidate_id = c.id
WHERE c.id = ? OR r.id = ?
"""
REVISIONS = """
SELECT r.created_at, r.revision, r.reason, r.changed, r.state, o.kind FROM revisions r JOIN runs o ON o.id = r.run_id
WHERE r.candidate_id = ? ORDER BY r.revision
"""
# What is part of an acceptance is told with it; an undo is part of what it takes back.
DECISIONS = """
SELECT d.decided_at, d.field, d.verdict, d.reviewer, coalesce(u.role, '') AS role,
  (SELECT count(*) FROM decisions n WHERE n.part_of = d.id AND n.verdict <> 'undo') AS parts
FROM decisions d LEFT JOIN users u ON u.name = d.reviewer
WHERE d.candidate_id = ? AND (d.part_of IS NULL OR d.verdict = 'undo') ORDER BY d.id
"""
JUDGEMENTS = """
SELECT j.judged_at, j.verdict, j.first, j.second, j.kept, j.reviewer, coalesce(u.role, '') AS role
FROM judgements j LEFT JOIN users u ON u.name = j.reviewer WHERE ? IN (j.first, j.second) ORDER BY j.id
"""
LOG = """
SELECT kind, at, said FROM log WHERE candidate_id IN (?, ?) AND kind IN ('missing', 'withdrawal', 'pointer')
ORDER BY seq
"""


class LifeTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def subject(self, name: str) -> Subject:
        """The record or candidate of that id; raises NotFoundError where there is none."""
        for row in self._db.query(SUBJECT, [name, name]):
            times = {key: from_text(row[key]) if row[key] else None for key in ("withdrawn_at", "missing_since")}
            return Subject(**{**row, **times})
        raise NotFoundError(f"{name}: there is no record and no candidate with this id; a record's begins with tm-")

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        """All that happened to it, but for what publications tell, in the order of the times."""
        found = [
            *self._revisions(subject.candidate),
            *self._decisions(subject.candidate),
            *self._judgements(subject.candidate),
            *self._logged(subject),
            *self._answers(subject.record),
            *self._verdicts(subject.record),
        ]
        return tuple(sorted(found, key=lambda fact: fact.at))

    def merged(self, record: str) -> tuple[str, ...]:
        """The records that point to this one."""
        rows = self._db.query("SELECT id FROM records WHERE merged_into = ? AND id <> ? ORDER BY id", [record, record])
        return tuple(row["id"] for row in rows)

    def _revisions(self, candidate: str) -> Iterator[Fact]:
        for row in self._db.query(REVISIONS, [candidate]):
            changed = () if row["changed"] in (None, ALL) else tuple(json.loads(row["changed"]))
            kind = "seen first" if row["revision"] == 1 else "read again"
            if row["revision"] > 1 and row["state"] == "reopened":
                kind = "opened again"
            yield Fact(
                at=from_text(row["created_at"]), kind=kind, about=row["kind"], fields=changed, words=row["reason"]
            )

    def _decisions(self, candidate: str) -> Iterator[Fact]:
        for row in self._db.query(DECISIONS, [candidate]):
            yield Fact(
                at=from_text(row["decided_at"]),
                kind=f"decided: {row['verdict']}",
                about=row["field"],
                words=str(row["parts"] or ""),
                role=row["role"] or "reviewer",
                who=row["reviewer"],
            )

    def _judgements(self, candidate: str) -> Iterator[Fact]:
        for row in self._db.query(JUDGEMENTS, [candidate]):
            other = row["second"] if row["first"] == candidate else row["first"]
            kind = f"judged: {row['verdict']}"
            if row["verdict"] == "merge":
                kind = "took in" if row["kept"] == candidate else "judged: merge"
            at = from_text(row["judged_at"])
            yield Fact(at=at, kind=kind, about=other, role=row["role"] or "reviewer", who=row["reviewer"])

    def _logged(self, subject: Subject) -> Iterator[Fact]:
        kinds = {"missing": "missing", "withdrawal": "closed", "pointer": "merged"}
        for row in self._db.query(LOG, [subject.candidate, subject.record or subject.candidate]):
            kind = "stands again" if row["kind"] == "pointer" and not row["said"] else kinds[row["kind"]]
            yield Fact(at=from_text(row["at"]), kind=kind, about=row["said"] if row["kind"] == "pointer" else "")

    def _answers(self, record: str) -> Iterator[Fact]:
        rows = self._db.query(
            "SELECT answered_at, verdict, opened FROM provider_answers WHERE record_id = ? ORDER BY id", [record]
        )
        for row in rows:
            opened = tuple(json.loads(row["opened"]))
            yield Fact(
                at=from_text(row["answered_at"]), kind=f"answered: {row['verdict']}", fields=opened, role="provider"
            )

    def _verdicts(self, record: str) -> Iterator[Fact]:
        rows = self._db.query(
            "SELECT since, verdict, cause, json_group_array(field) AS fields FROM verdicts WHERE record_id = ? "
            "GROUP BY since, verdict, cause, field = '' ORDER BY min(id)",
            [record],
        )
        for row in rows:
            day = datetime.combine(date.fromisoformat(row["since"]), time(), UTC)
            fields = tuple(sorted(name for name in json.loads(row["fields"]) if name))
            yield Fact(at=day, kind="checked", about=row["verdict"], words=row["cause"], fields=fields)
