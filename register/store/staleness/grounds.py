"""What a record's interval follows from: its routes, when people decided on its fields, how often its page changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from register.database import Database
from register.hosts import STATEMENT, host_of
from register.serial import from_text, to_text
from register.staleness.freshness import FreshnessRules, Grounds, steady_checks

Row = Mapping[str, str]
ROUTES_APART = "; "


def site_of(url: str) -> str:
    """The host of a record's page; one word for all that people told us."""
    return STATEMENT if url.startswith(STATEMENT) else host_of(url)


def read_grounds(db: Database, row: Row, rules: FreshnessRules, *, now: datetime, has_email: bool) -> Grounds:
    """Of a row of the table of records, or one that is to be written there, from what people decided up to now,
    published or not. A check that left out some fields counts for nothing: the interval is that of the value verified
    longest ago."""
    candidate_id, window = row["candidate_id"], now - timedelta(days=rules.window)
    verified = _times(
        db,
        "SELECT d.decided_at AS at FROM fields f JOIN decisions d ON d.id = f.decision_id WHERE f.candidate_id = ? "
        "ORDER BY 1",
        candidate_id,
    )
    oldest = verified[0] if verified else from_text(row["verified_at"])
    checks = _times(
        db,
        "SELECT min(decided_at) AS at FROM decisions WHERE candidate_id = ? AND verdict <> 'undo' "
        "GROUP BY substr(decided_at, 1, 10) ORDER BY 1",
        candidate_id,
    )
    changes = db.query(
        "SELECT count(*) AS n FROM revisions WHERE candidate_id = ? AND revision > 1 AND created_at >= ? AND "
        "coalesce(opened, '[]') <> '[]'",
        [candidate_id, to_text(window)],
    )
    return Grounds(
        source=rules.source_of(_routes(db, row)).key,
        changes=int(next(changes)["n"]),
        steady=steady_checks([at for at in checks if at <= oldest], rules, since=from_text(row["changed_at"])),
        verified_at=oldest,
        has_email=has_email,
        expired_at=_expired(db, row, oldest),
    )


def _times(db: Database, sql: str, candidate_id: str) -> list[datetime]:
    return [from_text(row["at"]) for row in db.query(sql, [candidate_id])]


def _routes(db: Database, row: Row) -> set[str]:
    found = set(row["found_via"].split(ROUTES_APART))
    if row["page_url"].startswith(STATEMENT):
        return found | {"statement"}
    rows = db.query(
        "SELECT DISTINCT r.route FROM routes r JOIN candidates c ON c.page_id = r.page_id WHERE c.id = ?",
        [row["candidate_id"]],
    )
    return found | {one["route"] for one in rows}


def has_email(db: Database, record_id: str) -> bool:
    told = "record_id = ? AND name = 'fact.emails' AND status = 'reported'"
    return any(True for _ in db.query(f"SELECT 1 AS one FROM record_fields WHERE {told}", [record_id]))  # noqa: S608


def _expired(db: Database, row: Row, verified_at: datetime) -> datetime | None:
    rows = db.query(
        "SELECT max(made_at) AS at FROM expiries WHERE locality IN ('', ?) AND host IN ('', ?) AND made_at > ?",
        [row["locality"], site_of(row["page_url"]), to_text(verified_at)],
    )
    return next((from_text(one["at"]) for one in rows if one["at"]), None)
