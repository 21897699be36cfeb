"""Causes of failure, and what a fault may do to what is published: nothing.

Each case: a register that discovered the good site, whose services were approved and published; then the site fails in
one way, and discover, recheck and publish are run. The cause told has to be the right one, the published files the
same: byte for byte where the host is in quarantine, and else but for the dates of the visits to pages that did answer.
"""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from benchmarks.faulty import OWN, faulty
from benchmarks.figures import Figure
from benchmarks.served import ServedSite, served
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from flows.summary import RunSummary
from tests.decisions import accept_all

ROOT = Path(__file__).resolve().parent.parent
BASE_PORT = 8540
SITES = ("lambeth-woodlawns", "wakefield-stgeorges")
SERVED = {
    "403": ("http_403_wall",),
    "429": ("429",),
    "500": ("500",),
    "slow": ("timeout",),
    "truncate": ("truncated",),
    "soft404": ("soft_404",),
    "loop": ("redirect_loop",),
    "trap": ("soft_404", "changed_layout", "trap"),  # every address shows the same calendar, which goes on for ever
    "gzipbomb": ("too_large",),
}
AGENT = "tidiermap"


@dataclass
class Tally:
    """What all cases came to: right and wrong causes, published files that stayed or moved, disallowed requests."""

    causes: Counter[bool] = field(default_factory=Counter)
    files: Counter[bool] = field(default_factory=Counter)
    disallowed: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, case: str, *, right: bool, same: bool, told: str) -> None:
        self.causes[right] += 1
        self.files[same] += 1
        if not (right and same):
            self.wrong.append(f"{case}: told {told}{'' if same else ', published files moved'}")
            print(f"  {self.wrong[-1]}", flush=True)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    saved, own = Tally(), Tally()
    for site in SITES:
        _on_saved_site(shared, site, scratch / site, saved)
    yield from _figures("nine faults of saved sites", saved)
    _on_own_site(scratch / "own", own)
    _out_of_reach(scratch / "reach", own)
    yield from _figures("own faults", own)
    yield Figure(name="disallowed requests", value=saved.disallowed + own.disallowed, reach=0, bound="most")


def _figures(name: str, tally: Tally) -> Iterator[Figure]:
    cases = tally.causes.total()
    yield Figure(name=f"cause right, {name}", value=tally.causes[True] / cases, reach=0.95, note=f"{cases} runs")
    yield Figure(name=f"canonical data the same, {name}", value=tally.files[True] / cases, reach=1.0)


def _on_saved_site(shared: Path, site: str, folder: Path, tally: Tally) -> None:
    with served(shared, site, log=folder.parent / f"{site}.tsv", base_port=BASE_PORT) as good:
        base = _prepare(folder / "good", (good.start,))
        victim = _victim(base)
        tally.disallowed += _disallowed(good)
    for kind, causes in SERVED.items():
        for path in ("", victim):
            case = f"{site} {kind}{':' + path if path else ''}"
            log = folder / f"{kind}{len(path)}.tsv"
            with served(shared, site, log=log, base_port=BASE_PORT, faults=(f"{kind}:{path or '/'}",)) as broken:
                _run_case(case, base, folder / "case", causes, tally, conditional=kind != "truncate")
                tally.disallowed += _disallowed(broken)


def _on_own_site(folder: Path, tally: Tally) -> None:
    with faulty(BASE_PORT + 30) as server:
        here, other = (f"http://{host}:{BASE_PORT + 30}/" for host in ("127.0.0.1", "localhost"))
        base = _prepare(folder / "good", (here, f"{here}groups/", f"{other}about"))
        for fault in OWN:
            server.behaviour, server.asked = fault.behaviour(server), []
            _run_case(fault.name, base, folder / "case", fault.causes, tally)
            closed = b"Disallow: /\n" in server.behaviour.robots
            tally.disallowed += sum(
                path.startswith("/admin") or (closed and path != "/robots.txt") for path, _ in server.asked
            )
    _run_case("nobody listens", base, folder / "case", ("refused",), tally)


def _out_of_reach(folder: Path, tally: Tally) -> None:
    """A name that does not resolve, and a certificate that nobody signed, beside a site that is well: discover alone
    meets them, since a recheck asks only for pages that were once read."""
    port = BASE_PORT + 31
    with faulty(port), _https(folder, port + 1) as secure:
        for case, start, cause in (
            ("name does not resolve", "http://nowhere.invalid/", "dns"),
            ("certificate that nobody signed", secure, "tls"),
        ):
            base = _prepare(folder / cause, (f"http://127.0.0.1:{port}/",))
            _write_locality(base, (f"http://127.0.0.1:{port}/", start))
            _run_case(case, base, folder / "case", (cause,), tally, runs=(discover,))


def _prepare(folder: Path, starts: Sequence[str]) -> Settings:
    """A register that knows the good site, all of whose services are approved and published."""
    shutil.copytree(ROOT / "data", folder / "data")
    settings = Settings(register=folder / "var" / "register.db", data=folder / "data")
    crawl = settings.data / "crawl.toml"
    quick = {"timeout_seconds": "3", "retries": "1", "retry_wait_seconds": "0.2", "max_body_bytes": "1_000_000"}
    lines = crawl.read_text(encoding="utf-8").splitlines()
    lines = [f"{key} = {quick[key]}" if (key := line.split(" ")[0]) in quick else line for line in lines]
    crawl.write_text("\n".join(lines), encoding="utf-8")
    _write_locality(settings, starts)
    first = discover("town", settings=settings, progress=QuietProgress())
    if not first.healthy:
        raise RuntimeError("\n".join(first.lines()))
    with settings.open_store() as store:
        accept_all(store)
    publish(settings=settings, folder=folder / "dataset")
    return settings


