"""The published records as the report counts them: what is reported of each, without its texts and quotes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from register.database import Database
from register.report.records import MAPPED_FIELDS, MappedRecord
from register.serial import from_text, load_value
from register.store.records import ROUTES_APART
from register.vocabulary import Inclusion, Status

# Which records are asked for: the living ones, of all localities or of some.
ASKED = """
withdrawn_at IS NULL AND (:everywhere OR locality IN (SELECT value FROM json_each(:localities)))
"""
# Names and places are those that the public may read, which publishing makes of the records.
RECORDS = f"""
SELECT r.id, r.locality, r.gss_code, coalesce(p.name, ''), r.page_url, r.fetched_at, r.changed_at, r.verified_at,
  r.found_via, (SELECT json_group_array(json_array(o.east, o.north)) FROM public_points o WHERE o.n = p.n) AS points
FROM records r LEFT JOIN public_services p ON p.id = r.id WHERE {ASKED} ORDER BY r.id
"""  # noqa: S608 (the words are ours)
FIELDS = f"""
SELECT record_id, name, status, CASE WHEN name LIKE 'tidier.%' THEN 'null' ELSE value END FROM record_fields
WHERE name IN (SELECT value FROM json_each(:mapped)) AND record_id IN (SELECT id FROM records WHERE {ASKED})
ORDER BY record_id
"""  # noqa: S608 (as above)
PLACE_OF = {name: n for n, name in enumerate(MAPPED_FIELDS)}
NONE_LOOKED_FOR = (Status.NOT_EXTRACTED.value,) * len(MAPPED_FIELDS)
IN = (Inclusion.INCLUDE.value,)


class MappedTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def records(self, localities: tuple[str, ...] = ()) -> Iterator[MappedRecord]:
        """The living records of these localities (of all where none is named), in the order of their ids."""
        asked = {"everywhere": not localities, "localities": json.dumps(localities)}
        rows = self._db.execute(RECORDS, asked)
        fields = self._db.execute(FIELDS, asked | {"mapped": json.dumps(MAPPED_FIELDS)})
        for record_id, own in groupby(fields, key=itemgetter(0)):
            row = next(row for row in rows if row[0] == record_id)  # both come in the order of the ids
            yield _record(row, own)

    def localities(self) -> dict[str, str]:
        """The localities that have a living record, with the GSS code of each."""
        rows = self._db.query(
            "SELECT locality, max(gss_code) AS gss_code FROM records WHERE withdrawn_at IS NULL GROUP BY locality "
            "ORDER BY locality"
        )
        return {row["locality"]: row["gss_code"] for row in rows}


def _record(own: tuple[Any, ...], fields: Iterator[tuple[Any, ...]]) -> MappedRecord:
    statuses, values = [*NONE_LOOKED_FOR], {}
    for _, name, status, value in fields:
        statuses[PLACE_OF[name]] = status
        if value != "null" and status == Status.REPORTED.value:
            values[name] = _values(value)
    key, locality, gss_code, name, page_url, fetched, changed, verified, routes, points = own
    return MappedRecord(
        id=key,
        locality=locality,
        gss_code=gss_code,
        name=name or key,
        page_url=page_url,
        fetched_at=from_text(fetched),
        changed_at=from_text(changed),
        verified_at=from_text(verified),
        found_via=_routes(routes),
        statuses=_statuses(tuple(statuses)),
        values=values,
        wide=values.get("eligibility.wide") == IN,
        strict=values.get("eligibility.strict") == IN,
        points=tuple((east, north) for east, north in json.loads(points)) if points != "[]" else (),
    )


# The same few values stand in many records: each is read once, and held once.
@cache
def _values(text: str) -> tuple[str, ...]:
    value = load_value(text)
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


@cache
def _statuses(names: tuple[str, ...]) -> tuple[Status, ...]:
    return tuple(Status(name) for name in names)


@cache
def _routes(text: str) -> tuple[str, ...]:
    return tuple(text.split(ROUTES_APART)) if text else ()
