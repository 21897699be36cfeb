"""What stands of a candidate field by field: what people approved, or the proposal on the table, with its page's words.

A page that changed is compared with this and not with the latest draft: what a person typed rests on quotes of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from register.codes.vocabulary import Status
from register.database import Database
from register.models import Evidence, Value
from register.serial import load_evidence, load_field, load_value

STANDING = """
SELECT f.name, f.state, f.proposal, d.value, d.evidence, r.version_id AS version
FROM fields f LEFT JOIN decisions d ON d.id = f.decision_id
JOIN revisions r ON r.candidate_id = f.candidate_id
  AND r.revision = CASE WHEN f.state = 'edit' THEN coalesce(d.revision, f.revision) ELSE f.revision END
WHERE f.candidate_id = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What stands of one field; `text` is the page that its quotes refer to, `edited` says that a person wrote it."""

    name: str
    status: Status
    value: Value
    evidence: tuple[Evidence, ...]
    text: str
    edited: bool = False


class ApprovedTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def of_candidate(self, candidate_id: str) -> dict[str, Approved]:
        """The candidate's fields by name."""
        rows = list(self._db.query(STANDING, [candidate_id]))
        texts = {version: self._text(version) for version in {row["version"] for row in rows}}
        return {row["name"]: _approved(row, texts[row["version"]]) for row in rows}

    def _text(self, version: int) -> str:
        rows = self._db.query("SELECT text FROM page_versions WHERE id = ?", [version])
        return next(str(row["text"]) for row in rows)


def _approved(row: dict[str, str], text: str) -> Approved:
    name, state = row["name"], row["state"]
    if state == "edit":
        value, evidence = load_value(row["value"]), load_evidence(row["evidence"])
        status = Status.NOT_REPORTED if value is None else Status.REPORTED
        return Approved(name=name, status=status, value=value, evidence=evidence, text=text, edited=True)
    if state == "not_stated":
        return Approved(name=name, status=Status.NOT_REPORTED, value=None, evidence=(), text=text, edited=True)
    field = load_field(row["proposal"])
    return Approved(name=name, status=field.status, value=field.value, evidence=field.evidence, text=text)
