"""The canonical dataset: approved services, and the fields that people verified."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from register.codes.vocabulary import Status
from register.database import Database
from register.ended import Ended
from register.errors import NotFoundError
from register.models import RECORD, Clock, Decision, DecisionVerdict, RecordField, ServiceRecord
from register.serial import dump_evidence, dump_value, from_text, load_evidence, load_value, to_text
from register.store.crawling.routes import RouteTables
from register.store.decisions.decided import decided_field
from register.store.decisions.disputes import NOT_IN_DISPUTE
from register.store.decisions.known_wrong import NOT_SEEDED
from register.store.matching.identity import Identity
from register.store.staleness.endings import dump_ended, ended_of, load_ended
from register.store.upkeep.log import LogTables

# The state of a decided field, with the decision that a person took on it.
DECIDED = """
SELECT f.name, f.state, f.proposal, f.fetched_at, f.changed_at, d.id AS decision_id, d.value, d.evidence,
  d.reviewer, d.decided_at
FROM fields f LEFT JOIN decisions d ON d.id = f.decision_id WHERE f.candidate_id = ? ORDER BY f.name
"""
ROUTES_APART = "; "
# Of a candidate `c`: its record stands as it was restored from a package, for nothing happened to it since.
AS_RESTORED = """
EXISTS (SELECT 1 FROM restored t WHERE t.candidate_id = c.id AND c.revision = 1 AND t.decision_id =
  (SELECT max(d.id) FROM decisions d WHERE d.candidate_id = c.id))
