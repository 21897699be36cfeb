"""The workbench on a register of a million candidates, beside Datasette's table page on the same file in the same run.

Datasette runs in an environment of its own, whose Python TIDIERMAP_PEERS names:

    python3 -m venv peers && peers/bin/pip install datasette asreview

Both serve with one process, both are asked by one client and by eight, both are asked for the same lists: the first
page, pages deep in, every order, filters, searches. Datasette has the same indexes, and is asked in two ways: without
the facets that it suggests, which it looks for anew on each page, and, once for each address, as it comes; the quicker
of the two counts. Behind each p95 stands its 95% interval (the ranks among which it lies). A
register that is there already at TIDIERMAP_MILLION is used as it is.
"""

from __future__ import annotations

import math
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from benchmarks.figures import Figure
from benchmarks.million import LOCALITIES, WHOLE, build
from register.store import Store, utc_now
from review.visit import SESSION_COOKIE

ROOT = Path(__file__).resolve().parent.parent
CANDIDATES, PORT = 1_000_000, 8540
ROUNDS, CLIENTS = 4, 8
TOKEN = "a session of the benchmark"  # noqa: S105 (it opens a register of invented candidates)
TABLE = "/register/queue_lines"
ORDERS = ("surest", "worth", "unknown", "doubt", "need", "wait")
KEYS = {order: f"by_{order}" for order in ORDERS} | {"wait": "waiting_since"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The same list as an address of ours and as one of Datasette's; `theirs` is "" where it has no such page."""

    ours: str
    theirs: str


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    register, took = _register(scratch)
    yield Figure(name="speed.seconds_to_build", value=took, reach=0, note=f"{register.stat().st_size / 1e9:.1f} GB")
    lists, searches, records = _lists(register), _searches(register), _records()
    ours: dict[tuple[str, int], list[float]] = {}
    with _serving(
        [str(Path(sys.executable).with_name("tidiermap")), "--register", str(register), "review"], "/sign-in"
    ):
        for kind, asked in (("queue", lists), ("search", searches), ("record", records)):
            addresses, headers = [one.ours for one in asked], {"cookie": f"{SESSION_COOKIE}={TOKEN}"}
            _warm(addresses, headers)
            for clients in (1, CLIENTS):
                ours[kind, clients] = _times(addresses, clients, headers)
    theirs = _peer(register, lists, searches)
    for kind in ("queue", "record", "search"):
        for clients in (1, CLIENTS):
            yield from _figures(kind, clients, ours[kind, clients], theirs, "search" if kind == "search" else "queue")
    yield from _admission(register)


def _figures(
    kind: str, clients: int, ours: list[float], theirs: dict[tuple[str, int, str], list[float]], beside: str
) -> Iterator[Figure]:
    name = f"speed.{kind}_p95" if clients == 1 else f"speed.{kind}_p95_with_{clients}"
    p95 = _p95(ours)
    if not theirs:
        yield Figure(name=f"{name}_ms", value=p95, reach=0, note=f"{_told(ours)}; no Datasette: TIDIERMAP_PEERS")
        return
    asked = {way: theirs[beside, clients, way] for way in ("lean", "default") if (beside, clients, way) in theirs}
    quicker = min(_p95(times) for times in asked.values())
    note = f"{_told(ours)}; Datasette's table page " + ", ".join(f"{way} {_told(one)}" for way, one in asked.items())
    yield Figure(name=f"{name}_over_datasette", value=p95 / quicker, reach=1, bound="most", note=note)


def _p95(times: Sequence[float]) -> float:
    """Milliseconds."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1] * 1e3


def _told(times: Sequence[float]) -> str:
    """Median and p95 in milliseconds, the p95 with its interval, and how many were timed."""
    low, high = p95_interval(times)
    return (
        f"p50 {statistics.median(times) * 1e3:.1f}, p95 {_p95(times):.1f} ({low * 1e3:.1f} to {high * 1e3:.1f}) ms "
        f"of {len(times)}"
    )


def p95_interval(times: Sequence[float]) -> tuple[float, float]:
    """The times between whose ranks the 95th percentile lies with 95% (binomial, as a normal)."""
    count = len(times)
    middle, spread = 0.95 * count, 1.96 * math.sqrt(0.95 * 0.05 * count)
    ranked = sorted(times)
    return ranked[max(math.floor(middle - spread) - 1, 0)], ranked[min(math.ceil(middle + spread), count) - 1]


def _register(scratch: Path) -> tuple[Path, float]:
    path = (
        Path(os.environ.get("TIDIERMAP_MILLION", ""))
        if os.environ.get("TIDIERMAP_MILLION")
        else scratch / "register.db"
    )
    began = time.perf_counter()
    if not path.exists():
        build(path, candidates=CANDIDATES)
    took = time.perf_counter() - began
    with Store(path, clock=utc_now) as store, store.transaction():
        store.users.put("ben", role="reviewer", password_hash="no password opens this account")  # noqa: S106
        store.users.open_session("ben", token=TOKEN, csrf="csrf")
    return path, took


def _lists(register: Path) -> list[Asked]:
    """The first page, one deep in of each order, and filters alone and together."""
    chance = random.Random(6)  # noqa: S311 (a simulation)
    asked = []
    with Store(register, clock=utc_now) as store:
        lines = int(next(store.db.query("SELECT max(line) AS n FROM queue_lines"))["n"])
        for order in ORDERS:
            asked.append(Asked(f"/?order={order}", f"{TABLE}?stage=1&_sort={KEYS[order]}"))
            for _ in range(2):
                line = chance.randrange(1, lines)
                told = f"SELECT stage, {KEYS[order]} AS k FROM queue_lines WHERE line = ?"  # noqa: S608 (ours)
                row = next(store.db.query(told, [line]))
                place = quote(f"{row['stage']}~{row['k']}~{line}")
                theirs = f"{TABLE}?stage=1&_sort={KEYS[order]}&_next={quote(str(row['k']))}%2C{line}"
                asked.append(Asked(f"/?order={order}&from={place}&at=5001", theirs))
    for query, columns in (
        ("locality=district-{n:03}", "locality=district-{n:03}"),
        ("kind=news", "page_kind=news"),
        ("scope=elsewhere&kind=listing", "scope=elsewhere&page_kind=listing"),
        ("reason=unclear", "unclear=1"),
        ("reason=gone", "page_gone__gt=0"),
        ("locality=district-{n:03}&kind=service&scope=local", "locality=district-{n:03}&page_kind=service&scope=local"),
        ("state=accepted", ""),
    ):
        n = chance.randrange(LOCALITIES)
        stage = "stage=2" if not columns else f"stage=1&{columns.format(n=n)}"
        asked.append(Asked(f"/?{query.format(n=n)}", f"{TABLE}?{stage}&_sort=by_surest"))
    return asked


def _searches(register: Path) -> list[Asked]:
    """Words that stand in most services, in some and in few, alone and together, and names."""
    with Store(register, clock=utc_now) as store:
        rows = [row["words"] for row in store.db.query("SELECT words FROM queue_words WHERE rowid % 99991 = 7 LIMIT 8")]
    found = []
    for row in rows:
        words = row.rstrip(".").lower().split()
        for chosen in (words[:3], words[5:6], words[9:11], [max(words, key=len)]):
            said = quote(" ".join(chosen))
            matched = quote(" ".join(f'"{word}"*' for word in chosen))
            theirs = f"{TABLE}?_fts_table=queue_words&_fts_pk=line&_searchmode=raw&_search={matched}"
            found.append(Asked(f"/?q={said}", theirs))
    return found


def _records() -> list[Asked]:
    chance = random.Random(7)  # noqa: S311 (a simulation)
    return [Asked(f"/candidate/whole{n:04}", "") for n in chance.sample(range(WHOLE), 24)]


def _times(addresses: Sequence[str], clients: int, headers: dict[str, str]) -> list[float]:
    """Seconds of each request: each address is asked ROUNDS times, by one client or by so many at once."""

    def ask(turn: int) -> list[float]:
        order = list(addresses) * ROUNDS
        random.Random(turn // clients).shuffle(order)  # noqa: S311 (a simulation)
        connection = HTTPConnection("127.0.0.1", PORT, timeout=120)
        return [_one(connection, address, headers) for address in order[turn % clients :: clients]]

    if clients == 1:
        return ask(0)
    with ThreadPoolExecutor(clients) as threads:
        return [one for times in threads.map(ask, range(clients)) for one in times]


def _warm(addresses: Sequence[str], headers: dict[str, str]) -> None:
    """Asks for each address once, which does not count."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=600)
    for address in addresses:
        _one(connection, address, headers)


def _one(connection: HTTPConnection, address: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - began
    if answer.status not in (200, 400):  # Datasette answers 400 where a query took longer than its second
        raise RuntimeError(f"{address}: found {answer.status}, expected a page: {body[:200]!r}")
    return took


@contextmanager
def _serving(command: list[str], ready: str) -> Iterator[None]:
    server = subprocess.Popen([*command, "--port", str(PORT)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(server, ready)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


def _wait(server: subprocess.Popen[bytes], ready: str) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            _one(HTTPConnection("127.0.0.1", PORT, timeout=5), ready, {})
        except OSError:
            time.sleep(0.1)
            continue
        return
    raise RuntimeError("the server did not answer in two minutes")


def _peer(register: Path, lists: list[Asked], searches: list[Asked]) -> dict[tuple[str, int, str], list[float]]:
    python = os.environ.get("TIDIERMAP_PEERS", "")
    if not python:
        return {}
    found = {}
    for way, settings in (("default", []), ("lean", ["--setting", "suggest_facets", "off"])):
        with _serving([python, "-m", "datasette", "serve", str(register), *settings], "/-/versions.json"):
            for kind, asked in (("queue", lists), ("search", searches)):
                addresses = [one.theirs for one in asked]
                if way == "default":
                    _warm(addresses[:1], {})
                    connection = HTTPConnection("127.0.0.1", PORT, timeout=120)
                    found[kind, 1, way] = [_one(connection, address, {}) for address in addresses]
                    continue
                _warm(addresses, {})
                for clients in (1, CLIENTS):
                    found[kind, clients, way] = _times(addresses, clients, {})
    return found


def _admission(register: Path) -> Iterator[Figure]:
    """What the lists cost where candidates are admitted. An index of words, six orders and the counts are written for
    each, so that they cannot cost a tenth of what the rest does; they may at most double it."""
    from benchmarks.review_admission import cost

    with_lists, without = cost(register)
    note = f"{with_lists * 1e3:.2f} ms a candidate, {without * 1e3:.2f} without the lists"
    yield Figure(
        name="speed.admission_over_without_lists", value=with_lists / without, reach=1.1, bound="most", note=note
    )
