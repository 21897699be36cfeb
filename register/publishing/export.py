"""The published files: records, evidence and tombstones as CSV, all of it as JSON, byte for byte the same each time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence

from register.codes.vocabulary import FIELD_NAMES
from register.models import RecordField, ServiceRecord, Value
from register.serial import to_text

RECORD_COLUMNS = (
    "id",
    "locality",
    "gss_code",
    "name",
    "page_url",
    "fetched_at",
    "changed_at",
    "verified_at",
    "found_via",
    "organisation_id",
    "programme_id",
    "place_id",
    "due_at",
)
ENDED_COLUMNS = ("ended", "ended_quote", "ended_page", "ended_on", "ended_why")
TOMBSTONE_COLUMNS = (*RECORD_COLUMNS, "withdrawn_at", "merged_into", *ENDED_COLUMNS)
EVIDENCE_COLUMNS = (
    "record_id",
    "field",
    "status",
    "value",
    "supports",
    "quote",
    "start",
    "end",
    "rule",
    "page_url",
    "fetched_at",
    "changed_at",
    "verified_at",
    "found_via",
)


def render(records: Sequence[ServiceRecord]) -> dict[str, bytes]:
    """The files by name, manifest.json among them with the SHA-256 of each other one.

    Rows stand in the order of the ids, lines end in LF, text is UTF-8; nothing depends on when or where it ran. Who
    verified a value stays in the register: reviewers' names are not published.
    """
    living = sorted((r for r in records if r.withdrawn_at is None), key=lambda r: r.id)
    gone = sorted((r for r in records if r.withdrawn_at is not None), key=lambda r: r.id)
    files = {
        "records.csv": write_csv((*RECORD_COLUMNS, *FIELD_NAMES), (record_row(r) for r in living)),
        "evidence.csv": write_csv(EVIDENCE_COLUMNS, (row for r in living for row in evidence_rows(r))),
        "tombstones.csv": write_csv(TOMBSTONE_COLUMNS, (tombstone_row(r) for r in gone)),
        "records.json": _json([record_object(r) for r in living]),
    }
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    files["manifest.json"] = _json({"files": hashes, "records": len(living), "tombstones": len(gone)})
    return files


def publication_id(files: dict[str, bytes]) -> str:
    """A publication's id: the same files have the same id."""
    return "pub-" + hashlib.sha256(files["manifest.json"]).hexdigest()[:12]


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[safe_cell(value) for value in row] for row in rows])
    return out.getvalue().encode()


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value:
        return "'" + value
    return value


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _head(record: ServiceRecord) -> list[str]:
    return [
        record.id,
        record.locality,
        record.gss_code,
        record.name,
        record.page_url,
        to_text(record.fetched_at),
        to_text(record.changed_at),
        to_text(record.verified_at),
        "; ".join(record.found_via),
        record.organisation_id,
        record.programme_id,
        record.place_id,
        to_text(record.due_at) if record.due_at else "",
    ]


def record_row(record: ServiceRecord) -> list[str]:
    by_name = {field.name: field for field in record.fields}
    return [*_head(record), *(_shown(by_name.get(name)) for name in FIELD_NAMES)]


def _shown(field: RecordField | None) -> str:
    """A value as a cell; an absence is told by its kind in brackets, so that it is never an empty cell."""
    if field is None:
        return "(not_extracted)"
    return as_text(field.value) if field.value is not None else f"({field.status.value})"


def as_text(value: Value) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def tombstone_row(record: ServiceRecord) -> list[str]:
    """A tombstone with its date, and what it was retired on where that was why it was withdrawn."""
    when = to_text(record.withdrawn_at) if record.withdrawn_at else ""
    ended = record.ended
    on = [ended.kind, ended.quote, ended.page, ended.day.isoformat(), ended.why] if ended else [""] * len(ENDED_COLUMNS)
    return [*_head(record), when, record.merged_into, *on]


def evidence_rows(record: ServiceRecord) -> Iterable[list[object]]:
    for field in sorted(record.fields, key=lambda f: FIELD_NAMES.index(f.name)):
        dates = [to_text(field.fetched_at), to_text(field.changed_at), to_text(field.verified_at)]
        dates.append("; ".join(field.found_via))
        shown = _shown(field)
        for e in field.evidence:
            where: list[object] = [e.supports, e.quote, e.start, e.end, e.rule]
            yield [record.id, field.name, field.status.value, shown, *where, e.page or record.page_url, *dates]
        if not field.evidence:
            nothing: list[object] = ["", "", "", "", ""]
            yield [record.id, field.name, field.status.value, shown, *nothing, record.page_url, *dates]


def record_object(record: ServiceRecord) -> dict[str, object]:
    return {
        **dict(zip(RECORD_COLUMNS, _head(record), strict=True)),
        "fields": {field.name: _field_object(field) for field in record.fields},
    }


def _field_object(field: RecordField) -> dict[str, object]:
    return {
        "status": field.status.value,
        "value": list(field.value) if isinstance(field.value, tuple) else field.value,
        "evidence": [
            {"quote": e.quote, "start": e.start, "end": e.end, "rule": e.rule, "supports": e.supports}
            | ({"page_url": e.page} if e.page else {})
            for e in field.evidence
        ],
        "fetched_at": to_text(field.fetched_at),
        "changed_at": to_text(field.changed_at),
        "verified_at": to_text(field.verified_at),
        "found_via": list(field.found_via),
    }