def _write_locality(settings: Settings, starts: Sequence[str]) -> None:
    kinds = ["listing" if start.endswith("/groups/") else "site" for start in starts]
    sources = "".join(
        f'[[source]]\nkind = "{kind}"\nstart = ["{start}"]\nmax_pages = 120\n'
        f"max_depth = {0 if 'localhost' in start else 8}\n"
        for kind, start in zip(kinds, starts, strict=True)
    )
    slow = 0.5 if any("invalid" in start for start in starts) else 0
    head = 'name = "Town"\ngss_code = "E99999999"\nallow_loopback = true\ncontact = "https://fenmarsh.example/"\n'
    path = settings.data / "localities" / "town.toml"
    path.write_text(f"{head}delay_seconds = {slow}\n{sources}", encoding="utf-8")


def _victim(settings: Settings) -> str:
    """The path of the page that most published services rest on, the front page left out."""
    with settings.open_store() as store:
        pages = Counter(urlsplit(record.page_url).path for record in store.records.all())
    return next(path for path, _ in pages.most_common() if path != "/")


def _run_case(
    case: str,
    base: Settings,
    folder: Path,
    causes: tuple[str, ...],
    tally: Tally,
    *,
    conditional: bool = True,
    runs: Sequence[Callable[..., RunSummary]] = (discover, recheck),
) -> None:
    """Discover and recheck, each from the good state, and publish after both.

    Where requests are not to be `conditional`, what the register knows of dates and tags is blotted out: a server that
    cuts its pages short still answers 304, and then there is no fault to be seen.
    """
    before = _files(base.register.parent.parent / "dataset")
    baseline = _issues_of_first_run(base)
    for run in runs:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base.register.parent.parent, folder)
        settings = Settings(register=folder / "var" / "register.db", data=folder / "data")
        if not conditional:
            with settings.open_store() as store, store.transaction():
                store.db.execute("UPDATE pages SET etag = '', last_modified = ''")
        if run is discover:
            summary = discover("town", settings=settings, progress=QuietProgress(), everything=True)
        else:
            summary = recheck("town", settings=settings, progress=QuietProgress())
        publish(settings=settings, folder=folder / "dataset")
        told = _told(summary, baseline)
        right = told in causes
        same = _same(before, _files(folder / "dataset"), {issue.url for issue in summary.issues})
        tally.note(f"{case} ({run.__name__})", right=right, same=same, told=f"{told!r} {summary.message}")


def _issues_of_first_run(settings: Settings) -> set[str]:
    with settings.open_store() as store:
        first = store.runs.latest(kind="discover")[-1]
        return {issue.url for issue in store.runs.issues(first.id)}


def _told(summary: RunSummary, baseline: set[str]) -> str:
    """The cause that the run tells: that of the doubt about a host, else the commonest of the pages that fail anew."""
    doubts = Counter(host.cause for host in summary.hosts if host.doubt)
    fresh = Counter(
        issue.kind for issue in summary.issues if issue.url not in baseline and issue.kind != "host left early"
    )
    hosts = Counter(host.cause for host in summary.hosts if host.cause)
    for counted in (doubts, fresh, hosts if "host left early" in summary.causes else Counter[str]()):
        if counted:
            return counted.most_common(1)[0][0]
    return "trap" if "a trap:" in summary.message else ""


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _same(before: dict[str, bytes], after: dict[str, bytes], failed: set[str]) -> bool:
    if before == after:
        return True
    old, new = (json.loads(files["records.json"]) for files in (before, after))
    return [_undated(record, failed) for record in old] == [_undated(record, failed) for record in new]


def _undated(record: dict[str, Any], failed: set[str]) -> dict[str, Any]:
    """The record without the dates of visits, unless its page failed: then no visit may have moved them."""
    if record["page_url"] in failed:
        return record
    fields = record["fields"].items()
    bare = {name: {k: v for k, v in one.items() if k != "fetched_at"} for name, one in fields}
    return {**record, "fetched_at": "", "fields": bare}


def _disallowed(site: ServedSite) -> int:
    """Requests in the access log that the site's robots.txt refuses."""
    path = site.folder / "robots.txt"
    robots = RobotFileParser()
    robots.parse(
        path.read_text(encoding="utf-8").splitlines() if path.exists() else ["User-agent: *", "Disallow: /admin/"]
    )
    return sum(not robots.can_fetch(AGENT, asked.path) for asked in site.asked() if asked.path != "/robots.txt")


@contextmanager
def _https(folder: Path, port: int) -> Iterator[str]:
    """A server on loopback whose certificate it signed itself."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = folder / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-keyout", str(pem), "-out", str(folder / "own.crt")], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.crt", pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{port}/"
    finally:
        server.shutdown()
        server.server_close()
