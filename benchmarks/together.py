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
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from register.models import Candidate, Fetch  # noqa: E402 (the checkout's own folders come first)
from register.serial import digest  # noqa: E402
from register.store import Store, utc_now  # noqa: E402
from register.store.pages import ReadResult  # noqa: E402
from review.accounts import hash_password  # noqa: E402
from tests.seeding import LATER, TEXT, TOLD_LATER, draft  # noqa: E402

LOCALITY = "sample"
PASSWORD = "nine quiet kettles"  # noqa: S105 (of a register that is thrown away)
PORT = 8340  # of the first server; the next follow
LEASE = 60.0  # seconds, as `rules` below has it
RULES = {"minutes": "1", "share": "0.0"}
CHANGED = frozenset({"tidier.when_how_much", "fact.weekdays", "fact.cost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the work.

    served_twice: candidates that *next* gave to one reviewer while another held them, or after they were decided
    lost: decisions that a reviewer was told were saved and that the register does not have, or has of another, and
        candidates that are neither decided nor can be given to anybody
    tried, accepted: stale saves that were sent, and that were accepted; candidates with two decisions among these
    refused: saves that were refused because the page was read again meanwhile
    """

    decisions: int
    seconds: float
    served_twice: int
    lost: int
    tried: int
    accepted: int
    refused: int
    kills: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who works on what: `spare` candidates more than are decided; a kill each so many seconds, of a server each
    fourth time. `rereads` is how many pages are read anew while they work."""

    folder: Path
    reviewers: int = 8
    each: int = 1000
    spare: int = 200
    servers: int = 2
    kill_each: float = 5.0
    rereads: int = 100
    port: int = PORT

    @property
    def register(self) -> Path:
        return self.folder / "register.db"

    @property
    def data(self) -> Path:
        return self.folder / "data"


def run(plan: Plan) -> Outcome:
    """Seeds a register, lets everybody work, and counts."""
    seed(plan)
    began = time.monotonic()
    with ExitStack() as stack:
        servers = [stack.enter_context(_server(plan, number)) for number in range(plan.servers)]
        staff = [stack.enter_context(_staff(plan, number)) for number in range(plan.reviewers)]
        kills = _disturb(plan, servers, staff)
        seconds = time.monotonic() - began
    return count(plan, seconds=seconds, kills=kills)


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
        for number in range(plan.reviewers * plan.each + plan.spare):
            _queue(store, _candidate(number), TEXT, run_id, first=True)
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={})
        for number in range(plan.reviewers):
            for name in (f"reviewer{number}", f"colleague{number}"):
                store.users.put(name, role="reviewer", password_hash=hashed)


def _ruled(line: str) -> str:
    key = line.partition("=")[0].strip()
    return f"{key} = {RULES[key]}" if key in RULES else line


def _candidate(number: int, *, text: str = TEXT) -> Candidate:
    key = f"c{number:05d}"
    told = {"told": TOLD_LATER} if text == LATER else {}
    made = draft(key, text=text, score=0.5 + (number * 37 % 500) / 1000, **told)  # type: ignore[arg-type] # one key
    return replace(made, locality=LOCALITY)


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
        "journal": str(_journal(plan, number)),
        "seed": number,
    }
    told = plan.folder / f"reviewer{number}.json"
    told.write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, str(ROOT / "benchmarks" / "reviewer.py"), str(told)]
    with _kept_running(command, log=plan.folder / f"reviewer{number}.log") as running:
        yield running


def _journal(plan: Plan, number: int) -> Path:
    return plan.folder / f"reviewer{number}.tsv"


def _disturb(
    plan: Plan, servers: list[list[subprocess.Popen[bytes]]], staff: list[list[subprocess.Popen[bytes]]]
) -> int:
    """Reads pages anew and kills by turns, until all reviewers are done; gives the number of kills."""
    chance, kills, reread = Random(8), 0, 0  # noqa: S311 (no secret)
    next_kill = time.monotonic() + plan.kill_each
    while any(running[0].poll() is None for running in staff):
        _check(plan, staff)
        time.sleep(0.1)
        if reread < plan.rereads:
            reread += 1
            _read_again(plan, chance.randrange(plan.reviewers * plan.each))
        if time.monotonic() < next_kill:
            continue
        kills += 1
        at_work = [running for running in staff if running[0].poll() is None]
        _kill(chance.choice(servers if kills % 4 == 0 else at_work or servers))
        next_kill = time.monotonic() + plan.kill_each
    return kills


