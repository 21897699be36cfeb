"""Part `together`: eight reviewers and 1,000 items each on one register, with kills in between, and its replay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.together import run
from benchmarks.together_count import Outcome, Plan
from flows.publishing.publish import publish
from flows.settings import Settings
from register.store import Store, utc_now
from register.store.upkeep.replay import replay


def figures(shared: Path, scratch: Path, *, reviewers: int = 8, each: int = 1000, kills: int = 100) -> Iterator[Figure]:
    items = reviewers * each
    more = {"spare": min(200, items // 4), "rereads": min(100, items // 8)}
    plan = Plan(folder=scratch, reviewers=reviewers, each=each, kills=kills, **more)
    outcome = run(plan)
    yield from _of_the_work(outcome, plan)
    published = publish(settings=Settings(register=plan.register, data=plan.data), folder=scratch / "dataset")
    began = time.monotonic()
    with Store(plan.register, clock=utc_now) as store:
        tables = replay(store, scratch / "again.db", open_store=lambda path, clock: Store(path, clock=clock))
    differing = ", ".join(one.table for one in tables if one.differs)
    rows = sum(one.rows for one in tables)
    records = published.summary.counts["records"]
    note = f"{rows:,} rows, {records:,} records, {time.monotonic() - began:.0f} s {differing}"
    yield Figure(name="replay.same", value=float(not differing), reach=1, note=note)


def _of_the_work(outcome: Outcome, plan: Plan) -> Iterator[Figure]:
    kinds = ", ".join(f"{kind.removeprefix('stale ')} {n}" for kind, n in outcome.kinds)
    told = f"{outcome.decisions:,} records in {outcome.seconds:.0f} s, {plan.kills} kills"
    yield Figure(name="together.decided_share", value=outcome.decisions / plan.items, reach=1, note=told)
    yield Figure(name="together.served_twice", value=outcome.served_twice, reach=0, bound="most")
    yield Figure(name="together.lost", value=outcome.lost, reach=0, bound="most")
    note = f"of {outcome.tried} ({kinds}); {outcome.refused} more refused as their page was read again"
    yield Figure(name="together.stale_saves_accepted", value=outcome.accepted, reach=0, bound="most", note=note)
    yield Figure(name="together.stale_saves_tried", value=outcome.tried, reach=plan.items / 20)
    rate = outcome.decisions / outcome.seconds
    yield Figure(name="together.decisions_a_second", value=rate, reach=1, note="whole records, by all reviewers")
