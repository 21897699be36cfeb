"""A second look at an unchanged site against the first: wall time of the whole command, and bodies that were read.

The command line is run as a user runs it, in a process of its own, so that its start counts both times. `--all` asks
for every page, conditionally, whether it is due or not. Without delay between requests: with one, both runs wait alike,
and what saves time then is that pages which are not due are not asked for at all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.served import ServedSite, served, site_names
from flows.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BASE_PORT = 8500
REACH = 0.15


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    yield from figures_of(shared, scratch, site_names(shared))


def figures_of(shared: Path, scratch: Path, sites: tuple[str, ...]) -> Iterator[Figure]:
    parsed = pages = 0
    for site in sites:
        with served(shared, site, log=scratch / f"{site}.tsv", base_port=BASE_PORT) as one:
            settings = _prepare(scratch / site, one)
            first, read = _discover(settings)
            second, read_again = _discover(settings)
        pages, parsed = pages + read, parsed + read_again
        note = f"first {first:.1f} s, again {second:.1f} s, {read} pages"
        yield Figure(name=f"recheck / first crawl, {site}", value=second / first, reach=REACH, bound="most", note=note)
    yield Figure(name="bodies parsed again", value=parsed, reach=0, bound="most", note=f"of {pages}")


def _prepare(folder: Path, site: ServedSite) -> Settings:
    shutil.copytree(ROOT / "data", folder / "data")
    text = 'name = "Site"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'
    text += f'[[source]]\nkind = "site"\nstart = ["{site.start}"]\n'
    (folder / "data" / "localities" / "site.toml").write_text(text, encoding="utf-8")
    return Settings(register=folder / "var" / "register.db", data=folder / "data")


def _discover(settings: Settings) -> tuple[float, int]:
    """Seconds that the command took, and how many bodies it parsed."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", "discover", "site", "--all"]
    command += ["--register", str(settings.register), "--data", str(settings.data)]
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    seconds = time.monotonic() - began
    with settings.open_store() as store:
        counts = store.runs.latest(1)[0].counts
    return seconds, counts.get("parsed", 0)