"""


class RecordTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock, self._log = db, clock, LogTables(db)
        self._routes = RouteTables(db, clock)

    def accepted(self, localities: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str, str]]:
        """(candidate id, locality, name, page address) of every accepted candidate, in the order of the ids; those that
        were merged into another, are known to be wrong, are in dispute between two reviewers, or whose record was
        restored and not decided on since, are left out."""
        rows = self._db.query(
            "SELECT c.id, c.locality, c.name, p.url FROM candidates c JOIN pages p ON p.id = c.page_id "  # noqa: S608 (ours)
            f"WHERE c.state = 'accepted' AND c.merged_into IS NULL AND {NOT_SEEDED} AND {NOT_IN_DISPUTE} "
            f"AND NOT {AS_RESTORED} ORDER BY c.id"
        )
        for row in rows:
            if not localities or row["locality"] in localities:
                yield row["id"], row["locality"], row["name"], row["url"]

    def decided_fields(self, candidate_id: str) -> tuple[tuple[RecordField, int], ...]:
        """The candidate's fields as people decided them, each with its decision's id (0 where it has none)."""
        decided = tuple(
            (decided_field(row), row["decision_id"] or 0) for row in self._db.query(DECIDED, [candidate_id])
        )
        own = self._routes.of_own_page(candidate_id)
        return tuple((replace(one, found_via=self._found_via(one, own)), decision) for one, decision in decided)

    def _found_via(self, field: RecordField, own: str) -> tuple[str, ...]:
        return tuple(sorted({self._routes.of_address(e.page) if e.page else own for e in field.evidence}))

    def page_text(self, candidate_id: str, decision: Decision, field: str) -> str:
        """The text that a decided field's quotes refer to: the page as the reviewer, or the draft, read it."""
        rows = self._db.query(
            "SELECT v.text FROM fields f JOIN revisions r ON r.candidate_id = f.candidate_id AND r.revision = "
            "CASE WHEN ? THEN ? ELSE f.revision END JOIN page_versions v ON v.id = r.version_id "
            "WHERE f.candidate_id = ? AND f.name = ?",
            [decision.verdict is DecisionVerdict.EDIT, decision.revision, candidate_id, field],
        )
        return next((row["text"] for row in rows), "")

    def put(self, record: ServiceRecord, candidate_id: str, decision_ids: Mapping[str, int], *, as_of: int = 0) -> None:
        """Writes a record and its fields in the place of its earlier state; nothing where they are the same. `as_of` is
        the entry of the log up to which it was put together, where others came since."""
        if self._holds(record, decision_ids):
            return
        self._put_record(record, candidate_id)
        names = [field.name for field in record.fields]
        self._db.execute(
            f"DELETE FROM record_fields WHERE record_id = ? AND name NOT IN ({', '.join('?' * len(names))})",  # noqa: S608
            [record.id, *names],
        )
        self._put_fields(record.id, record.fields, decision_ids)
        # What does not follow from drafts and decisions: the locality's code in force, and where the page is now.
        told: dict[str, str | int] = {"id": record.id, "gss_code": record.gss_code, "name": record.name}
        told |= {"page_url": record.page_url, "found_via": ROUTES_APART.join(record.found_via)}
        told |= {"as_of": as_of} if as_of else {}
        self._log.note("record", candidate_id, said=json.dumps(told), at=to_text(self._clock()))

    def put_as_told(
        self, record: ServiceRecord, candidate_id: str, decision_ids: Mapping[str, int], *, who: str
    ) -> None:
        """Writes a record as somebody published it, a tombstone as one; nothing of it is worked out here."""
        self._put_record(record, candidate_id)
        fields = tuple(replace(field, verified_by=who) for field in record.fields)
        self._put_fields(record.id, fields, decision_ids)
        if record.withdrawn_at is not None:
            self._db.execute(
                "UPDATE records SET withdrawn_at = ?, merged_into = ?, ended = ? WHERE id = ?",
                [to_text(record.withdrawn_at), record.merged_into or None, dump_ended(record.ended), record.id],
            )

    def _put_record(self, record: ServiceRecord, candidate_id: str) -> None:
        self._db.execute(
            "INSERT INTO records (id, candidate_id, locality, gss_code, name, page_url, fetched_at, changed_at, "
            "verified_at, found_via, organisation_id, programme_id, place_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "organisation_id = excluded.organisation_id, programme_id = excluded.programme_id, "
            "place_id = excluded.place_id, "
            "name = excluded.name, page_url = excluded.page_url, gss_code = excluded.gss_code, "
            "fetched_at = excluded.fetched_at, changed_at = excluded.changed_at, verified_at = excluded.verified_at, "
            "found_via = excluded.found_via, withdrawn_at = NULL, ended = ''",
            [
                record.id,
                candidate_id,
                record.locality,
                record.gss_code,
                record.name,
                record.page_url,
                to_text(record.fetched_at),
                to_text(record.changed_at),
                to_text(record.verified_at),
                ROUTES_APART.join(record.found_via),
                record.organisation_id,
                record.programme_id,
                record.place_id,
            ],
        )

    def _put_fields(self, record_id: str, fields: Sequence[RecordField], decision_ids: Mapping[str, int]) -> None:
        self._db.conn.executemany(
            "INSERT INTO record_fields (record_id, name, status, value, evidence, fetched_at, changed_at, "
            "verified_at, verified_by, found_via, decision_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (record_id, name) DO UPDATE SET status = excluded.status, value = excluded.value, "
            "evidence = excluded.evidence, fetched_at = excluded.fetched_at, changed_at = excluded.changed_at, "
            "verified_at = excluded.verified_at, verified_by = excluded.verified_by, "
            "found_via = excluded.found_via, decision_id = excluded.decision_id",
            [
                (
                    record_id,
                    field.name,
                    field.status.value,
                    dump_value(field.value),
                    dump_evidence(field.evidence),
                    to_text(field.fetched_at),
                    to_text(field.changed_at),
                    to_text(field.verified_at),
                    field.verified_by,
                    ROUTES_APART.join(field.found_via),
                    decision_ids[field.name],
                )
                for field in fields
            ],
        )

    def decisions_of(self, record_id: str) -> dict[str, int]:
        """The decision that each field of a record rests on."""
        rows = self._db.query("SELECT name, decision_id FROM record_fields WHERE record_id = ?", [record_id])
        return {row["name"]: row["decision_id"] for row in rows}

    def _holds(self, record: ServiceRecord, decision_ids: Mapping[str, int]) -> bool:
        """Whether the register has the record in just this state, from the same decisions."""
        if not any(True for _ in self._db.query("SELECT 1 AS one FROM records WHERE id = ?", [record.id])):
            return False
        by_name = {field.name: field for field in record.fields}
        same = self.decisions_of(record.id) == {name: decision_ids[name] for name in by_name}
        return same and self.get(record.id) == replace(record, fields=tuple(by_name[name] for name in sorted(by_name)))

    def rejected(self, *, at: datetime) -> tuple[tuple[str, Ended | None], ...]:
        """(record id, on what it was retired until then) of every record whose candidate was rejected, tombstones among
        them."""
        rows = self._db.query(
            "SELECT r.id FROM records r JOIN candidates c ON c.id = r.candidate_id "  # noqa: S608 (ours)
            f"WHERE c.state = 'rejected' AND {NOT_IN_DISPUTE} ORDER BY r.id"
        )
        return tuple((row["id"], load_ended(ended_of(self._db, row["id"], to_text(at)))) for row in list(rows))

    def withdraw(self, record_id: str, *, at: str, ended: str | None = None) -> None:
        """Makes a record a tombstone: it stays, with its date and with what it was retired on (`ended`, as it is kept;
        None: as people decided)."""
        ended = ended_of(self._db, record_id, at) if ended is None else ended
        for row in list(self._db.query("SELECT candidate_id FROM records WHERE id = ?", [record_id])):
            self._db.execute("UPDATE records SET withdrawn_at = ?, ended = ? WHERE id = ?", [at, ended, record_id])
            self._log.note("withdrawal", row["candidate_id"], said=f"{record_id} {ended}".rstrip(), at=at)

    def point(self, record_id: str, kept: str | None, *, when: datetime | None = None) -> None:
        """Makes the record a pointer to the record `kept`, dated `when` (now), or a record again where it is None."""
        at = to_text(when or self._clock())
        self.set_pointer(record_id, kept, at=at)
        self._log.note("pointer", record_id, said=kept or "", at=at)

    def set_pointer(self, record_id: str, kept: str | None, *, at: str) -> None:
        """What pointing does to a record: it stays, withdrawn at that time in favour of another."""
        self._db.execute(
            "UPDATE records SET merged_into = ?, withdrawn_at = ? WHERE id = ?", [kept, kept and at, record_id]
        )

    def all(self, *, locality: str = "") -> tuple[ServiceRecord, ...]:
        """Every record, tombstones included, in the order of the ids."""
        rows = self._db.query("SELECT * FROM records WHERE ? IN ('', locality) ORDER BY id", [locality])
        return tuple(self._record(row) for row in rows)

    def get(self, record_id: str) -> ServiceRecord:
        for row in self._db.query("SELECT * FROM records WHERE id = ?", [record_id]):
            return self._record(row)
        raise NotFoundError(f"record {record_id}: there is none in this register")

    def ids(self) -> dict[str, str]:
        """By candidate, the id of its record."""
        return {row["candidate_id"]: row["id"] for row in self._db.query("SELECT candidate_id, id FROM records")}

    def id_of_candidate(self, candidate_id: str) -> str | None:
        rows = self._db.query("SELECT id FROM records WHERE candidate_id = ?", [candidate_id])
        return next((row["id"] for row in rows), None)

    def was_accepted(self, candidate_id: str) -> bool:
        """Whether a person ever accepted the candidate as a whole."""
        rows = self._db.query(
            "SELECT 1 AS one FROM decisions WHERE candidate_id = ? AND field = ? AND verdict = ? LIMIT 1",
            [candidate_id, RECORD, DecisionVerdict.APPROVE.value],
        )
        return any(True for _ in rows)

    def _record(self, row: dict[str, str]) -> ServiceRecord:
        fields = self._db.query("SELECT * FROM record_fields WHERE record_id = ? ORDER BY name", [row["id"]])
        return ServiceRecord(
            id=row["id"],
            locality=row["locality"],
            gss_code=row["gss_code"],
            name=row["name"],
            page_url=row["page_url"],
            fields=tuple(_published(field) for field in fields),
            fetched_at=from_text(row["fetched_at"]),
            changed_at=from_text(row["changed_at"]),
            verified_at=from_text(row["verified_at"]),
            withdrawn_at=from_text(row["withdrawn_at"]) if row["withdrawn_at"] else None,
            merged_into=row["merged_into"] or "",
            found_via=_apart(row["found_via"]),
            organisation_id=row["organisation_id"],
            programme_id=row["programme_id"],
            place_id=row["place_id"],
            ended=load_ended(row["ended"]),
        )


