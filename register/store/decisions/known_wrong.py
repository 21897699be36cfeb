"""Proposals that are wrong on purpose: which ones, and what was made wrong in them."""

from __future__ import annotations

from dataclasses import dataclass

from register.database import Database
from register.models import Candidate, Value
from register.serial import dump_value, load_candidate, load_value
from register.store.decisions.disputes import NOT_IN_DISPUTE

# Candidates that are known to be wrong; copies made for blind reviews are in no table of candidates at all.
NOT_SEEDED = "NOT EXISTS (SELECT 1 FROM known_wrong k WHERE k.candidate_id = c.id)"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongField:
    """A field that was made wrong: in which `way`, and what it says now."""

    field: str
    way: str
    wrong: Value


class KnownWrongTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def is_seeded(self, candidate_id: str) -> bool:
        """Whether a candidate, or a reviewer's copy of that name, is wrong on purpose."""
        rows = self._db.query(
            "SELECT 1 AS one FROM known_wrong WHERE candidate_id = :id UNION ALL "
            "SELECT 1 FROM blind_reviews WHERE key = :id AND kind = 'known_wrong' LIMIT 1",
            {"id": candidate_id},
        )
        return next(iter(rows), None) is not None

    def note_wrong(self, key: str, fields: tuple[WrongField, ...]) -> None:
        """Keeps what was made wrong in the copy of that name."""
        for one in fields:
            self._db.execute(
                "INSERT INTO blind_changes (key, field, way, wrong) VALUES (?, ?, ?, ?)",
                [key, one.field, one.way, dump_value(one.wrong)],
            )

    def wrong_fields(self, key: str) -> tuple[WrongField, ...]:
        rows = self._db.query("SELECT * FROM blind_changes WHERE key = ? ORDER BY field", [key])
        return tuple(WrongField(field=r["field"], way=r["way"], wrong=load_value(r["wrong"])) for r in rows)

    def on_same_page(self, candidate_id: str) -> tuple[Candidate, ...]:
        """The other services that were read on the page as the candidate was."""
        rows = self._db.query(
            "SELECT o.draft FROM candidates c JOIN revisions r ON r.candidate_id = c.id AND r.revision = c.revision "
            "JOIN candidates b ON b.page_id = c.page_id AND b.id <> c.id JOIN revisions o ON o.candidate_id = b.id AND "
            "o.revision = b.revision AND o.version_id = r.version_id WHERE c.id = ? ORDER BY b.id",
            [candidate_id],
        )
        return tuple(load_candidate(row["draft"]) for row in rows)

    def source_for(self, reviewer: str, *, among: int) -> tuple[str, ...]:
        """Accepted candidates that this reviewer knows nothing of, the last decided first."""
        rows = self._db.query(
            f"SELECT c.id FROM candidates c WHERE c.state = 'accepted' AND c.merged_into IS NULL AND {NOT_SEEDED} "  # noqa: S608 (ours)
            "AND NOT EXISTS (SELECT 1 FROM decisions x WHERE x.candidate_id = c.id AND x.reviewer = :reviewer) "
            "AND NOT EXISTS (SELECT 1 FROM openings o WHERE o.candidate_id = c.id AND o.reviewer = :reviewer) "
            "AND NOT EXISTS (SELECT 1 FROM blind_reviews b WHERE b.candidate_id = c.id AND b.reviewer = :reviewer) "
            f"AND {NOT_IN_DISPUTE} ORDER BY c.changed_at DESC, c.id LIMIT :among",
            {"reviewer": reviewer, "among": among},
        )
        return tuple(row["id"] for row in rows)
