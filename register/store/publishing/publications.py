"""What was published when: each publication's identity, its manifest, and the lines of its records, of which only
those are kept that differ from the publication before."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.errors import NotFoundError, TidiermapError
from register.models import Clock, ServiceRecord
from register.publishing.publication import Publication, content_of, read_line, to_line
from register.serial import from_text, to_text
from register.store.publishing.packing import departs, pack, unpack

LAST = "last"
# Each record's line as it was in a publication, with the line that it departs from.
HELD = """
SELECT k.record_id, k.number, k.base, k.line, k.rewritten_at, b.line AS base_line FROM (
  SELECT record_id, max(number) AS number, base, line, rewritten_at FROM publication_lines WHERE number <= ?
  GROUP BY record_id
) k LEFT JOIN publication_lines b ON b.record_id = k.record_id AND b.number = k.base AND k.base <> k.number
WHERE k.line <> x'' ORDER BY k.record_id
"""
LIFE = """
SELECT k.number, k.line, k.rewritten_at, k.base, b.line AS base_line FROM publication_lines k
LEFT JOIN publication_lines b ON b.record_id = k.record_id AND b.number = k.base AND k.base <> k.number
WHERE k.record_id = ? ORDER BY k.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A record's line from the publication `number` on, "" where the record left it; `rewritten` says that something
    was taken out of it since, on request."""

    number: int
    line: str
    rewritten: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a publication would be: the digest of all its lines, and by record the lines that differ from the last
    publication ("" for a record that left)."""

    content: str
    changed: Mapping[str, str]


class PublicationTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def draft(self, lines: Iterable[tuple[str, str]]) -> Draft:
        """What a publication of these lines would be: (record id, line) in the order of the ids, each id once."""
        last = self.last()
        held = self.lines(last.number) if last else iter(())
        seen, changed = hashlib.sha256(), dict[str, str]()
        old = next(held, None)
        for record_id, line in lines:
            seen.update(f"{line}\n".encode())
            while old and old[0] < record_id:  # it left the dataset
                changed[old[0]] = ""
                old = next(held, None)
            if old and old[0] == record_id:
                if old[1] != line:
                    changed[record_id] = line
                old = next(held, None)
            else:
                changed[record_id] = line
        changed |= {left: "" for left, _ in (*((old,) if old else ()), *held)}
        return Draft(content=seen.hexdigest(), changed=changed)

    def note(self, publication: Publication, draft: Draft, *, records: int, tables: str) -> None:
        """Notes a publication with its draft's lines; `tables` is the digest of the canonical tables that it was made
        from. Its manifest is put in by `seal`, once its files are written, in the same transaction."""
        self._db.execute(
            "INSERT INTO publications (id, published_at, records, manifest, number, previous, content, tables) "
            "VALUES (?, ?, ?, '', ?, ?, ?, ?)",
            [
                publication.id,
                to_text(publication.published_at),
                records,
                publication.number,
                publication.previous,
                publication.content,
                tables,
            ],
        )
        for record_id, line in draft.changed.items():
            self._keep(record_id, publication.number, line)

    def seal(self, publication: Publication, manifest: str) -> None:
        """Notes the text of its manifest.json; raises TidiermapError where it has one."""
        changed = self._db.execute(
            "UPDATE publications SET manifest = ? WHERE id = ? AND manifest = ''", [manifest, publication.id]
        )
        if changed.rowcount != 1:
            raise TidiermapError(f"publication {publication.id}: found it with a manifest, expected a new one")

    def last(self) -> Publication | None:
        rows = self._db.query("SELECT * FROM publications ORDER BY number DESC LIMIT 1")
        return next((_publication(row) for row in rows), None)

    def all(self) -> tuple[Publication, ...]:
        """Every publication, oldest first; those of before lines were kept have no content."""
        return tuple(_publication(row) for row in self._db.query("SELECT * FROM publications ORDER BY number"))

    def find(self, name: str) -> Publication:
        """The publication of that id, number, or beginning of an id; "last" is the last one.

        Raises NotFoundError where there is none, TidiermapError where several begin so.
        """
        known = self.all()
        if name == LAST and known:
            return known[-1]
        found = [one for one in known if name in (one.id, str(one.number))]
        found = found or [one for one in known if one.id.startswith(name) and name.strip()]
        if not found:
            told = ", ".join(one.id for one in known[-3:]) or "none yet: tidiermap publish makes one"
            raise NotFoundError(f"publication {name}: there is none in this register; the last ones are {told}")
        if len(found) > 1:
            raise TidiermapError(f"publication {name}: found {', '.join(one.id for one in found)}, expected one")
        return found[0]

    def at(self, number: int) -> Publication | None:
        """The last publication up to that number."""
        rows = self._db.query("SELECT * FROM publications WHERE number <= ? ORDER BY number DESC LIMIT 1", [number])
        return next((_publication(row) for row in rows), None)

    def manifest(self, publication: Publication) -> str:
        """The text of its manifest.json."""
        rows = self._db.query("SELECT manifest FROM publications WHERE id = ?", [publication.id])
        return next((row["manifest"] for row in rows), "")

    def lines(self, number: int) -> Iterator[tuple[str, str]]:
        """(record id, line) of every record of the publication `number`, in the order of the ids."""
        for row in self._db.query(HELD, [number]):
            yield row["record_id"], _unpacked(row, row["record_id"])

    def records(self, publication: Publication) -> tuple[ServiceRecord, ...]:
        """Its records, tombstones among them, in the order of the ids. Raises TidiermapError for one of before lines
        were kept, and where the lines are not those that were published."""
        if not publication.content:
            raise TidiermapError(
                f"publication {publication.id}: found no lines of its records, for it was made before they were kept; "
                "expected a later one, or the folder of its files"
            )
        lines = tuple(line for _, line in self.lines(publication.number))
        if content_of(lines) != publication.content and not self.is_rewritten(publication.number):
            raise TidiermapError(
                f"publication {publication.id}: found lines with the digest {content_of(lines)[:12]}, expected "
                f"{publication.content[:12]}: the register was changed past the log; a backup has them as they were"
            )
        return tuple(read_line(line) for line in lines)

    def life(self, record_id: str) -> tuple[KeptLine, ...]:
        """The record's lines in the order of the publications: one wherever it differs from before."""
        return tuple(
            KeptLine(number=row["number"], line=_unpacked(row, record_id), rewritten=bool(row["rewritten_at"]))
            for row in self._db.query(LIFE, [record_id])
        )

    def rewrite(self, record_id: str, change: Callable[[ServiceRecord], ServiceRecord | None]) -> int:
        """Changes a record wherever it was published (None leaves it out): for what must not stay, such as somebody's
        name. Gives how many lines changed; each says that it is not as it was published."""
        changed, at = 0, to_text(self._clock())
        for kept in self.life(record_id):
            record = change(read_line(kept.line)) if kept.line else None
            line = to_line(record) if record else ""
            changed += line != kept.line
            self._db.execute(  # each stands for itself now: what it departed from may have changed
                "UPDATE publication_lines SET line = ?, base = number, rewritten_at = "
                "CASE WHEN ? THEN ? ELSE rewritten_at END WHERE record_id = ? AND number = ?",
                [pack(line), line != kept.line, at, record_id, kept.number],
            )
        return changed

    def _keep(self, record_id: str, number: int, line: str) -> None:
        """Packs the line against the last one of the record that stands for itself, where that is worth it."""
        rows = self._db.query(
            "SELECT number, line FROM publication_lines WHERE record_id = ? AND base = number AND line <> x'' "
            "ORDER BY number DESC LIMIT 1",
            [record_id],
        )
        base, packed = number, pack(line)
        for row in rows:
            against = departs(line, unpack(row["line"])) if line else None
            base, packed = (row["number"], against) if against is not None else (base, packed)
        self._db.execute(
            "INSERT INTO publication_lines (record_id, number, base, line) VALUES (?, ?, ?, ?)",
            [record_id, number, base, packed],
        )

    def rewritten_since(self, at: datetime) -> tuple[Publication, ...]:
        """The publications that had any of the lines which were rewritten since then: a line stands from its number on,
        until the record's next."""
        rows = self._db.query(
            "SELECT DISTINCT p.number FROM publication_lines l JOIN publications p ON p.number >= l.number "
            "WHERE l.rewritten_at >= ? AND NOT EXISTS (SELECT 1 FROM publication_lines n WHERE "
            "n.record_id = l.record_id AND n.number > l.number AND n.number <= p.number)",
            [to_text(at)],
        )
        numbers = {row["number"] for row in rows}
        return tuple(one for one in self.all() if one.number in numbers)

    def is_rewritten(self, number: int) -> bool:
        """Whether anything was taken out on request of what the publication held."""
        rows = self._db.query(
            "SELECT 1 AS one FROM publication_lines WHERE number <= ? AND rewritten_at <> '' LIMIT 1", [number]
        )
        return any(True for _ in rows)


def _unpacked(row: Mapping[str, bytes], record_id: str) -> str:
    base = row["base_line"]
    try:
        return unpack(row["line"], unpack(base) if base is not None else "")
    except zlib.error as error:
        raise TidiermapError(f"record {record_id}: found a damaged line of publication {row['number']!r}") from error


def _publication(row: Mapping[str, str]) -> Publication:
    return Publication(
        id=row["id"],
        number=int(row["number"]),
        published_at=from_text(row["published_at"]),
        content=row["content"],
        previous=row["previous"],
    )
