"""Whether every table of the report says what plain SQL says, on real services that were approved by script.

The peer is that SQL (tests/plain_counts.py): what an analyst would write over the canonical tables, one each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.map_register import ORIGIN, make
from flows.reporting.report import write_map
from tests.plain_counts import compare

CROSSES = (("sector", "setting"), ("population", "cost", "referral"))
RECORDS = 300


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    made = make(shared, scratch)
    for what, number in made.counts.items():
        print(f"#   {number} {what}", flush=True)
    with made.settings.open_store() as store:
        published = sum(1 for _ in store.mapped.records())
    yield Figure(name="tables.records", value=published, reach=RECORDS, note="approved by script, published")
    report = write_map(settings=made.settings, folder=scratch / "map", crosses=CROSSES, origin=ORIGIN)
    began, tables, numbers = time.perf_counter(), 0, 0
    for table, compared, wrong in compare(scratch / "map", made.settings.register):
        tables, numbers = tables + 1, numbers + compared
        for line in wrong[:3]:
            print(f"#   {table}: {line}", flush=True)
        note = f"of {compared:,} numbers"
        yield Figure(name=f"tables.{table}", value=len(wrong), reach=0, bound="most", note=note)
    plain = time.perf_counter() - began
    note = f"in {tables} tables; the report took {report.seconds:.1f} s, plain SQL {plain:.1f} s for these tables"
    yield Figure(name="tables.numbers", value=numbers, reach=10_000, note=note)
