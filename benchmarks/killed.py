"""Work on a register that is killed at a random moment, done again, and set beside the same work undisturbed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from flows.settings import Settings
from register.store import Store
from register.store.upkeep.copying import examine
from register.store.upkeep.replay import replay

AGAIN = "again.db"  # beside a register: the one that was made from its log
MOST_TRIES = 60  # for one kill that meets the work before it has ended
RUNS = "healthy runs"
# What of a register must come out as without a kill: all but times, numbers of runs and of rows.
STATE = {
    "pages": "SELECT locality, url, status, body_hash, kind, cause FROM pages",
    "versions": "SELECT p.url, v.body_hash, v.text_hash FROM page_versions v JOIN pages p ON p.id = v.page_id",
    "candidates": "SELECT id, locality, name, state, revision FROM candidates",
    "revisions": "SELECT candidate_id, revision, reason, draft, opened, changed, state FROM revisions",
    "fields": "SELECT candidate_id, name, state, revision, proposal FROM fields",
    "decisions": "SELECT candidate_id, revision, field, verdict, value, evidence, reviewer, stood FROM decisions",
    "records": "SELECT id, candidate_id, name, page_url, withdrawn_at IS NULL, merged_into FROM records",
    "record fields": "SELECT record_id, name, status, value, evidence FROM record_fields",
    "publications": "SELECT number, records FROM publications",
    "lines": "SELECT record_id, number FROM publication_lines",
    "audit": "SELECT who, what, about FROM audit",
    RUNS: "SELECT kind, locality FROM runs WHERE verdict = 'healthy'",
}
Work = Callable[[Settings], None]
Look = Callable[[Settings], Iterator[str]]
Compare = Callable[[Settings, Settings], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is killed: `work` on a copy of the folder `base`, until it is done; it is done again after a kill. `look`
    gives what is wrong right after a kill, `compare` what is wrong at the end beside the folder of the control."""

    name: str
    base: Path
    work: Work
    look: Look
    compare: Compare


@dataclass(slots=True)
class Tally:
    """What became of the kills: rows lost and double at the end, and what else was wrong, in words."""

    kills: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    double: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    replays: list[str] = field(default_factory=list)


def settings_in(folder: Path, like: Settings) -> Settings:
    return Settings(register=folder / "var" / "register.db", data=like.data, clock=like.clock)


def run_scene(scene: Scene, settings: Settings, scratch: Path, *, kills: int, chance: Random, tally: Tally) -> Path:
    """Kills the scene's work so often; gives the folder of the control, in which it was not killed. The control's work
    is done here, so that what the work loads is there when the processes that are killed begin."""
    control, timed = scratch / f"{scene.name}-control", scratch / f"{scene.name}-timed"
    for folder in (control, timed):
        shutil.copytree(scene.base, folder)
    scene.work(settings_in(control, settings))
    began = time.monotonic()
    if not _attempt(lambda: scene.work(settings_in(timed, settings))):
        raise RuntimeError(f"{scene.name}: the work fails in a process of its own")
    lasts = time.monotonic() - began
    shutil.rmtree(timed)
    expected = state_of(settings_in(control, settings))
    begun = settings_in(scene.base, settings)
    before = state_of(begun)[RUNS] if begun.register.exists() else Counter[str]()
    for number in range(kills):
        folder = scratch / f"{scene.name}-{number}"
        if _killed(scene, settings, folder, lasts=lasts, chance=chance):
            tally.kills += 1
            _judge(scene, settings_in(folder, settings), settings_in(control, settings), expected, before, tally)
        shutil.rmtree(folder, ignore_errors=True)
    return control


def _killed(scene: Scene, settings: Settings, folder: Path, *, lasts: float, chance: Random) -> bool:
    """Whether a kill met the work, which is then half done in `folder`."""
    for _ in range(MOST_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(scene.base, folder)
        if not _attempt(lambda: scene.work(settings_in(folder, settings)), kill_after=chance.uniform(0, lasts)):
            return True
    return False


def _judge(
    scene: Scene,
    now: Settings,
    control: Settings,
    expected: dict[str, Counter[str]],
    before: Counter[str],
    tally: Tally,
) -> None:
    place = f"{scene.name}, kill {tally.kills}"
    if now.register.exists():
        with now.open_store():  # what a reader would do next
            pass
        tally.broken += [f"{place}: {fault}" for fault in (*examine(now.register).faults, *scene.look(now))]
        # A kill may come when all is written and the process has not ended yet: then what is done again is a run more.
        if (ended := state_of(now)[RUNS]) == expected[RUNS]:
            expected = {**expected, RUNS: expected[RUNS] + (ended - before)}
    if not _attempt(lambda: scene.work(now)):
        tally.broken.append(f"{place}: the work fails when it is done again")
        return
    for what, rows in state_of(now).items():
        for said, counts, one, other in (
            ("lost", tally.lost, expected[what], rows),
            ("double", tally.double, rows, expected[what]),
        ):
            if left := one - other:
                counts[what] += left.total()
                tally.broken.append(f"{place}: {said} of {what}: {next(iter(left))[:200]}")
    tally.replays += [f"{place}: {fault}" for fault in replayed(now)]
    tally.broken += [f"{place}: {fault}" for fault in (*examine(now.register).faults, *scene.compare(now, control))]


def state_of(settings: Settings) -> dict[str, Counter[str]]:
    """The rows of a register by what they are, each as often as it is there."""
    with settings.open_store() as store:
        return {
            what: Counter(json.dumps(list(row.values()), ensure_ascii=False) for row in store.db.query(query))
            for what, query in STATE.items()
        }


def replayed(settings: Settings) -> Iterator[str]:
    """What differs in a register made from the log alone, which is left beside as AGAIN."""
    path = settings.register.with_name(AGAIN)
    for old in path.parent.glob(f"{AGAIN}*"):
        old.unlink()
    with settings.open_store() as store:
        tables = replay(store, path, open_store=lambda file, clock: Store(file, clock=clock))
    yield from (f"{one.table}: {one.differs[:300]}" for one in tables if one.differs)


def _attempt(work: Callable[[], None], *, kill_after: float | None = None) -> bool:
    """Runs the work in a process of its own, killed with all that it started after so many seconds; whether it ended by
    itself, and well."""
    child = os.fork()
    if child == 0:
        _run(work)
    with suppress(OSError):  # whichever of the two is first: a kill may come before the child has run at all
        os.setpgid(child, child)
    if kill_after is not None:
        time.sleep(kill_after)
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return True
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _run(work: Callable[[], None]) -> None:
    os.setpgid(0, 0)
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 1)
            if "TIDIERMAP_KILLS_TELL" not in os.environ:
                os.dup2(nothing.fileno(), 2)
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 (the parent reads the exit code; nothing may run on in the copy of it)
        if "TIDIERMAP_KILLS_TELL" in os.environ:
            import traceback

            traceback.print_exc()
        os._exit(1)
