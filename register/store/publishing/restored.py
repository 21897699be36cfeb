"""Records that were restored from a publication's package, just as they were published there."""

from __future__ import annotations

import json
from datetime import datetime

from register.database import Database
from register.models import Clock, ServiceRecord
from register.publishing.publication import read_line, to_line
from register.serial import to_text
from register.store.publishing.records import AS_RESTORED, RecordTables
from register.store.upkeep.log import LogTables


class RestoredTables:
    def __init__(self, db: Database, clock: Clock, *, records: RecordTables) -> None:
        self._db, self._clock, self._records, self._log = db, clock, records, LogTables(db)

    def keep(self, record: ServiceRecord, candidate_id: str, *, publication: str, who: str) -> None:
        """Puts the record into the canonical tables as it was published. `who` stands as having verified its values."""
        at = to_text(self._clock())
        self.take_effect(record, candidate_id, publication=publication, who=who, at=at)
        told = {"line": to_line(record), "publication": publication, "who": who}
        self._log.note("restored", candidate_id, said=json.dumps(told, ensure_ascii=False), at=at)

    def replay(self, candidate_id: str, said: str, at: str) -> None:
        """What `keep` did, from what the log says of it."""
        told = json.loads(said)
        record = read_line(told["line"])
        self.take_effect(record, candidate_id, publication=told["publication"], who=told["who"], at=at)
        self._log.note("restored", candidate_id, said=said, at=at)

    def take_effect(self, record: ServiceRecord, candidate_id: str, *, publication: str, who: str, at: str) -> None:
        decisions = {
            row["name"]: int(row["decision_id"])
            for row in self._db.query("SELECT name, decision_id FROM fields WHERE candidate_id = ?", [candidate_id])
        }
        self._records.put_as_told(record, candidate_id, decisions, who=who)
        self._db.execute(
            "INSERT INTO restored (candidate_id, publication, decision_id, restored_at) "
            "SELECT ?, ?, max(id), ? FROM decisions WHERE candidate_id = ?",
            [candidate_id, publication, at, candidate_id],
        )

    def due_days(self) -> dict[str, datetime]:
        """By record, when it was due as it was restored, where nothing happened to it since: on what that rested (its
        routes, how often its page changed) stayed where it was published."""
        if not any(True for _ in self._db.query("SELECT 1 AS one FROM restored LIMIT 1")):
            return {}
        rows = self._db.query(
            "SELECT json_extract(l.said, '$.line') AS line FROM log l JOIN candidates c ON c.id = l.candidate_id "  # noqa: S608 (ours)
            f"WHERE l.kind = 'restored' AND {AS_RESTORED} AND NOT EXISTS (SELECT 1 FROM freshness f JOIN records r "
            "ON r.id = f.record_id WHERE r.candidate_id = c.id AND f.expired_at IS NOT NULL)"
        )
        records = (read_line(row["line"]) for row in rows)
        return {record.id: record.due_at for record in records if record.due_at is not None}

    def publication_of(self, candidate_id: str) -> str:
        """The publication that the candidate's record was restored from, "" where it was not."""
        rows = self._db.query("SELECT publication FROM restored WHERE candidate_id = ?", [candidate_id])
        return next((str(row["publication"]) for row in rows), "")
