"""Which pages are taken for dead over simulated weeks, and which are not: invented sites that fail in one way each, and
saved sites with the faults of their own server.

A register discovers the good sites, all of whose services are approved and published; then `recheck` runs once a week
by a hand clock, and the verdicts at the end are compared with what is true. Beside it, a plain link checker asks for
the same pages in the last week: one answer that is no success is a dead link.
"""

from __future__ import annotations

import http.client
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from benchmarks.fault_weeks import WEEKS, Sites, running
from benchmarks.figures import Figure
from benchmarks.served import served
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from register.staleness.staleness import Verdict
from tests.decisions import accept_all

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT, SAVED_PORT = 9102, 9180
SAVED = "hillingdon-svp"
# The faults of the saved sites' own server, one a page; only a page that says with 200 that it is not there is gone.
# The site itself answers 404 for what is not there, so that nothing but the page's own folder bears it out.
SAVED_FAULTS = ("403", "429", "500", "slow", "truncate", "loop", "trap", "gzipbomb", *["soft404"] * 4)
GONE_FAULT = "soft404"
REFUSALS = ("403", "429", "500")
PATIENCE = 2  # seconds that the link checker waits
MOST_REDIRECTS = 5


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Tally:
    """What was said of pages against what is true: (truth, whether it was called dead) by way of deciding; the pages
    that were wrongly called dead, and dead pages that were not."""

    ours: Counter[tuple[str, bool]] = field(default_factory=Counter)
    plain: Counter[tuple[str, bool]] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    own, saved = Tally(), Tally()
    _on_own_sites(scratch / "own", own)
    yield from _figures("invented sites", own)
    _on_saved_site(shared, scratch / "saved", saved)
    yield from _figures("a saved site", saved)
    killed = own.killed + saved.killed
    refused = sum(number for case, number in killed.items() if case.startswith(REFUSALS) or "bad week" in case)
    yield Figure(name="killed by 403, 429, 500 or one bad week", value=refused, reach=0, bound="most")
    for case, number in sorted(killed.items()):
        print(f"  wrongly dead: {number} by {case}", flush=True)
    for case, number in sorted((own.missed + saved.missed).items()):
        print(f"  dead and not told: {number} by {case}", flush=True)


def _figures(name: str, tally: Tally) -> Iterator[Figure]:
    for who, counted, reach in (("", tally.ours, (0.99, 0.90)), ("a plain link checker: ", tally.plain, (0.0, 0.0))):
        right, wrong, missed = counted["dead", True], counted["alive", True], counted["dead", False]
        precision = right / (right + wrong) if right + wrong else 1.0
        recall = right / (right + missed) if right + missed else 1.0
        note = f"{right + missed} dead of {counted.total()} records, {WEEKS} weeks"
        yield Figure(name=f"{who}dead precision, {name}", value=precision, reach=reach[0], note=note)
        yield Figure(name=f"{who}dead recall, {name}", value=recall, reach=reach[1])


def _on_own_sites(folder: Path, tally: Tally) -> None:
    clock = HandClock()
    with running(FIRST_PORT) as sites:
        starts = [f"{base}/" for _, _, base in sites.servers]
        settings = _prepare(folder, starts, clock)
        killed = _weeks(settings, clock, sites)
        _compare(settings, killed, {url: (sites.truth(url), sites.case_of(url)) for url in _pages(settings)}, tally)


def _on_saved_site(shared: Path, folder: Path, tally: Tally) -> None:
    """Twelve pages of one site, each with a fault of its own, for all weeks."""
    clock = HandClock()
    with served(shared, SAVED, log=folder.parent / "good.tsv", base_port=SAVED_PORT) as good:
        settings = _prepare(folder, [good.start], clock, most=120)
    chosen = _victims(_pages(settings), len(SAVED_FAULTS))
    faults = tuple(zip(SAVED_FAULTS, chosen, strict=False))
    told = [f"{kind}:{urlsplit(url).path}" for kind, url in faults]
    truth = {url: ("dead" if kind == GONE_FAULT else "alive", kind) for kind, url in faults}
    with served(shared, SAVED, log=folder.parent / "bad.tsv", base_port=SAVED_PORT, faults=told):
        killed = _weeks(settings, clock, None)
        _compare(settings, killed, {url: truth.get(url, ("alive", "well")) for url in _pages(settings)}, tally)


