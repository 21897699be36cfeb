"""What changed of reopened candidates: each open field, as it was approved and as the page says it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from register.codes.vocabulary import Status
from register.database import Database
from register.hosts import host_of
from register.models import DraftField, Evidence, Value
from register.serial import load_evidence, load_field, load_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedNow:
    """An open field of a reopened candidate: what was approved of it, and the proposal that is on the table."""

    candidate: str
    name: str
    locality: str
    page_url: str
    revision: int
    decisions: int
    open_fields: int
    field: str
    status: Status
    value: Value
    evidence: tuple[Evidence, ...]
    now: DraftField


# What was approved stands in the record; of a candidate that was never published, in the last decision on the field,
# and where that approved what was proposed, in the draft that it saw.
CHANGED = """
SELECT c.id, c.name, c.locality, c.revision, p.url, f.name AS field, f.proposal, rf.status, rf.value, rf.evidence,
  (SELECT count(*) FROM decisions n WHERE n.candidate_id = c.id) AS decisions,
  (SELECT count(*) FROM fields o WHERE o.candidate_id = c.id AND o.state = 'open') AS open_fields,
  CASE WHEN rf.name IS NULL THEN (SELECT d.id FROM decisions d WHERE d.candidate_id = c.id AND d.field = f.name
    AND d.verdict <> 'undo' ORDER BY d.id DESC LIMIT 1) END AS decision
FROM candidates c JOIN pages p ON p.id = c.page_id JOIN fields f ON f.candidate_id = c.id AND f.state = 'open'
LEFT JOIN records r ON r.candidate_id = c.id LEFT JOIN record_fields rf ON rf.record_id = r.id AND rf.name = f.name
WHERE c.state = 'reopened' AND instr(p.url, ?) ORDER BY c.id, f.name
"""
DECIDED = """
SELECT d.verdict, d.value, d.evidence, (SELECT j.value FROM json_each(r.draft, '$.fields') j
  WHERE json_extract(j.value, '$.name') = d.field) AS proposal
FROM decisions d JOIN revisions r ON r.candidate_id = d.candidate_id
  AND r.revision = coalesce(d.proposed_in, d.revision) WHERE d.id = ?
"""


class ChangeTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def reopened(self, *, host: str = "") -> Iterator[ChangedNow]:
        """Every open field of the reopened candidates, of that host alone where it is named, by candidate."""
        for row in self._db.query(CHANGED, [host]):
            if host and host_of(row["url"]) != host:
                continue
            status, value, evidence = self._approved(row)
            yield ChangedNow(
                candidate=row["id"],
                name=row["name"],
                locality=row["locality"],
                page_url=row["url"],
                revision=row["revision"],
                decisions=row["decisions"],
                open_fields=row["open_fields"],
                field=row["field"],
                status=status,
                value=value,
                evidence=evidence,
                now=load_field(row["proposal"]),
            )

    def _approved(self, row: dict[str, str]) -> tuple[Status, Value, tuple[Evidence, ...]]:
        if row["status"] is not None:
            return Status(row["status"]), load_value(row["value"]), load_evidence(row["evidence"])
        for decided in self._db.query(DECIDED, [row["decision"]]):
            if decided["verdict"] == "edit":
                return Status.REPORTED, load_value(decided["value"]), load_evidence(decided["evidence"])
            if decided["verdict"] == "approve" and decided["proposal"]:
                was = load_field(decided["proposal"])
                return was.status, was.value, was.evidence
            if decided["verdict"] == "not_stated":
                return Status.NOT_REPORTED, None, ()
        return Status.NOT_EXTRACTED, None, ()
