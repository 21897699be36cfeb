"""The register's one door to its SQLite file: all SQL of the project stands in this package."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection, connect

from register.database import Database
from register.migrations import bring_up_to_date
from register.models import Clock
from register.reviewing.chance import chance
from register.store.crawling.further import FurtherTables
from register.store.crawling.moves import MoveTables
from register.store.crawling.pages import PageTables
from register.store.crawling.routes import RouteTables
from register.store.crawling.runs import RunTables
from register.store.crawling.searches import SearchTables
from register.store.decisions.allowances import AllowanceTables
from register.store.decisions.batches import BatchTables
from register.store.decisions.blind import BlindTables
from register.store.decisions.decisions import DecisionTables
from register.store.decisions.disputes import DisputeTables
from register.store.decisions.known_wrong import KnownWrongTables
from register.store.decisions.learning import LearningTables
from register.store.decisions.notes import NoteTables
from register.store.decisions.openings import OpeningTables
from register.store.intake.imports import ImportTables
from register.store.intake.monitoring import MonitoringTables
from register.store.intake.provider import ProviderTables
from register.store.intake.reports import ReportTables
from register.store.intake.statements import StatementTables
from register.store.intake.tasks import TaskTables
from register.store.matching.identity import IdentityTables
from register.store.matching.judgements import JudgementTables
from register.store.matching.merging import MergingTables
from register.store.matching.pairs import PairTables
from register.store.matching.traits import TraitTables
from register.store.people.assignments import AssignmentTables
from register.store.people.audit import AuditTables
from register.store.people.sign_ins import SignInTables
from register.store.people.users import UserTables
from register.store.publishing.mapped import MappedTables
from register.store.publishing.public import PublicTables
from register.store.publishing.publications import PublicationTables
from register.store.publishing.records import RecordTables
from register.store.publishing.restored import RestoredTables
from register.store.queue.browse import BrowseTables
from register.store.queue.candidates import QueueTables
from register.store.queue.changes import ChangeTables
from register.store.queue.leases import LeaseTables
from register.store.queue.ordering import OrderTables
from register.store.staleness.endings import EndingTables
from register.store.staleness.freshness import FreshnessTables
from register.store.staleness.life import LifeTables
from register.store.staleness.retirements import RetirementTables
from register.store.staleness.staleness import StalenessTables
from register.store.transactions import snapshot, transaction
from register.store.upkeep.log import LogTables
from register.store.upkeep.purging import PurgeTables

WAITS = 30.0  # seconds for others to have written
MAPPED = 2**31  # bytes
CHANGED_AT_ONCE = 2**16  # kilobytes


def utc_now() -> datetime:
    """The clock that the commands pass in."""
    return datetime.now(UTC)


class Store:
    """An open register. `path` names its SQLite file (made, and brought up to date, where needed).

    Every method takes bound parameters; several calls that belong together stand in one `transaction()`.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.clock = clock
        self.db = Database(_connect(path))
        bring_up_to_date(self.db)
        self.runs = RunTables(self.db, clock)
        self.pages = PageTables(self.db, clock)
        self.routes = RouteTables(self.db, clock)
        self.further = FurtherTables(self.db)
        self.queue = QueueTables(self.db, clock)
        self.decisions = DecisionTables(self.db, clock)
        self.notes = NoteTables(self.db, clock)
        self.records = RecordTables(self.db, clock)
        self.restored = RestoredTables(self.db, clock, records=self.records)
        self.batches = BatchTables(self.db, clock)
        self.changes = ChangeTables(self.db)
        self.pairs = PairTables(self.db, clock)
        self.traits = TraitTables(self.db)
        self.judgements = JudgementTables(self.db, clock, pairs=self.pairs)
        self.merging = MergingTables(
            self.db, clock, pairs=self.pairs, judgements=self.judgements, decisions=self.decisions, records=self.records
        )
        self.staleness = StalenessTables(self.db)
        self.endings = EndingTables(self.db)
        self.retirements = RetirementTables(self.db, clock, endings=self.endings, decisions=self.decisions)
        self.identity = IdentityTables(self.db, clock)
        self.learning = LearningTables(self.db, clock)
        self.ordering = OrderTables(self.db)
        self.audit = AuditTables(self.db, clock)
        self.log = LogTables(self.db)
        self.blind = BlindTables(self.db, clock)
        self.disputes = DisputeTables(self.db, clock)
        self.known_wrong = KnownWrongTables(self.db)
        self.openings = OpeningTables(self.db, clock)
        self.users = UserTables(self.db, clock)
        self.sign_ins = SignInTables(self.db, clock)
        self.assignments = AssignmentTables(self.db, clock)
        self.leases = LeaseTables(self.db, clock)
        self.browse = BrowseTables(self.db)
        self.statements = StatementTables(self.db, clock)
        self.tasks = TaskTables(self.db, clock)
        self.imports = ImportTables(self.db, clock)
        self.provider = ProviderTables(self.db, clock)
        self.monitoring = MonitoringTables(self.db, clock)
        self.moves = MoveTables(self.db, clock)
        self.public = PublicTables(self.db)
        self.mapped = MappedTables(self.db)
        self.publications = PublicationTables(self.db, clock)
        self.life = LifeTables(self.db)
        self.searches = SearchTables(self.db)
        self.reports = ReportTables(self.db, clock)
        self.freshness = FreshnessTables(self.db, clock)
        self.purges = PurgeTables(self.db, clock)
        self.allowances = AllowanceTables(self.db, clock)

    @property
    def archive(self) -> Path:
        """The folder of the WARC archive, beside the register's file."""
        return self.path.parent / "archive"

    def transaction(self) -> AbstractContextManager[None]:
        """All of the block or nothing; takes the write lock first, so that what is read in it stays true."""
        return transaction(self.db)

    def snapshot(self) -> AbstractContextManager[None]:
        """The block reads the register as it was at one moment, and writes nothing; nobody waits for it."""
        return snapshot(self.db)

    def settle(self) -> None:
        """Returns when all that was committed is on the disk, also where the machine is switched off next."""
        self.db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        self.db.conn.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connect(path: Path) -> Connection:
    connection = connect(path, timeout=WAITS, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
    # The file is read where the system holds it, and what a transaction changes is written once, at its end.
    connection.execute(f"PRAGMA mmap_size={MAPPED}")
    connection.execute(f"PRAGMA cache_size=-{CHANGED_AT_ONCE}")
    connection.create_function("chance_of", 4, chance, deterministic=True)  # for the migration that first lists them
    return connection
