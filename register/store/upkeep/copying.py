"""A register's file as a whole: copied while others write to it, examined, and held while it is put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection, DatabaseError, OperationalError, connect

from register.database import Database
from register.errors import TidiermapError
from register.publishing.publication import content_of
from register.reviewing.chance import chance
from register.serial import digest
from register.store.people.audit import AuditHead, AuditTables
from register.store.publishing.publications import PublicationTables

PAGES_AT_ONCE = 2_000  # of the file, between two looks at how far it is
FEW_FAULTS = 5
FEW_PUBLICATIONS = 3  # all lines of each are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a register's file holds, and what is wrong with it; `log` is the number of the log's last entry."""

    audit: AuditHead
    log: int
    records: int
    publication: str
    faults: tuple[str, ...]

    def follows(self, other: Examined) -> bool:
        """Whether this is the other one, or what became of it later: the caller knows that one grew from the other."""
        return self.audit.entries >= other.audit.entries and self.log >= other.log


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedBody:
    """Where a body lies in the archive, and its digest."""

    archive: str
    offset: int
    digest: str
    url: str


def copy_register(source: Path, target: Path, *, tell: Callable[[int, int], None]) -> None:
    """Copies the register as it is at one moment, whoever writes to it meanwhile: nobody waits for it.

    `tell` is called with the pages of the file that are done, and all of them. The copy is one file, without a log
    beside it.
    """
    with closing(_open(source)) as one, closing(connect(target, isolation_level=None)) as other:
        one.execute("BEGIN")
        one.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it reads what there is now
        one.backup(other, pages=PAGES_AT_ONCE, progress=lambda status, left, total: tell(total - left, total), sleep=0)
        one.rollback()
        other.execute("PRAGMA journal_mode=DELETE")


def examine(path: Path) -> Examined:
    """Reads the whole of a register's file, which nobody writes to: SQLite's own check, references, the chain of the
    audit log, and the lines of the last publications. A file that is no register has that as its fault."""
    try:
        with closing(_open(path)) as connection:
            db = Database(connection)
            faults = tuple(_faults(db))
            audit = AuditTables(db, _no_clock)
            if not faults and (fault := audit.verify()):
                faults = (f"audit log: {fault}",)
            last = PublicationTables(db, _no_clock).last()
            return Examined(
                audit=audit.head(),
                log=_number(db, "SELECT coalesce(max(seq), 0) FROM log"),
                records=_number(db, "SELECT count(*) FROM records WHERE withdrawn_at IS NULL"),
                publication=last.id if last else "",
                faults=faults or tuple(_unlike(db)),
            )
    except DatabaseError as error:
        return Examined(audit=AuditHead(entries=0, hash=""), log=0, records=0, publication="", faults=(str(error),))


def same_line(older: Path, newer: Path) -> bool:
    """Whether the audit log of `newer` begins with all that of `older`: the one register grew from the other."""
    with closing(_open(older)) as one, closing(_open(newer)) as other:
        head = AuditTables(Database(one), _no_clock).head()
        return AuditTables(Database(other), _no_clock).verify(head=head) is None


def archived_bodies(path: Path) -> Iterator[ArchivedBody]:
    """Each body that the register names, in the order of the archive."""
    with closing(_open(path)) as connection:
        rows = Database(connection).query(
            "SELECT v.archive, v.archive_offset, v.body_hash, p.url FROM page_versions v "
            "JOIN pages p ON p.id = v.page_id WHERE v.archive <> '' UNION "
            "SELECT archive, archive_offset, body_hash, url FROM pages WHERE archive <> '' ORDER BY 1, 2"
        )
        purged = _purged_bodies(connection)
        for row in rows:
            place = row["archive"], int(row["archive_offset"])
            yield ArchivedBody(
                archive=place[0], offset=place[1], digest=purged.get(place, row["body_hash"]), url=row["url"]
            )


def _purged_bodies(connection: Connection) -> dict[tuple[str, int], str]:
    """By place, the digest of each body of which something was taken out on request; none in older registers."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'purged_bodies'").fetchone():
        return {}
    rows = connection.execute("SELECT archive, archive_offset, body_hash FROM purged_bodies")
    return {(archive, offset): body_hash for archive, offset, body_hash in rows}


def is_body(body: bytes, told: ArchivedBody) -> bool:
    return digest(body) == told.digest


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Nobody else has the register open while the block runs, and all that was written is in its one file.

    Raises TidiermapError where somebody has it open. A file that cannot be read as a register is nobody's.
    """
    connection = connect(path, timeout=0, isolation_level=None)
    try:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except OperationalError as error:
            raise _in_use(path) from error
        except DatabaseError:
            mode = "delete"
        if mode != "delete":
            raise _in_use(path)
        yield
    finally:
        connection.close()


def _in_use(path: Path) -> TidiermapError:
    return TidiermapError(
        f"{path}: found it in use, expected nobody to have it open: stop tidiermap review, serve, discover and recheck"
    )


def _open(path: Path) -> Connection:
    if not path.is_file():
        raise TidiermapError(f"{path}: found no file, expected a register")
    connection = connect(path, timeout=30, isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    connection.create_function("chance_of", 4, chance, deterministic=True)
    return connection


def _faults(db: Database) -> Iterator[str]:
    found = [row["integrity_check"] for row in db.query(f"PRAGMA integrity_check({FEW_FAULTS})")]
    if found != ["ok"]:
        yield from (f"SQLite: {fault}" for fault in found)
        return
    for row in list(db.query("PRAGMA foreign_key_check"))[:FEW_FAULTS]:
        yield f"table {row['table']}, row {row['rowid']}: found a reference to {row['parent']} that leads nowhere"
    if not any(True for _ in db.query("SELECT 1 FROM sqlite_master WHERE name = 'candidates'")):
        yield "found no table of candidates, expected a register"


def _unlike(db: Database) -> Iterator[str]:
    """Of the last publications those whose lines are not as published, but for what was taken out on request."""
    publications = PublicationTables(db, _no_clock)
    for one in publications.all()[-FEW_PUBLICATIONS:]:
        if one.content and not publications.is_rewritten(one.number):
            seen = content_of(line for _, line in publications.lines(one.number))
            if seen != one.content:
                yield f"publication {one.id}: found lines with another digest than it was published with"


def _number(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _no_clock() -> datetime:
    raise AssertionError("an examination writes nothing")
