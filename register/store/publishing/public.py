"""The tables that the public pages read, and nothing else: made anew, as a whole, by each publication."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from register.database import Database
from register.errors import NotFoundError
from register.public.service import Circumstance, PublicEntry, PublicService
from register.serial import digest, dump, load

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12  # of a search; what is beyond is not looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A living service as searches see it: its number, name, facets (`day:mon`) and points (east, north; metres)."""

    n: int
    id: str
    name: str
    facets: tuple[str, ...]
    points: tuple[tuple[int, int], ...]


class PublicTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def replace(self, entries: Iterable[PublicEntry], *, rules: str) -> str:
        """Puts these services in the place of all earlier ones; gives the edition, a digest of all that is shown.

        `rules` names the rules by which they were made. Tombstones are kept to be read, and found by no search.
        """
        for table in ("public_points", "public_services", "public_edition"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 (names are ours)
        self._db.execute("INSERT INTO public_words(public_words) VALUES ('delete-all')")
        told = []
        for n, entry in enumerate(sorted(entries, key=lambda e: (e.service.name.casefold(), e.service.id)), 1):
            told.append(self._put(n, entry))
        edition = digest("\n".join([rules, *told]))
        self._db.execute("INSERT INTO public_edition (id, edition, rules) VALUES (1, ?, ?)", [edition, rules])
        return edition

    def _put(self, n: int, entry: PublicEntry) -> str:
        service = entry.service
        living, shown = service.withdrawn_at is None and not entry.merged_into, dump(service, PublicService)
        facets = json.dumps(entry.facets if living else ())
        self._db.execute(
            "INSERT INTO public_services (n, id, name, living, facets, shown, merged_into) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [n, service.id, service.name, int(living), facets, shown, entry.merged_into],
        )
        if living:
            self._db.conn.executemany(
                "INSERT INTO public_points (n, postcode, east, north) VALUES (?, ?, ?, ?)",
                [(n, p.postcode, p.east, p.north) for p in service.points],
            )
            self._db.execute(
                "INSERT INTO public_words (rowid, name, words) VALUES (?, ?, ?)", [n, service.name, entry.words]
            )
        return f"{shown}{entry.merged_into}"

    def circumstances(self) -> dict[str, Circumstance]:
        """By record; the only thing here that reads the queue, and asked only when publishing."""
        rows = self._db.query(
            "SELECT r.id, c.state, c.missing_since, p.status FROM records r JOIN candidates c ON c.id = r.candidate_id "
            "JOIN pages p ON p.id = c.page_id"
        )
        return {
            row["id"]: Circumstance(
                state=row["state"], missing=row["missing_since"] is not None, status=int(row["status"])
            )
            for row in rows
        }

    def edition(self) -> tuple[str, str]:
        """The edition in force and the rules that it was made by; empty where nothing was ever published."""
        rows = self._db.query("SELECT edition, rules FROM public_edition")
        return next(((str(row["edition"]), str(row["rules"])) for row in rows), ("", ""))

    def listed(self) -> tuple[Listed, ...]:
        """Every living service, in the order of the names."""
        points: dict[int, list[tuple[int, int]]] = {}
        for n, east, north in self._db.conn.execute("SELECT n, east, north FROM public_points ORDER BY n, postcode"):
            points.setdefault(n, []).append((east, north))
        rows = self._db.conn.execute("SELECT n, id, name, facets FROM public_services WHERE living ORDER BY n")
        return tuple(
            Listed(n=n, id=id_, name=name, facets=tuple(json.loads(facets)), points=tuple(points.get(n, ())))
            for n, id_, name, facets in rows
        )

    def get(self, service_id: str) -> PublicService:
        """The service or its tombstone; raises NotFoundError for what is not published."""
        for row in self._db.query("SELECT shown FROM public_services WHERE id = ?", [service_id]):
            return _service(row["shown"])
        raise NotFoundError("There is no such service on this map. It may be listed under another address now.")

    def moved_to(self, service_id: str) -> str:
        """The service that this one was merged into, through all mergers; empty where it was not."""
        rows = self._db.query(
            "WITH RECURSIVE way(id, step) AS (SELECT merged_into, 1 FROM public_services WHERE id = ? UNION ALL "
            "SELECT s.merged_into, step + 1 FROM way JOIN public_services s ON s.id = way.id "
            "WHERE s.merged_into <> '' AND step < 50) SELECT id FROM way WHERE id <> '' ORDER BY step DESC LIMIT 1",
            [service_id],
        )
        return next((str(row["id"]) for row in rows), "")

    def ids(self) -> tuple[str, ...]:
        """Ids of all services that may be read and are not withdrawn."""
        return tuple(r["id"] for r in self._db.query("SELECT id FROM public_services WHERE living ORDER BY n"))

    def some(self, numbers: Iterable[int]) -> tuple[PublicService, ...]:
        """The services of these numbers, in their order."""
        wanted = tuple(numbers)
        rows = self._db.query(
            f"SELECT n, shown FROM public_services WHERE n IN ({', '.join('?' * len(wanted))})",  # noqa: S608 (marks)
            wanted,
        )
        found = {row["n"]: row["shown"] for row in rows}
        return tuple(_service(found[n]) for n in wanted if n in found)

    def matching(self, words: str, *, every: bool = True) -> tuple[int, ...]:
        """Numbers of the services that hold these words (or their beginnings), best first: all words, or any.

        What is no word (quotation marks, operators) is passed over, so no text is an error.
        """
        asked = WORD.findall(words)[:MOST_WORDS]
        if not asked:
            return ()
        query = (" AND " if every else " OR ").join(f'"{word}"*' for word in asked)
        rows = self._db.query(
            "SELECT rowid AS n FROM public_words WHERE public_words MATCH ? "
            "ORDER BY bm25(public_words, 8.0, 1.0), rowid",
            [query],
        )
        return tuple(row["n"] for row in rows)


def _service(shown: str) -> PublicService:
    service: PublicService = load(shown, PublicService)
    return service
