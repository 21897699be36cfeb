"""The published records as the report counts them: what is reported of each, without its texts and quotes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from register.codes.vocabulary import Inclusion, Status
from register.database import Database
from register.report.records import ITEM_FIELDS, VALUE_FIELDS, MappedRecord
from register.serial import from_text, load_value
from register.store.publishing.records import ROUTES_APART

# Which records are asked for: the living ones, of all localities or of some.
ASKED = """
withdrawn_at IS NULL AND (:everywhere OR locality IN (SELECT value FROM json_each(:localities)))
"""
# A row a record: a register of a country has millions of fields. Names and places are those that the public may read,
# which publishing makes of the records. What stands apart are control characters, which JSON has none of. The plus
# keeps SQLite from looking for each field by its name: it is quicker to read all of a record.
RECORDS = f"""
SELECT r.id, r.locality, r.gss_code, coalesce(p.name, ''), r.page_url, r.fetched_at, r.changed_at, r.verified_at,
  r.found_via, (SELECT json_group_array(json_array(o.east, o.north)) FROM public_points o WHERE o.n = p.n) AS points,
  group_concat(CASE WHEN f.name LIKE 'tidier.%' THEN f.name || char(31) || f.status END, char(30)) AS items,
  group_concat(CASE WHEN f.name NOT LIKE 'tidier.%' AND f.status = 'reported' THEN f.name || char(31) || f.value END,
    char(30)) AS reported
FROM records r LEFT JOIN public_services p ON p.id = r.id
CROSS JOIN record_fields f ON f.record_id = r.id AND +f.name IN (SELECT value FROM json_each(:mapped))
WHERE {ASKED} GROUP BY r.id ORDER BY r.id
"""  # noqa: S608 (the words are ours)
PLACE_OF = {name: n for n, name in enumerate(ITEM_FIELDS)}
MAPPED = json.dumps((*ITEM_FIELDS, *VALUE_FIELDS))
APART, WITHIN = "\x1e", "\x1f"
IN = (Inclusion.INCLUDE.value,)


class MappedTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def records(self, localities: tuple[str, ...] = ()) -> Iterator[MappedRecord]:
        """The living records of these localities (of all where none is named), in the order of their ids."""
        asked = {"everywhere": not localities, "localities": json.dumps(localities), "mapped": MAPPED}
        return map(_record, self._db.execute(RECORDS, asked))

    def localities(self) -> dict[str, str]:
        """The localities that have a living record, with the GSS code of each."""
        rows = self._db.query(
            "SELECT locality, max(gss_code) AS gss_code FROM records WHERE withdrawn_at IS NULL GROUP BY locality "
            "ORDER BY locality"
        )
        return {row["locality"]: row["gss_code"] for row in rows}


def _record(row: tuple[Any, ...]) -> MappedRecord:
    key, locality, gss_code, name, page_url, fetched, changed, verified, routes, points, items, reported = row
    values = {}
    for told in reported.split(APART) if reported else ():
        field, _, value = told.partition(WITHIN)
        if value != "null":
            values[field] = _values(value)
    return MappedRecord(
        id=key,
        locality=locality,
        gss_code=gss_code,
        name=name or key,
        page_url=page_url,
        fetched_at=_time(fetched),
        changed_at=_time(changed),
        verified_at=_time(verified),
        found_via=_routes(routes),
        statuses=_statuses(items or ""),
        values=values,
        wide=values.get("eligibility.wide") == IN,
        strict=values.get("eligibility.strict") == IN,
        points=tuple((east, north) for east, north in json.loads(points)) if points != "[]" else (),
    )


# The same few values stand in many records: each is read once, and held once.
_time = lru_cache(maxsize=4096)(from_text)


@cache
def _values(text: str) -> tuple[str, ...]:
    value = load_value(text)
    return value if isinstance(value, tuple) else () if value is None else (str(value),)


@lru_cache(maxsize=4096)
def _statuses(text: str) -> tuple[Status, ...]:
    """Of each item; one without a row was not looked for."""
    found = [Status.NOT_EXTRACTED] * len(PLACE_OF)
    for told in text.split(APART) if text else ():
        name, _, status = told.partition(WITHIN)
        found[PLACE_OF[name]] = Status(status)
    return tuple(found)


@cache
def _routes(text: str) -> tuple[str, ...]:
    return tuple(text.split(ROUTES_APART)) if text else ()
