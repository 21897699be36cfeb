"""How published services were found: the routes of all that was merged into each, and when pages were first read."""

from __future__ import annotations

from collections import defaultdict

from register.database import Database
from register.report.routes import WEB_DESK, Flow, Reading
from register.serial import from_text

# A record's own candidate, and all that were merged into it.
CLUSTERS = """
WITH RECURSIVE clusters(record, locality, candidate) AS (
  SELECT id, locality, candidate_id FROM records WHERE withdrawn_at IS NULL
  UNION SELECT k.record, k.locality, c.id FROM clusters k JOIN candidates c ON c.merged_into = k.candidate
)
"""
ROUTES = f"""{CLUSTERS}
SELECT k.record, coalesce(s.route, r.route, '{WEB_DESK}') AS route FROM clusters k
JOIN candidates c ON c.id = k.candidate JOIN pages p ON p.id = c.page_id
LEFT JOIN statements s ON s.url = p.url LEFT JOIN routes r ON r.page_id = p.id
UNION SELECT k.record, s.route FROM clusters k JOIN statements s ON s.candidate_id = k.candidate
ORDER BY 1, 2
"""  # noqa: S608 (ours)
# The page of each record that was read first, and how many records it was the first of.
READINGS = f"""{CLUSTERS},
first_reads(page, locality, at) AS (
  SELECT p.id, p.locality,
    coalesce((SELECT min(v.fetched_at) FROM page_versions v WHERE v.page_id = p.id), p.fetched_at)
  FROM pages p
),
firsts(record, page, at) AS (
  SELECT k.record, f.page, min(f.at) FROM clusters k JOIN candidates c ON c.id = k.candidate
  JOIN first_reads f ON f.page = c.page_id GROUP BY k.record
),
finds(page, number, records) AS (SELECT page, count(*), group_concat(record, ' ') FROM firsts GROUP BY page)
SELECT f.locality, f.at, coalesce(n.number, 0) AS finds, coalesce(n.records, '') AS records,
  coalesce((SELECT s.route FROM statements s JOIN pages p ON p.url = s.url WHERE p.id = f.page),
    (SELECT group_concat(DISTINCT r.route) FROM routes r WHERE r.page_id = f.page), '{WEB_DESK}') AS routes
FROM first_reads f LEFT JOIN finds n ON n.page = f.page WHERE f.at IS NOT NULL ORDER BY f.locality, f.at, f.page
"""  # noqa: S608 (ours)
OPEN_PAIRS = """
SELECT r.locality, count(*) AS number FROM pairs p JOIN records r ON r.candidate_id = p.first
JOIN records o ON o.candidate_id = p.second
WHERE p.state = 'open' AND r.withdrawn_at IS NULL AND o.withdrawn_at IS NULL GROUP BY r.locality
"""

# Candidates that were merged, or wait, are told apart whatever else they are.
FLOWS = """
WITH pages_read AS (
  SELECT p.locality, count(*) AS pages, sum(EXISTS (SELECT 1 FROM candidates c WHERE c.page_id = p.id)) AS with_service
  FROM pages p WHERE p.fetched_at IS NOT NULL GROUP BY p.locality
),
drafts AS (
  SELECT locality, sum(merged_into IS NULL AND state = 'accepted') AS accepted,
    sum(merged_into IS NULL AND state = 'rejected') AS rejected, sum(merged_into IS NOT NULL) AS merged,
    sum(merged_into IS NULL AND state IN ('undecided', 'reopened')) AS waiting FROM candidates GROUP BY locality
),
made AS (
  SELECT locality, sum(withdrawn_at IS NULL) AS published, sum(withdrawn_at IS NOT NULL) AS withdrawn
  FROM records GROUP BY locality
)
SELECT p.locality, p.pages, p.with_service, coalesce(d.accepted, 0) AS accepted, coalesce(d.rejected, 0) AS rejected,
  coalesce(d.merged, 0) AS merged, coalesce(d.waiting, 0) AS waiting, coalesce(m.published, 0) AS published,
  coalesce(m.withdrawn, 0) AS withdrawn
FROM pages_read p LEFT JOIN drafts d ON d.locality = p.locality LEFT JOIN made m ON m.locality = p.locality
"""


class SearchTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def routes(self) -> dict[str, tuple[str, ...]]:
        """The routes by which each living record was found, and all that was merged into it, by its id."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._db.query(ROUTES):
            found[row["record"]].append(row["route"])
        return {record: tuple(routes) for record, routes in found.items()}

    def readings(self) -> dict[str, tuple[Reading, ...]]:
        """Every page and statement by locality, in the order in which they were first read."""
        found: dict[str, list[Reading]] = defaultdict(list)
        for row in self._db.query(READINGS):
            routes, records = tuple(row["routes"].split(",")), tuple(row["records"].split())
            reading = Reading(at=from_text(row["at"]), routes=routes, finds=row["finds"], records=records)
            found[row["locality"]].append(reading)
        return {locality: tuple(readings) for locality, readings in found.items()}

    def open_pairs(self) -> dict[str, int]:
        """How many pairs of published records are likely one service and judged by nobody yet, by locality."""
        return {row["locality"]: row["number"] for row in self._db.query(OPEN_PAIRS)}

    def flows(self) -> dict[str, Flow]:
        """What became of the pages of each locality that was read."""
        rows = (dict(row) for row in self._db.query(FLOWS))
        return {row.pop("locality"): Flow(**row) for row in rows}
