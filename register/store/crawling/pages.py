"""Pages, their archived versions, and what repeats across each site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError
from register.hosts import STATEMENT
from register.models import Clock, Fetch, SiteProfile
from register.serial import digest, dump, from_text, load_profile, to_text, with_times

OF_THE_WEB = f"url NOT LIKE '{STATEMENT}%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page's latest state: its last answer, and the three dates of its content.

    `cause` is why that answer was no page (the content is then that of an earlier one); `drafted_by` the digest of the
    rules that last drafted it; `doubted` the hash of a main text that one run did not believe; `due_at` when it is to
    be asked for again, None for at once, after `interval_days`.
    """

    id: int
    locality: str
    url: str
    title: str
    kind: str
    status: int
    etag: str
    last_modified: str
    content_type: str
    body_hash: str
    text_hash: str
    archive: str
    archive_offset: int
    duplicate_of: str
    fetched_at: datetime | None
    changed_at: datetime | None
    checked_at: datetime | None
    cause: str
    drafted_by: str
    doubted: str
    interval_days: float
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVersion:
    """One archived state of a page; `text` is its whole visible text, to which evidence offsets refer."""

    id: int
    url: str
    text: str
    text_hash: str
    content_type: str
    archive: str
    archive_offset: int
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What reading a fetched page gave: whole text, main text's hash, title and kind."""

    text: str
    text_hash: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The candidates that stand on a page, and the length of its text in characters."""

    candidates: tuple[str, ...]
    text_length: int


class PageTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note_fetch(self, locality: str, fetch: Fetch, *, body: bytes | None = None, body_hash: str = "") -> StoredPage:
        """Notes an answer. Only a page (200, no cause) with its `body`, or the `body_hash` of it, is new content; any
        other answer leaves content and its dates as they are."""
        when = to_text(fetch.fetched_at)
        self._db.execute(
            "INSERT INTO pages (locality, url) VALUES (?, ?) ON CONFLICT DO NOTHING", [locality, fetch.url]
        )
        self._db.execute(
            "UPDATE pages SET status = ?, final_url = ?, checked_at = ?, cause = ? WHERE locality = ? AND url = ?",
            [fetch.status, fetch.final_url, when, fetch.cause, locality, fetch.url],
        )
        if (body is not None or body_hash) and fetch.status == 200 and not fetch.cause:
            self._db.execute(
                "UPDATE pages SET etag = ?, last_modified = ?, content_type = ?, body_hash = ?, archive = ?, "
                "archive_offset = ?, fetched_at = ? WHERE locality = ? AND url = ?",
                [
                    fetch.etag,
                    fetch.last_modified,
                    fetch.content_type,
                    body_hash or digest(body or b""),
                    fetch.archive,
                    fetch.offset,
                    when,
                    locality,
                    fetch.url,
                ],
            )
        return self.get(locality, fetch.url)

    def note_due(self, page: StoredPage, *, interval_days: float, due_at: datetime) -> None:
        self._db.execute(
            "UPDATE pages SET interval_days = ?, due_at = ? WHERE id = ?", [interval_days, to_text(due_at), page.id]
        )

    def are_drafted_by(self, rules: str) -> bool:
        """Whether any page was drafted by the rules of that digest."""
        rows = self._db.query("SELECT 1 AS one FROM pages WHERE drafted_by = ? LIMIT 1", [rules])
        return next(iter(rows), None) is not None

    def note_doubt(self, page: StoredPage, text_hash: str) -> None:
        """Notes the main text that this run did not believe, so that a second run that meets it again may."""
        self._db.execute("UPDATE pages SET doubted = ? WHERE id = ?", [text_hash, page.id])

    def note_no_page(self, page: StoredPage, seen: str) -> None:
        """Notes the bytes that were no page by what they say: why, and a digest of them and of the rules in force."""
        self._db.execute("UPDATE pages SET no_page = ? WHERE id = ?", [seen, page.id])

    def no_pages(self, locality: str) -> frozenset[str]:
        """What `note_no_page` noted of the locality's pages."""
        rows = self._db.query("SELECT no_page FROM pages WHERE locality = ? AND no_page != ''", [locality])
        return frozenset(row["no_page"] for row in rows)

    def note_seen(self, page: StoredPage, candidate_ids: Iterable[str]) -> None:
        """Notes that these candidates stand on the page as it is now."""
        for candidate_id in candidate_ids:
            self._db.execute("UPDATE candidates SET seen_in = ? WHERE id = ?", [page.body_hash, candidate_id])

    def standings(self, locality: str) -> dict[str, Standing]:
        """What stood on each page of the locality, by its address, when it was last drafted."""
        rows = self._db.query(
            "SELECT p.url, c.id, length(v.text) AS length FROM pages p JOIN candidates c ON c.page_id = p.id AND "
            "c.seen_in = p.body_hash JOIN page_versions v ON v.page_id = p.id AND v.body_hash = p.body_hash "
            "WHERE p.locality = ? AND p.body_hash != '' ORDER BY c.id",
            [locality],
        )
        found: dict[str, Standing] = {}
        for row in rows:
            ids = found[row["url"]].candidates if row["url"] in found else ()
            found[row["url"]] = Standing(candidates=(*ids, row["id"]), text_length=row["length"])
        return found

    def note_reading(
        self, page: StoredPage, reading: ReadResult, *, duplicate_of: str = "", drafted_by: str = ""
    ) -> int:
        """Keeps what was read of the page's latest bytes; `changed_at` moves only when the main text did.

        Gives the id of the page version that evidence of this reading refers to.
        """
        fetched = to_text(page.fetched_at or self._clock())
        self._db.execute(
            "UPDATE pages SET title = ?, kind = ?, duplicate_of = ?, text_hash = ?, drafted_by = ?, doubted = '', "
            "changed_at = CASE WHEN text_hash = ? THEN changed_at ELSE ? END WHERE id = ?",
            [
                reading.title,
                reading.kind,
                duplicate_of,
                reading.text_hash,
                drafted_by,
                reading.text_hash,
                fetched,
                page.id,
            ],
        )
        return self._keep_version(page, reading, fetched)

    def _keep_version(self, page: StoredPage, reading: ReadResult, fetched: str) -> int:
        self._db.execute(
            "INSERT INTO page_versions (page_id, body_hash, text_hash, text, content_type, archive, archive_offset, "
            "fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page_id, body_hash) DO NOTHING",
            [
                page.id,
                page.body_hash,
                reading.text_hash,
                reading.text,
                page.content_type,
                page.archive,
                page.archive_offset,
                fetched,
            ],
        )
        row = next(
            self._db.query(
                "SELECT id FROM page_versions WHERE page_id = ? AND body_hash = ?", [page.id, page.body_hash]
            )
        )
        return int(row["id"])

    def get(self, locality: str, url: str) -> StoredPage:
        for page in self._select("WHERE locality = ? AND url = ?", [locality, url]):
            return page
        raise NotFoundError(f"page {url}: not known in {locality}")

    def holds(self, locality: str, url: str) -> bool:
        """Whether the archive holds a body for this address."""
        rows = self._db.query(
            "SELECT 1 AS one FROM pages WHERE locality = ? AND url = ? AND archive != ''", [locality, url]
        )
        return next(iter(rows), None) is not None

    def of_locality(self, locality: str) -> tuple[StoredPage, ...]:
        return self._select(f"WHERE locality = ? AND {OF_THE_WEB} ORDER BY url", [locality])

    def worth(self, locality: str) -> tuple[tuple[str, float], ...]:
        """How relevant each page that was read turned out (0-1): 1 where people accepted a service of it, also one that
        they retired since, 0 where they rejected all or none was found, else the best score of those undecided.
        Listings are left out: they are worth what they lead to."""
        retired = (
            "EXISTS (SELECT 1 FROM retirements t JOIN decisions m ON m.id = t.decision_id WHERE m.candidate_id = c.id)"
        )
        rows = self._db.query(
            f"SELECT p.url, MAX(CASE c.state WHEN 'rejected' THEN {retired} * 1.0 WHEN 'undecided' "  # noqa: S608 (ours)
            "THEN c.score ELSE 1.0 END) AS worth "
            "FROM pages p LEFT JOIN candidates c ON c.page_id = p.id AND c.missing_since IS NULL "
            f"WHERE p.locality = ? AND p.{OF_THE_WEB} AND p.kind != '' AND (c.id IS NOT NULL OR p.kind != 'listing') "
            "GROUP BY p.id ORDER BY p.url",
            [locality],
        )
        return tuple((row["url"], row["worth"] or 0.0) for row in rows)

    def of_records(self, locality: str) -> tuple[StoredPage, ...]:
        """The pages that canonical records rest on."""
        living = (
            "SELECT c.page_id FROM candidates c JOIN records r ON r.candidate_id = c.id WHERE r.withdrawn_at IS NULL"
        )
        return self._select(f"WHERE locality = ? AND id IN ({living}) AND {OF_THE_WEB} ORDER BY url", [locality])

    def _select(self, clause: str, parameters: list[str]) -> tuple[StoredPage, ...]:
        columns = ", ".join(name for name in StoredPage.__slots__)
        rows = self._db.query(f"SELECT {columns} FROM pages {clause}", parameters)  # noqa: S608 (clauses are ours)
        times = ("fetched_at", "changed_at", "checked_at", "due_at")
        return tuple(StoredPage(**with_times(row, *times)) for row in rows)

    def words_of(self, url: str) -> str:
        """The text of the latest version of a page by its address alone, "" where there is none."""
        return words_of(self._db, url)

    def version(self, version_id: int) -> PageVersion:
        rows = self._db.query(
            "SELECT v.*, p.url FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE v.id = ?", [version_id]
        )
        for row in rows:
            return PageVersion(
                id=row["id"],
                url=row["url"],
                text=row["text"],
                text_hash=row["text_hash"],
                content_type=row["content_type"],
                archive=row["archive"],
                archive_offset=row["archive_offset"],
                fetched_at=from_text(row["fetched_at"]),
            )
        raise NotFoundError(f"page version {version_id}: there is none")

    def profile(self, locality: str, host: str) -> SiteProfile | None:
        rows = self._db.query("SELECT profile FROM site_profiles WHERE locality = ? AND host = ?", [locality, host])
        return next((load_profile(row["profile"]) for row in rows), None)

    def keep_profile(self, locality: str, profile: SiteProfile) -> None:
        self._db.execute(
            "INSERT INTO site_profiles (locality, host, profile, learned_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (locality, host) DO UPDATE SET profile = excluded.profile, learned_at = excluded.learned_at",
            [locality, profile.host, dump(profile, SiteProfile), to_text(self._clock())],
        )


def words_of(db: Database, url: str) -> str:
    """The text of the latest version of the page at `url`, "" where the register has none."""
    rows = db.query(
        "SELECT v.text FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE p.url = ? "
        "ORDER BY v.id DESC LIMIT 1",
        [url],
    )
    return next((str(row["text"]) for row in rows), "")
