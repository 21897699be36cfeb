"""Reviewers at work on one register, over HTTP, while they and their servers are killed; and what became of it.

python -m benchmarks.together FOLDER [--reviewers 8] [--each 1000]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.together_count import Outcome, Plan, count  # noqa: E402 (the checkout's own folders come first)
from register.errors import BusyError  # noqa: E402
from register.models import Candidate, Fetch  # noqa: E402
from register.serial import digest  # noqa: E402
from register.store import Store, utc_now  # noqa: E402
from register.store.crawling.pages import ReadResult  # noqa: E402
from review.people.accounts import hash_password  # noqa: E402
from tests.seeding import LATER, TEXT, TOLD, TOLD_LATER, draft  # noqa: E402

LOCALITY = "sample"
PASSWORD = "nine quiet kettles"  # noqa: S105 (of a register that is thrown away)
RULES = {"minutes": "1", "share": "0.0"}
CHANGED = frozenset({"tidier.when_how_much", "fact.weekdays", "fact.cost"})


def run(plan: Plan) -> Outcome:
    """Seeds a register, lets everybody work, and counts."""
    seed(plan)
    began = time.monotonic()
    with ExitStack() as stack:
        servers = [stack.enter_context(_server(plan, number)) for number in range(plan.servers)]
        staff = [stack.enter_context(_staff(plan, number)) for number in range(plan.reviewers)]
        _disturb(plan, servers, staff)
        seconds = time.monotonic() - began
    return count(plan, seconds=seconds)


def seed(plan: Plan) -> None:
    """A register with enough candidates of one locality, and the reviewers with their colleagues."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "data", plan.data)
    rules = plan.data / "review.toml"
    lines = rules.read_text(encoding="utf-8").splitlines()
    kept = [_ruled(line) for line in lines]
    rules.write_text("\n".join(kept), encoding="utf-8")
    hashed = hash_password(PASSWORD)
    with Store(plan.register, clock=utc_now) as store, store.transaction():
        run_id = store.runs.start("discover", LOCALITY)
        for number, key in enumerate(plan.keys):
            _queue(store, _candidate(key, score=0.5 + (number * 37 % 500) / 1000), TEXT, run_id, first=True)
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={})
        for number in range(plan.reviewers):
            for name in (f"reviewer{number}", f"colleague{number}"):
                store.users.put(name, role="reviewer", password_hash=hashed)


def _ruled(line: str) -> str:
    key = line.partition("=")[0].strip()
    return f"{key} = {RULES[key]}" if key in RULES else line


def _candidate(key: str, *, text: str = TEXT, score: float) -> Candidate:
    told = TOLD_LATER if text == LATER else TOLD
    return replace(draft(key, text=text, told=told, score=score), locality=LOCALITY)


def _queue(store: Store, candidate: Candidate, text: str, run_id: str, *, first: bool) -> None:
    url = candidate.page_url
    fetch = Fetch(url=url, final_url=url, status=200, fetched_at=utc_now())
    page = store.pages.note_fetch(LOCALITY, fetch, body_hash=digest(url + text))
    reading = ReadResult(text=text, text_hash=digest(text), title=candidate.name, kind="service")
    version_id = store.pages.note_reading(page, reading)
    if first:
        store.queue.add(candidate, page_id=page.id, version_id=version_id, run_id=run_id)
    else:
        store.queue.replace(candidate, version_id=version_id, run_id=run_id, reason="page changed", changed=CHANGED)


@contextmanager
def _kept_running(command: list[str], *, log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A list with the process in it, which whoever kills it starts again with `_again`."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)
    running = [process]
    try:
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


@contextmanager
def _server(plan: Plan, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    port = str(plan.port + number)
    start = "import sys; from flows.cli import main; sys.exit(main())"
    options = ["--register", str(plan.register), "--data", str(plan.data)]
    command = [sys.executable, "-c", start, *options, "review", "--port", port]
    with _kept_running(command, log=plan.folder / f"server{number}.log") as running:
        _wait(plan.port + number)
        yield running


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"the server at port {port} does not answer; its log says why")


@contextmanager
def _staff(plan: Plan, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    job = {
        "address": f"http://127.0.0.1:{plan.port + number % plan.servers}",
        "name": f"reviewer{number}",
        "colleague": f"colleague{number}",
        "password": PASSWORD,
        "each": plan.each,
        "journal": str(plan.journal(number)),
        "seed": number,
    }
    told = plan.folder / f"reviewer{number}.json"
    told.write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "reviewer.py"), str(told)]
    with _kept_running(command, log=plan.folder / f"reviewer{number}.log") as running:
        yield running


def _disturb(
    plan: Plan, servers: list[list[subprocess.Popen[bytes]]], staff: list[list[subprocess.Popen[bytes]]]
) -> None:
    """Reads pages anew and kills by turns, as the work goes on, until all reviewers are done."""
    chance, kills, reread = Random(8), 0, 0  # noqa: S311 (no secret)
    while any(running[0].poll() is None for running in staff):
        time.sleep(0.1)
        _check(plan, staff)
        share = _decided(plan) / plan.items
        if reread < share * plan.rereads:
            with suppress(BusyError):
                _read_again(plan, chance)
                reread += 1
        if kills < plan.kills and (kills + 1) / (plan.kills + 1) <= share:
            kills += 1
            at_work = [running for running in staff if running[0].poll() is None]
            _kill(chance.choice(servers if kills % 4 == 0 else at_work or servers), plan.folder / "restarts.log")


def _decided(plan: Plan) -> int:
    """How many decisions stand in the journals."""
    journals = (plan.journal(number) for number in range(plan.reviewers))
    return sum(journal.read_bytes().count(b"\tdecided ") for journal in journals if journal.exists())


def _check(plan: Plan, staff: list[list[subprocess.Popen[bytes]]]) -> None:
    for number, running in enumerate(staff):
        if running[0].poll() not in (None, 0):
            logs = [plan.folder / f"reviewer{number}.log", plan.folder / "restarts.log"]
            told = "".join(log.read_text(encoding="utf-8") for log in logs if log.exists())
            raise RuntimeError(f"reviewer{number} stopped: {told[-4000:]}")


def _kill(running: list[subprocess.Popen[bytes]], log: Path) -> None:
    """`kill -9`, and the same command again at once."""
    command = running[0].args
    os.kill(running[0].pid, signal.SIGKILL)
    running[0].wait()
    with log.open("ab") as out:
        running[0] = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT)


def _read_again(plan: Plan, chance: Random) -> None:
    """The page of a candidate that somebody is looking at says something else."""
    with Store(plan.register, clock=utc_now) as store, store.transaction():
        held = [lease.candidate for lease in store.leases.held()]
        known = store.queue.get(chance.choice(held or plan.keys))
        if known.state.value == "undecided":
            run_id = store.runs.start("recheck", LOCALITY)
            _queue(store, _candidate(known.id, text=LATER, score=known.draft.score), LATER, run_id, first=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reviewers", type=int, default=8)
    parser.add_argument("--each", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    plan = Plan(folder=asked.folder, reviewers=asked.reviewers, each=asked.each, kills=asked.kills)
    print(run(plan))


if __name__ == "__main__":
    main()
