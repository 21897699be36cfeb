"""The crawl's own book: archives bodies, writes one line a fetch, counts what came."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO, TextIO

from crawlers.archive import ArchiveWriter
from crawlers.hosts import HostWatch
from crawlers.job import FETCHES_FILE, ListReport, dump, load_fetch
from crawlers.kept import ASKED_FILE, LEFT, line_of
from crawlers.queue import Waiting
from crawlers.visits import Found, Visit
from register.models import Fetch

MOST_ERRORS = 200


class Ledger:
    """Writes `fetches.jsonl` of the run's folder; a line stands there only after its record is in the archive."""

    def __init__(self, out: Path, archive: ArchiveWriter, watch: HostWatch) -> None:
        self.archive, self._watch = archive, watch
        self._lines: BinaryIO = (out / FETCHES_FILE).open("a+b")
        self._asked: TextIO = (out / ASKED_FILE).open("a", encoding="utf-8")
        self._held: dict[int, int] = {}  # where its line begins, by canonical address
        self._bodies: set[bytes] = set()
        self._lists: dict[tuple[int, str], tuple[int | None, int]] = {}
        self._refused: dict[str, set[str]] = {}
        self.by_status: Counter[int] = Counter()
        self.errors: list[tuple[str, str]] = []
        self.duplicates = 0
        self.skipped_types = 0

    def write(self, fetch: Fetch, *, final: str) -> None:
        """Note `fetch`, whose answer came from the canonical address `final`."""
        self.restore(fetch, final=final, place=self._write_line(fetch))

    def restore(self, fetch: Fetch, *, final: str, place: int) -> None:
        """Count a fetch whose line begins at `place` of the file."""
        self.by_status[fetch.status] += 1
        if hash(final) in self._held:
            return  # one more address of a page that is counted
        self._watch.note(fetch.url, fetch.status, fetch.error or (fetch.cause if fetch.status == 200 else ""))
        if fetch.error:
            self.note_error(fetch.url, fetch.error)
        elif fetch.status in (200, 304):
            self._held.setdefault(hash(final), place)

    def note_asked(self, one: Waiting) -> None:
        """Note a visit that is handed out, for the crawl that goes on where this one is cut off."""
        self._asked.write(line_of(one.visit, one.prior, LEFT))
        self._asked.flush()

    def miss(self, fetch: Fetch) -> None:
        """Note a known page that was not asked for, or whose answer is not kept: its `cause` says why."""
        self._write_line(fetch)
        self.by_status[fetch.status] += 1

    def held(self, url: str) -> Fetch | None:
        """The fetch that this crawl made of the canonical address already; a 304 where it was unchanged."""
        place = self._held.get(hash(url))
        if place is None:
            return None
        self._lines.seek(place)
        return load_fetch(self._lines.readline())

    def repeat(self, visit: Visit, fetch: Fetch) -> None:
        """Note that `visit` ended at an address that `fetch` holds."""
        self._write_line(replace(fetch, url=visit.url, source=visit.source))
        self.by_status[fetch.status] += 1

    def note_found(self, visit: Visit, found: Found) -> None:
        """Count the entries of a listing or feed, and what it claims: the largest claim of its pages stands."""
        if found.claimed is None and not found.entries:
            return
        key = (visit.source, visit.first or visit.url)
        claimed, entries = self._lists.get(key, (None, 0))
        claims = [claim for claim in (claimed, found.claimed) if claim is not None]
        self._lists[key] = (max(claims, default=None), entries + found.entries)

    def lists(self) -> tuple[ListReport, ...]:
        return tuple(
            ListReport(source=source, url=url, claimed=claimed, entries=entries)
            for (source, url), (claimed, entries) in sorted(self._lists.items())
        )

    def _write_line(self, fetch: Fetch) -> int:
        place = self._lines.seek(0, SEEK_END)
        self._lines.write(dump(fetch).encode() + b"\n")
        self._lines.flush()
        return place

    def refuse(self, kind: str, url: str) -> None:
        """Note that `url` was not asked for; `kind` as in RefusedError."""
        self._refused.setdefault(kind, set()).add(url)

    def refused(self, kind: str) -> int:
        return len(self._refused.get(kind, ()))

    def note_error(self, url: str, text: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append((url, text))

    def note_body(self, body: bytes) -> None:
        """Count the body as a duplicate where the same bytes came before."""
        digest = hashlib.sha256(body).digest()
        self.duplicates += digest in self._bodies
        self._bodies.add(digest)

    def close(self) -> None:
        self._lines.close()
        self._asked.close()
        self.archive.close()