def _victims(pages: list[str], number: int) -> list[str]:
    """Pages none of whose paths begins with that of another: a fault is of all that begins with its path."""
    found: list[str] = []
    for url in sorted(pages):
        path = urlsplit(url).path
        if path != "/" and not any(
            path.startswith(urlsplit(o).path) or urlsplit(o).path.startswith(path) for o in found
        ):
            found.append(url)
    return found[:: max(1, len(found) // number)][:number]


def _prepare(folder: Path, starts: list[str], clock: HandClock, *, most: int = 40) -> Settings:
    """A register that knows the good sites, all of whose services are approved and published."""
    shutil.copytree(ROOT / "data", folder / "data")
    settings = Settings(register=folder / "var" / "register.db", data=folder / "data", clock=clock)
    crawl = settings.data / "crawl.toml"
    quick = {"timeout_seconds": "2", "retries": "0", "retry_wait_seconds": "0.1", "max_body_bytes": "1_000_000"}
    lines = crawl.read_text(encoding="utf-8").splitlines()
    lines = [f"{key} = {quick[key]}" if (key := line.split(" ")[0]) in quick else line for line in lines]
    crawl.write_text("\n".join(lines), encoding="utf-8")
    sources = "".join(f'[[source]]\nkind = "site"\nstart = ["{start}"]\nmax_pages = {most}\n' for start in starts)
    head = 'name = "Town"\ngss_code = "E99999999"\nallow_loopback = true\ndelay_seconds = 0\n'
    contact = 'contact = "https://fenmarsh.example/"\n'
    (settings.data / "localities" / "town.toml").write_text(f"{head}{contact}{sources}", encoding="utf-8")
    first = discover("town", settings=settings, progress=QuietProgress())
    if not first.healthy:
        raise RuntimeError("\n".join(first.lines()))
    with settings.open_store() as store:
        accept_all(store)
    publish(settings=settings, folder=folder / "dataset")
    return settings


def _weeks(settings: Settings, clock: HandClock, sites: Sites | None) -> set[str]:
    """Rechecks once a week; gives the ids of the records that were dead in any of them."""
    killed: set[str] = set()
    for week in range(1, WEEKS + 1):
        clock.now += timedelta(days=7)
        if sites is not None:
            sites.week = week
            sites.close_ports()
        recheck("town", settings=settings, progress=QuietProgress())
        with settings.open_store() as store:
            dead = {one for one, verdict in store.staleness.of_records().items() if verdict is Verdict.DEAD}
            killed |= dead
        print(f"  week {week}: {len(dead)} dead", flush=True)
    return killed


def _pages(settings: Settings) -> list[str]:
    with settings.open_store() as store:
        return sorted({record.page_url for record in store.records.all() if record.withdrawn_at is None})


def _compare(settings: Settings, killed: set[str], truth: Mapping[str, tuple[str, str]], tally: Tally) -> None:
    """A living page counts as called dead where it was in any week, a dead one where it is at the end."""
    with settings.open_store() as store:
        records = store.records.all()
        last = store.staleness.of_records()
    broken = {url: _is_broken(url) for url in truth}
    for record in records:
        true, case = truth[record.page_url]
        told = last.get(record.id) is Verdict.DEAD if true == "dead" else record.id in killed
        tally.ours[true, told] += 1
        tally.plain[true, broken[record.page_url]] += 1
        if told is not (true == "dead"):
            (tally.killed if told else tally.missed)[case] += 1


def _is_broken(url: str) -> bool:
    """What a plain link checker says: no answer in time, or a status that is no success after its redirects."""
    for _ in range(MOST_REDIRECTS):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        try:
            connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return True
        finally:
            connection.close()
        if answer.status not in (301, 302, 303, 307, 308):
            return not 200 <= answer.status < 300
        url = urljoin(url, answer.headers.get("Location", ""))
    return True