def compose(
    decided: tuple[tuple[RecordField, int], ...],
    *,
    id: str,
    locality: str,
    gss_code: str,
    name: str,
    page_url: str,
    own_route: str,
    identity: Identity,
) -> ServiceRecord:
    """A record of these fields; its dates are the latest of theirs, its name is its own words where they are known."""
    fields = tuple(field for field, _ in decided)
    brief_name = next((f.value for f in fields if f.name == "tidier.brief_name" and isinstance(f.value, str)), name)
    return ServiceRecord(
        id=id,
        locality=locality,
        gss_code=gss_code,
        name=brief_name,
        page_url=page_url,
        fields=fields,
        fetched_at=max(field.fetched_at for field in fields),
        changed_at=max(field.changed_at for field in fields),
        verified_at=max(field.verified_at for field in fields),
        found_via=tuple(sorted({own_route, *(route for field in fields for route in field.found_via)})),
        organisation_id=identity.organisation,
        programme_id=identity.programme,
        place_id=identity.place,
    )


def _published(row: dict[str, str]) -> RecordField:
    return RecordField(
        name=row["name"],
        status=Status(row["status"]),
        value=load_value(row["value"]),
        evidence=load_evidence(row["evidence"]),
        fetched_at=from_text(row["fetched_at"]),
        changed_at=from_text(row["changed_at"]),
        verified_at=from_text(row["verified_at"]),
        verified_by=row["verified_by"],
        found_via=_apart(row["found_via"]),
    )


def _apart(routes: str) -> tuple[str, ...]:
    return tuple(routes.split(ROUTES_APART)) if routes else ()
