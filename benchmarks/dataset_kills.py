"""kill -9 at random moments of discover, decide, publish, recheck and backup: what is lost, what is double.

Each kill is of work on a copy of the same small register, in a process of its own with all that it started. Right after
it the register must be whole, the publication's folder one publication or the other, and every backup that is listed
as it was written. Then the work is done again, and must end as it ends without a kill: the same rows, none twice; the
published files byte for byte. At last the register is made again from its log alone, and a publication from that.

No peer is beside: no other map keeps such a register. What is compared is the same work undisturbed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.request import urlopen

from benchmarks.figures import Figure
from benchmarks.killed import AGAIN, Compare, Look, Scene, Tally, Work, run_scene, settings_in
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from flows.upkeep.backup import back_up, verify
from flows.upkeep.restore import restore
from flows.upkeep.vault import Vault
from register.models import RECORD, DecisionVerdict
from register.store import Store
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.decisions.decide import Answer, Seen, decide

ROOT = Path(__file__).resolve().parent.parent
KILLS = 100
PORT = 9400
KEY = "kills"
SEED = 7
WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Invented services: (path, name, what stands on the page, and what stands there later).
PAGES = (
    ("tea", "Harbour Tea Table", "Every Tuesday at 2pm", "Every Friday at 11am"),
    ("shed", "Lantern Shed", "Mondays from 10am to noon", "Mondays from 10am to noon"),
    ("walk", "Slow Walkers", "Thursdays at 10.30am", "Thursdays at 1.30pm"),
    ("line", "Kind Ear Line", "Weekdays from 9am to 5pm", ""),
)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    began = time.monotonic()
    tally = killed(scratch, kills=KILLS, port=PORT)
    for line in (*tally.broken, *tally.replays):
        print(f"  {line}", flush=True)
    took = f"discover, decide, publish, recheck, backup; {time.monotonic() - began:.0f} s"
    yield Figure(name="kills that met their work", value=tally.kills, reach=KILLS, note=took)
    yield Figure(name="rows lost after a kill", value=tally.lost.total(), reach=0, bound="most")
    yield Figure(name="rows double after a kill", value=tally.double.total(), reach=0, bound="most")
    yield Figure(name="broken registers, folders, backups", value=len(tally.broken), reach=0, bound="most")
    yield Figure(name="replays with other bytes", value=len(tally.replays), reach=0, bound="most")


def killed(scratch: Path, *, kills: int, port: int, seed: int = SEED) -> Tally:
    """Kills each of the five kinds of work equally often."""
    tally, chance, each = Tally(), Random(seed), -(-kills // 5)  # noqa: S311 (no secret)
    site = scratch / "site"
    settings = _prepare(scratch, site, port)
    with _served(site, port):
        empty = scratch / "empty"
        (empty / "var").mkdir(parents=True)

        def run(name: str, base: Path) -> Path:
            """Kills one kind of work on copies of `base`; gives the folder in which it was not killed."""
            print(f"  {name}: {each} kills", flush=True)
            work, look, compare = SETS[name]
            scene = Scene(name=name, base=base, work=work, look=look, compare=compare)
            return run_scene(scene, settings, scratch, kills=each, chance=chance, tally=tally)

        found = run("discover", empty)
        decided = run("decide", found)
        _publish(settings_in(decided, settings))
        _write_site(site, later=True)
        changed = run("recheck", decided)
        _accept_again(settings_in(changed, settings))
        published = run("publish", changed)
        back_up(settings_in(published, settings), published / "safe", whole=True)
        run("backup", published)
    return tally


def _prepare(scratch: Path, site: Path, port: int) -> Settings:
    """The data folder, with the site's locality in the place of all others; and the site's first state."""
    shutil.copytree(ROOT / "data", scratch / "data", ignore=shutil.ignore_patterns("localities"))
    (scratch / "data" / "localities").mkdir()
    text = 'name = "Kills"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'
    text += f'[[source]]\nkind = "site"\nstart = ["http://127.0.0.1:{port}/"]\n'
    (scratch / "data" / "localities" / f"{KEY}.toml").write_text(text, encoding="utf-8")
    _write_site(site, later=False)
    return Settings(register=scratch / "none.db", data=scratch / "data", clock=lambda: WHEN)


def _write_site(site: Path, *, later: bool) -> None:
    site.mkdir(exist_ok=True)
    links = "".join(f'<li><a href="/{path}.html">{name}</a></li>' for path, name, _, _ in PAGES)
    _write(site / "index.html", "What is on", f"<ul>{links}</ul>")
    for path, name, now, then in PAGES:
        when = then if later and then else now
        words = (
            f"<p>{name} is a friendly group for adults who feel lonely or low. It is free and nobody needs to book.</p>"
            f"<h2>When</h2><p>{when}</p><h2>Where</h2><p>The Old Net Loft, 3 Quay Row, ZZ99 4AB</p>"
            "<h2>Who runs it</h2><p>Trained volunteers of Harbour Friends run it. Telephone 01632 960123.</p>"
        )
        _write(site / f"{path}.html", name, words)


def _write(path: Path, title: str, words: str) -> None:
    """Only what differs, so that an unchanged page answers that it is."""
    text = (
        f"<!doctype html><html lang=en><title>{title}</title><body><main><h1>{title}</h1>{words}</main></body></html>"
    )
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        os.utime(path, (time.time() - 60, time.time() + (2 if path.exists() else -60)))


@contextmanager
def _served(site: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(site)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                try:
                    urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield
        finally:
            server.terminate()


def _discover(settings: Settings) -> None:
    summary = discover(KEY, settings=settings, progress=QuietProgress())
    with settings.open_store() as store:
        found = sum(store.queue.counts().values())
    if not summary.healthy or found < len(PAGES):
        raise RuntimeError("\n".join(summary.lines()))


def _recheck(settings: Settings) -> None:
    if not recheck(KEY, settings=settings, progress=QuietProgress()).healthy:
        raise RuntimeError("the recheck is quarantined")


def _publish(settings: Settings) -> None:
    publish(settings=settings, folder=settings.register.parent / "dataset", who="ada")


def _back_up(settings: Settings) -> None:
    back_up(settings, settings.register.parent.parent / "safe")


def _decide(settings: Settings) -> None:
    """Decides on some fields of each undecided candidate, then accepts it; what is acknowledged stands in a file
    beside. Where that is broken off, the first decision that was not acknowledged is sent again as it was."""
    plan, done = settings.register.parent / "plan", settings.register.parent / "acknowledged"
    with settings.open_store() as store, done.open("a") as acknowledged:
        if not plan.exists():
            waiting = [one.id for one in _in_state(store, QueueState.UNDECIDED)]
            plan.with_suffix(".new").write_text("\n".join(waiting))
            plan.with_suffix(".new").rename(plan)
        known = set(done.read_text().splitlines())
        for candidate in plan.read_text().splitlines():
            for place, answer in enumerate(ANSWERS):
                line = f"{candidate} {answer.field}"
                if line not in known:
                    decide(store, Seen(candidate=candidate, revision=1, decisions=place), answer, reviewer="ada")
                    acknowledged.write(f"{line}\n")
                    acknowledged.flush()


def _accept_again(settings: Settings) -> None:
    """Accepts what the recheck opened again."""
    with settings.open_store() as store:
        for one in _in_state(store, QueueState.REOPENED):
            seen = Seen(candidate=one.id, revision=one.revision, decisions=len(store.decisions.history(one.id)))
            decide(store, seen, ANSWERS[-1], reviewer="ada")


def _in_state(store: Store, state: QueueState) -> list[KnownCandidate]:
    known = [store.queue.get(row["id"]) for row in store.db.query("SELECT id FROM candidates ORDER BY id")]
    return [one for one in known if one.state is state]


ANSWERS = (
    Answer(field="fact.cost", verdict=DecisionVerdict.NOT_STATED, comment="asked"),
    Answer(field="tidier.how", verdict=DecisionVerdict.REJECT),
    Answer(field="tidier.modifications", verdict=DecisionVerdict.NOT_STATED),
    Answer(field="tidier.tailoring", verdict=DecisionVerdict.NOT_STATED),
    Answer(field=RECORD, verdict=DecisionVerdict.APPROVE),
)


def _acknowledged(settings: Settings) -> Iterator[str]:
    """What a reviewer was told is kept, and is not there, or twice."""
    done = settings.register.parent / "acknowledged"
    with settings.open_store() as store:
        for line in done.read_text().splitlines() if done.exists() else ():
            candidate, _, name = line.partition(" ")
            own = [one for one in store.decisions.history(candidate) if one.field == name]
            if len(own) != 1:
                yield f"acknowledged: {line}: found {len(own)} decisions"


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _whole_folder(settings: Settings) -> Iterator[str]:
    """Whether the folder is one publication that the register knows, with each of its files as the manifest says."""
    folder = settings.register.parent / "dataset"
    found = _files(folder)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with settings.open_store() as store:
        if told["id"] not in {one.id for one in store.publications.all()}:
            yield f"dataset: the register does not know {told['id']}"
    for name, one in told["files"].items():
        if found.get(name) != one["sha256"]:
            yield f"dataset: {name} is not of {told['id']}"


def _same_files(settings: Settings, control: Settings) -> Iterator[str]:
    """Whether the files are those of the control, also when they are published from a register made from the log."""
    mine, theirs = (_files(one.register.parent / "dataset") for one in (settings, control))
    yield from (f"dataset: {name} is another" for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
    if left := sorted(path.name for path in settings.register.parent.glob(".dataset*")):
        yield f"dataset: left behind {left}"
    again = Settings(register=settings.register.with_name(AGAIN), data=settings.data, clock=settings.clock)
    publish(settings=again, folder=settings.register.parent / "from-log", who="ada")
    made = _files(settings.register.parent / "from-log")
    for name in sorted({*mine, *made} - {"audit.json"}):  # who did what is no part of what follows from the log
        if mine.get(name) != made.get(name):
            yield f"dataset from the log: {name} is another"


def _whole_backups(settings: Settings) -> Iterator[str]:
    vault = Vault(settings.register.parent.parent / "safe")
    if not vault.snapshots():
        yield "backup: the earlier one is gone"
    for one in vault.snapshots():
        verify(vault, one, whole=True)


def _comes_back(settings: Settings, control: Settings) -> Iterator[str]:
    """Whether the last backup comes back as the register is."""
    home = settings.register.parent.parent
    new = settings_in(home / "back", settings)
    restore(new, home / "safe")
    dumps = []
    for one in (settings, new):
        with one.open_store() as store:
            dumps.append(list(store.db.conn.iterdump()))
    if dumps[0] != dumps[1]:
        yield "backup: the register that comes back is another"
    mine, theirs = (_files(one.register.parent / "archive") for one in (settings, new))
    if mine != theirs:
        yield "backup: the archive that comes back is another"


def _nothing(*_: Settings) -> Iterator[str]:
    yield from ()


# Each kind of work, what is looked at right after a kill of it, and what is compared at the end.
SETS: dict[str, tuple[Work, Look, Compare]] = {
    "discover": (_discover, _nothing, _nothing),
    "decide": (_decide, _acknowledged, _nothing),
    "recheck": (_recheck, _nothing, _nothing),
    "publish": (_publish, _whole_folder, _same_files),
    "backup": (_back_up, _whole_backups, _comes_back),
}
