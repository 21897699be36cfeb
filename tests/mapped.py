"""A register of published records, laid at once, for tests and benchmarks of the report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flows.publishing.public_face import public_rules_digest
from flows.settings import Settings
from register.codes.vocabulary import TIDIER_ITEMS
from register.store import Store
from tests.registers import lay_register

DATA = Path(__file__).parent.parent / "data"
READ = "2026-09-01T09:00:00.000000Z"
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A record as it is to be published: its fields with a value, by name; all other items were looked for."""

    id: str
    locality: str = "fenmarsh"
    gss_code: str = "E06000001"
    name: str = ""
    told: Mapping[str, Value] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()  # fields that nobody looked for
    routes: str = "desk_web"
    withdrawn_at: str | None = None
    page_url: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)  # of the provider, on the monitoring form

    def rows(self) -> Iterable[tuple[str, str, str]]:
        names = dict.fromkeys([*(f"tidier.{item}" for item in TIDIER_ITEMS), *self.told])
        for name in names:
            if name in self.told:
                value = self.told[name]
                yield name, "reported", json.dumps(list(value) if isinstance(value, tuple) else value)
            else:
                yield name, "not_extracted" if name in self.unasked else "not_reported", "null"


def lay_records(path: Path, records: Iterable[Laid]) -> Settings:
    """Puts the records into a register as publishing leaves them, without what led to them."""
    with Store(lay_register(path), clock=lambda: NOW) as store:
        store.db.execute("PRAGMA foreign_keys = OFF")
        with store.transaction():
            for n, record in enumerate(records, 1):
                _lay(store, n, record)
            edition = ["laid", public_rules_digest(DATA)]
            store.db.execute("INSERT OR REPLACE INTO public_edition (id, edition, rules) VALUES (1, ?, ?)", edition)
    return Settings(register=path, data=DATA, clock=lambda: NOW)


def _lay(store: Store, n: int, record: Laid) -> None:
    name, url = record.name or f"Service {record.id}", record.page_url or f"https://services.example/{record.id}"
    told = (record.id, f"c-{record.id}", record.locality, record.gss_code, name, url)
    store.db.execute(
        "INSERT INTO records (id, candidate_id, locality, gss_code, name, page_url, fetched_at, changed_at, "
        "verified_at, found_via, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*told, READ, READ, READ, record.routes, record.withdrawn_at],
    )
    store.db.conn.executemany(
        "INSERT INTO record_fields (record_id, name, status, value, evidence, fetched_at, changed_at, verified_at, "
        "verified_by, decision_id) VALUES (?, ?, ?, ?, '[]', ?, ?, ?, 'ada', 0)",
        [(record.id, *row, READ, READ, READ) for row in record.rows()],
    )
    store.db.execute(
        "INSERT INTO public_services (n, id, name, living, facets, shown) VALUES (?, ?, ?, 1, '[]', '{}')",
        [n, record.id, name],
    )
    store.db.conn.executemany(
        "INSERT INTO monitoring (answer_id, record_id, question, value, answered_at) VALUES (?, ?, ?, ?, ?)",
        [(n, record.id, question, value, READ) for question, value in record.answers.items()],
    )
