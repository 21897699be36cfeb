"""The rules of Open Referral UK 3.0 as a JSON Schema, made from `data/formats/oruk.csv`.

The published schema is under CC BY-SA and is not copied here: the table holds its facts (objects, properties, types,
what is required, allowed words), read in the UK profile's repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from register.publishing.presentation import ReferralField

Schema = dict[str, object]
DAY = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
CLOCK = r"^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-]\d\d:\d\d)?$"
FORMS: Mapping[str, Schema] = {
    "uuid": {"pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
    "uri": {"pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"},
    "email": {"pattern": r"^[^@\s]+@[^@\s]+$"},
    "date": {"pattern": DAY},
    "time": {"pattern": CLOCK},
    "date-time": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$"},
}


def schema_of(name: str, fields: Iterable[ReferralField]) -> Schema:
    """The schema of an object, `page` for a feed's page of services; a property that no row names is refused, so that
    a slip of the pen is no extension."""
    objects: dict[str, list[ReferralField]] = {}
    for field in fields:
        objects.setdefault(field.object, []).append(field)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/$defs/{name}",
        "$defs": {key: _object(rows) for key, rows in objects.items()},
    }


def _object(rows: list[ReferralField]) -> Schema:
    return {
        "type": "object",
        "properties": {row.name: _property(row) for row in rows},
        "required": [row.name for row in rows if row.required],
        "additionalProperties": False,
    }


def _property(row: ReferralField) -> Schema:
    held: Schema = {"$ref": f"#/$defs/{row.holds}"}
    if row.type == "array":
        return {"type": "array", "items": held}
    if row.type == "object":
        return held
    told: Schema = {"type": row.type, **FORMS.get(row.form, {})}
    return told | ({"enum": row.allowed.split(" | ")} if row.allowed else {})
