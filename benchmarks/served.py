"""The saved sites of DIR/sites on loopback for a benchmark: served by their own server, with its access log."""

from __future__ import annotations

import csv
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

STARTS_WITHIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of the access log: when (epoch seconds), what, and what was answered."""

    at: float
    site: str
    path: str
    status: int
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedSite:
    """A site as it is served: `start` is its front page, `log` its access log."""

    name: str
    folder: Path
    start: str
    gss_code: str
    locality: str
    log: Path

    def asked(self) -> tuple[Asked, ...]:
        """The requests so far, in their order."""
        if not self.log.exists():
            return ()
        rows = (line.split("\t") for line in self.log.read_text(encoding="utf-8").splitlines())
        return tuple(Asked(at=float(r[0]), site=r[1], path=r[3], status=int(r[4]), agent=r[5]) for r in rows)


def site_names(shared: Path) -> tuple[str, ...]:
    with (shared / "sites" / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(row["site"] for row in csv.DictReader(rows))


@contextmanager
def served(
    shared: Path, site: str, *, log: Path, base_port: int, faults: Sequence[str] = (), swap: str = ""
) -> Iterator[ServedSite]:
    """Serve `site` until the block ends; `faults` as `kind` or `kind:/path`, `swap` a later folder in its place."""
    with (shared / "sites" / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        sites = list(csv.DictReader(rows))
    row = next(row for row in sites if row["site"] == site)
    port = int(row["port"]) - int(sites[0]["port"]) + base_port
    command = [sys.executable, str(shared / "sites" / "serve.py"), "--only", site, "--seconds", "0"]
    command += ["--base-port", str(base_port), "--log", str(log)]
    command += [part for fault in faults for part in ("--fault", f"{site}={fault}")]
    command += ["--swap", f"{site}={swap}"] if swap else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        start = f"http://127.0.0.1:{port}/"
        folder = shared / "sites" / (swap or site)
        locality, gss = row["locality"], row["gss_code"]
        yield ServedSite(name=site, folder=folder, start=start, gss_code=gss, locality=locality, log=log)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server of the saved sites did not listen on port {port}")


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
