"""By which routes pages were found: every source that led to one, not only the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.models import Clock
from register.serial import to_text, with_times

WEB_DESK = "web_desk"  # whatever kind of source led to a page of the web


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A source that led to a page: its kind (site, sitemap, listing, search, …), and its file or start address."""

    kind: str
    source: str
    first_at: datetime
    last_at: datetime


class RouteTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note(self, locality: str, url: str, routes: Iterable[tuple[str, str]]) -> None:
        """Notes (kind, source) of each route that led to a known page now; an unknown page is passed over."""
        now = to_text(self._clock())
        for kind, source in routes:
            self._db.execute(
                "INSERT INTO routes (page_id, route, source, first_at, last_at) "
                "SELECT id, ?, ?, ?, ? FROM pages WHERE locality = ? AND url = ? "
                "ON CONFLICT (page_id, route, source) DO UPDATE SET last_at = excluded.last_at",
                [kind, source, now, now, locality, url],
            )

    def of_page(self, locality: str, url: str) -> tuple[Route, ...]:
        return self._select("JOIN pages p ON p.id = r.page_id WHERE p.locality = ? AND p.url = ?", [locality, url])

    def of_candidate(self, candidate_id: str) -> tuple[Route, ...]:
        """The routes that led to the page of a candidate."""
        return self._select("JOIN candidates c ON c.page_id = r.page_id WHERE c.id = ?", [candidate_id])

    def of_address(self, url: str) -> str:
        """The route of a page by its address: the one by which a statement came to us, else the web desk."""
        rows = self._db.query("SELECT route FROM statements WHERE url = ?", [url])
        return next((str(row["route"]) for row in rows), WEB_DESK)

    def of_own_page(self, candidate_id: str) -> str:
        rows = self._db.query(
            "SELECT p.url FROM candidates c JOIN pages p ON p.id = c.page_id WHERE c.id = ?", [candidate_id]
        )
        return next((self.of_address(row["url"]) for row in rows), WEB_DESK)

    def _select(self, clause: str, parameters: list[str]) -> tuple[Route, ...]:
        rows = self._db.query(
            f"SELECT r.route AS kind, r.source, r.first_at, r.last_at FROM routes r {clause} "  # noqa: S608 (ours)
            "ORDER BY r.first_at, r.route, r.source",
            parameters,
        )
        return tuple(Route(**with_times(row, "first_at", "last_at")) for row in rows)
