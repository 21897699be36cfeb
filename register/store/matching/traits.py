"""What tells each candidate, and which of them were not compared yet."""

from __future__ import annotations

from register.database import Database
from register.matching.scoring import Matcher
from register.matching.traits import Traits, unpack
from register.store.matching.arrivals import Arrivals


class TraitTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def to_compare(self, locality: str) -> tuple[str, ...]:
        """Candidates of the locality whose latest revision was not compared with the others yet."""
        rows = self._db.query(
            "SELECT c.id FROM candidates c LEFT JOIN traits t ON t.candidate_id = c.id "
            "WHERE c.locality = ? AND (t.revision IS NULL OR t.revision <> c.revision) ORDER BY c.id",
            [locality],
        )
        return tuple(row["id"] for row in rows)

    def arriving(self, matcher: Matcher) -> Arrivals:
        """To keep and compare candidates with, within a transaction."""
        return Arrivals(self._db, matcher)

    def digest(self, candidate_id: str) -> str:
        """Of what tells the candidate now; "" where it was not compared yet."""
        rows = self._db.query("SELECT digest FROM traits WHERE candidate_id = ?", [candidate_id])
        return next((row["digest"] for row in rows), "")

    def get(self, candidate_id: str) -> Traits | None:
        rows = self._db.query("SELECT told FROM traits WHERE candidate_id = ?", [candidate_id])
        return next((unpack(row["told"]) for row in rows), None)
