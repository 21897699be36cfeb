"""Where pages and services went: a page under another address, a candidate under another address or name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.database import Database
from register.models import Clock
from register.serial import from_text, to_text
from register.store.crawling.pages import StoredPage


class Way(StrEnum):
    """How something was found again; the values are what histories and reports say."""

    REDIRECT = "redirect"  # its old address leads to the new one
    CONTENT = "content"  # its words stand under a new address
    RENAMED = "renamed"  # another name over the same words on the same page
    GOES_ON = "goes on"  # its page is gone; the same service stands on another one, such as its next date


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMove:
    """A page that stands at `to_url` now."""

    from_url: str
    to_url: str
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A candidate that is drafted under another `key` since, because its page or its name is another one."""

    key: str
    candidate: str
    way: Way
    from_url: str
    to_url: str
    from_name: str
    to_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What a page said when it was last read: its whole text, and the hash of its main text."""

    url: str
    title: str
    text_hash: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFollow:
    """A candidate's following with the run that noted it."""

    follow: Follow
    run_id: str
    at: datetime


class MoveTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note_page(self, locality: str, move: PageMove, *, run_id: str) -> bool:
        """Notes where a page went; gives whether that is news."""
        cursor = self._db.execute(
            "INSERT INTO page_moves (locality, from_url, to_url, how, run_id, noted_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            [locality, move.from_url, move.to_url, move.way.value, run_id, to_text(self._clock())],
        )
        return cursor.rowcount > 0

    def page_of(self, locality: str, url: str) -> PageMove | None:
        """Where the page went last, None where it was not seen to go anywhere."""
        rows = self._db.query(
            "SELECT from_url, to_url, how FROM page_moves WHERE locality = ? AND from_url = ? ORDER BY id DESC LIMIT 1",
            [locality, url],
        )
        return next((PageMove(from_url=r["from_url"], to_url=r["to_url"], way=Way(r["how"])) for r in rows), None)

    def gone(self, locality: str, causes: Iterable[str], *, now: Iterable[str]) -> tuple[PageRead, ...]:
        """The pages of the locality whose last answer was one of those causes, and those that are gone `now`, as they
        were last read; without those that were found elsewhere since."""
        rows = self._db.query(
            "SELECT p.url, p.title, p.text_hash, v.text FROM pages p JOIN page_versions v ON v.page_id = p.id AND "
            "v.body_hash = p.body_hash WHERE p.locality = ? AND (p.cause IN (SELECT value FROM json_each(?)) OR p.url "
            "IN (SELECT value FROM json_each(?))) "
            "AND (p.cause = '' OR p.url NOT IN (SELECT from_url FROM page_moves WHERE locality = p.locality)) "
            "ORDER BY p.url",
            [locality, json.dumps(list(causes)), json.dumps(list(now))],
        )
        return tuple(PageRead(**row) for row in rows)

    def latest_text(self, page: StoredPage) -> str:
        """The text of the page's latest bytes, "" where it was never read."""
        rows = self._db.query(
            "SELECT text FROM page_versions WHERE page_id = ? AND body_hash = ?", [page.id, page.body_hash]
        )
        return next((str(row["text"]) for row in rows), "")

    def note_follow(self, locality: str, follow: Follow, *, run_id: str) -> None:
        """Notes that what is drafted under the key of `follow` is its candidate from now on."""
        self._db.execute(
            "INSERT INTO follows (key, candidate_id, locality, how, from_url, to_url, from_name, to_name, run_id, "
            "noted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                follow.key,
                follow.candidate,
                locality,
                follow.way.value,
                follow.from_url,
                follow.to_url,
                follow.from_name,
                follow.to_name,
                run_id,
                to_text(self._clock()),
            ],
        )

    def keys(self, locality: str) -> dict[str, str]:
        """The candidate of each key under which one of the locality is drafted since it went elsewhere."""
        rows = self._db.query("SELECT key, candidate_id FROM follows WHERE locality = ?", [locality])
        return {row["key"]: row["candidate_id"] for row in rows}

    def of_candidate(self, candidate_id: str) -> tuple[DatedFollow, ...]:
        """Where the candidate went, oldest first."""
        rows = self._db.query(
            "SELECT * FROM follows WHERE candidate_id = ? ORDER BY noted_at, key",
            [candidate_id],
        )
        return tuple(
            DatedFollow(
                follow=Follow(
                    key=row["key"],
                    candidate=row["candidate_id"],
                    way=Way(row["how"]),
                    from_url=row["from_url"],
                    to_url=row["to_url"],
                    from_name=row["from_name"],
                    to_name=row["to_name"],
                ),
                run_id=row["run_id"],
                at=from_text(row["noted_at"]),
            )
            for row in rows
        )
