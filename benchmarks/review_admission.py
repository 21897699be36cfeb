"""What admitting a candidate costs with the queue's lists, and what without them: nothing of it is kept."""

from __future__ import annotations

import statistics
import time
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from benchmarks.million import whole_candidates
from register.models import Candidate
from register.store import Store, utc_now
from register.store.queue.lines import LineTables
from register.store.queue.words import write_words

CANDIDATES, ROUNDS = 100, 5


def cost(register: Path) -> tuple[float, float]:
    """Seconds of processor a candidate with the lists and without, on a register as large as it is; medians."""
    told: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for lists in (True, False):
            told[lists].append(_once(register, lists=lists))
    return statistics.median(told[True]), statistics.median(told[False])


def _once(register: Path, *, lists: bool) -> float:
    with Store(register, clock=utc_now) as store:
        store.db.conn.execute("BEGIN IMMEDIATE")
        try:
            if not lists:
                _drop_triggers(store)
            drafts = whole_candidates(store, CANDIDATES, first=100_000)
            began = time.process_time()
            with nullcontext() if lists else patch.object(LineTables, "begin", lambda *_, **__: None):
                _admit(store, drafts)
            return (time.process_time() - began) / len(drafts)
        finally:
            store.db.conn.rollback()


def _admit(store: Store, drafts: list[tuple[Candidate, int, int]]) -> None:
    for draft, page, version in drafts:
        store.queue.add(draft, page_id=page, version_id=version, run_id="run")
    write_words(store.db)
    with store.db.atomic():
        pass  # a savepoint, before which the index of words is written out as before a commit


def _drop_triggers(store: Store) -> None:
    rows = list(store.db.query("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%queue_lines%'"))
    for row in rows:
        store.db.execute(f"DROP TRIGGER {row['name']}")
