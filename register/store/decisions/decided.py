"""A field of a candidate as a person's decision left it."""

from __future__ import annotations

from register.codes.vocabulary import Status
from register.models import RecordField
from register.serial import from_text, load_evidence, load_field, load_value


def decided_field(row: dict[str, str]) -> RecordField:
    """The field as its decision left it: approved as proposed, edited, not stated, or rejected (then not known)."""
    proposal = load_field(row["proposal"])
    status, value, evidence = proposal.status, proposal.value, proposal.evidence
    if row["state"] == "edit":
        status, value, evidence = Status.REPORTED, load_value(row["value"]), load_evidence(row["evidence"])
    elif row["state"] == "not_stated":
        status, value, evidence = Status.NOT_REPORTED, None, ()
    elif row["state"] == "reject":
        status, value, evidence = Status.NOT_EXTRACTED, None, ()
    verified = from_text(row["decided_at"] or row["fetched_at"])
    return RecordField(
        name=row["name"],
        status=status,
        value=value,
        evidence=evidence,
        fetched_at=from_text(row["fetched_at"]),
        changed_at=from_text(row["changed_at"]),
        verified_at=verified,
        verified_by=row["reviewer"] or "",
    )
