"""Pages of further dates: what a candidate says of its dates may stand on other pages than its own."""

from __future__ import annotations

import json
from collections.abc import Set

from register.database import Database
from register.models import Evidence


class FurtherTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def of_records(self, locality: str) -> frozenset[str]:
        """The addresses of pages that tell dates of published records beside their own page."""
        rows = self._db.query(
            "SELECT DISTINCT json_extract(e.value, '$.page') AS url FROM records r "
            "JOIN candidates c ON c.id = r.candidate_id "
            "JOIN revisions v ON v.candidate_id = c.id AND v.revision = c.revision, "
            "json_each(v.draft, '$.fields') d, json_each(d.value, '$.evidence') e "
            "WHERE r.withdrawn_at IS NULL AND r.locality = ? AND json_extract(d.value, '$.name') = 'fact.dates'",
            [locality],
        )
        return frozenset(str(row["url"]) for row in rows if row["url"])

    def approved_on(self, locality: str, pages: Set[str]) -> tuple[str, ...]:
        """The candidates of which people approved dates that rest on quotes of one of these pages, and nothing has
        opened them since."""
        if not pages:
            return ()
        rows = self._db.query(
            "SELECT DISTINCT f.candidate_id AS id FROM records r "
            "JOIN fields f ON f.candidate_id = r.candidate_id AND f.name = 'fact.dates' AND f.state != 'open', "
            "json_each(f.proposal, '$.evidence') e "
            "WHERE r.withdrawn_at IS NULL AND r.locality = ? "
            "AND json_extract(e.value, '$.page') IN (SELECT value FROM json_each(?)) ORDER BY 1",
            [locality, json.dumps(sorted(pages))],
        )
        return tuple(str(row["id"]) for row in rows)

    def said(self, evidence: Evidence) -> bool:
        """Whether a version of the page that the quote names, now or before, holds it at its place."""
        rows = self._db.query(
            "SELECT 1 AS one FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE p.url = ? "
            "AND substr(v.text, ? + 1, ?) = ? LIMIT 1",
            [evidence.page, evidence.start, evidence.end - evidence.start, evidence.quote],
        )
        return next(iter(rows), None) is not None