def _check(plan: Plan, staff: list[list[subprocess.Popen[bytes]]]) -> None:
    for number, running in enumerate(staff):
        if running[0].poll() not in (None, 0):
            told = (plan.folder / f"reviewer{number}.log").read_text(encoding="utf-8")
            raise RuntimeError(f"reviewer{number} stopped: {told[-2000:]}")


def _kill(running: list[subprocess.Popen[bytes]]) -> None:
    """`kill -9`, and the same command again at once."""
    command = running[0].args
    os.kill(running[0].pid, signal.SIGKILL)
    running[0].wait()
    running[0] = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


def _read_again(plan: Plan, number: int) -> None:
    """The page of a candidate that is still undecided says something else."""
    with Store(plan.register, clock=utc_now) as store, store.transaction():
        known = store.queue.get(f"c{number:05d}")
        if known.state.value == "undecided":
            run_id = store.runs.start("recheck", LOCALITY)
            _queue(store, _candidate(number, text=LATER), LATER, run_id, first=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a reviewer's journal."""

    at: float
    who: str
    what: str
    key: str


def count(plan: Plan, *, seconds: float, kills: int) -> Outcome:
    """Sets the journals beside the register."""
    lines = sorted(_lines(plan), key=lambda line: line.at)
    kinds = Counter(line.what for line in lines if line.what.startswith("stale "))
    with Store(plan.register, clock=utc_now) as store:
        rows = store.db.query(
            "SELECT candidate_id, reviewer FROM decisions WHERE field = 'record' AND verdict IN ('approve', 'reject')"
        )
        decided = Counter((row["candidate_id"], row["reviewer"]) for row in rows)
        waiting = {row.id for row in store.queue.rows(states=("undecided", "reopened"), limit=1_000_000)}
    twice = sum(n > 1 for n in Counter(key for key, _ in decided.elements()).values())
    told = {(line.key, line.who) for line in lines if line.what.startswith("decided ")}
    keys = {key for key, _ in decided}
    everything = {f"c{number:05d}" for number in range(plan.reviewers * plan.each + plan.spare)}
    return Outcome(
        decisions=len(keys),
        seconds=seconds,
        served_twice=len(served_twice(lines)),
        lost=len(told - set(decided)) + len(everything - keys - waiting) + len(keys & waiting),
        tried=sum(kinds.values()),
        accepted=sum(n for kind, n in kinds.items() if kind.endswith("accepted")) + twice,
        refused=sum(line.what == "refused" for line in lines),
        kills=kills,
        kinds=tuple(sorted(kinds.items())),
    )


def _lines(plan: Plan) -> Iterator[Line]:
    for number in range(plan.reviewers):
        for text in _journal(plan, number).read_text(encoding="utf-8").splitlines():
            at, what, key = text.split("\t")
            yield Line(at=float(at), who=f"reviewer{number}", what=what, key=key)


def served_twice(lines: list[Line]) -> set[str]:
    """Candidates that were given to somebody while another had them, or once they were decided.

    A reviewer has a candidate from when they were given it until they begin to skip or decide it, or until the lease
    ends after the last sign of them.
    """
    having: dict[str, Line] = {}
    decided: dict[str, float] = {}
    twice: set[str] = set()
    for line in lines:
        other = having.get(line.key)
        if line.what == "given":
            if line.key in decided or (other and other.who != line.who and line.at < other.at + LEASE):
                twice.add(line.key)
            having[line.key] = line
        elif line.what in ("skipped", "deciding"):
            having.pop(line.key, None)
        elif line.what.startswith("decided "):
            decided[line.key] = line.at
        elif line.what in ("refused", "found") or line.what.startswith("stale "):
            having[line.key] = line
    return twice


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reviewers", type=int, default=8)
    parser.add_argument("--each", type=int, default=1000)
    parser.add_argument("--kill-each", type=float, default=5.0)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True)
    plan = Plan(folder=asked.folder, reviewers=asked.reviewers, each=asked.each, kill_each=asked.kill_each)
    print(run(plan))


if __name__ == "__main__":
    main()
