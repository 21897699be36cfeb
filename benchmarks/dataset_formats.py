"""The formats at scale, and whether others read them: time, memory, validity, the way back.

Each format of 100,000 invented records is written in a process of its own, and so is that of 10,000: what memory grows
by between the two is what writing keeps of a record. Times are those of the processor, so that a busy machine does not
count. The peers write the very cells that ours wrote: pandas the workbook (one sheet, no looks, no links), sqlite-utils
the table of services. They and Frictionless run in an environment of their own, whose Python TIDIERMAP_PEERS names:

    python -m venv peers && peers/bin/pip install pandas openpyxl sqlite-utils frictionless

The feed is held against the rules of Open Referral UK in data/formats/oruk.csv; the published schema itself is CC BY-SA
and not among our files. TIDIERMAP_ORUK names a copy of its compiled service.json; the feed is then held against it too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jsonschema import Draft202012Validator

from benchmarks.figures import Figure
from benchmarks.formats_written import Invented
from flows.publishing.edition import make_edition
from flows.publishing.unpacking import restore
from flows.settings import Settings
from register.formats import FORMATS, write
from register.formats.oruk_rules import schema_of
from register.publishing.package import open_package
from tests.clocks import Ticking
from tests.editions import DATA, codebook, edition_of, presentation

MANY, FEW = 100_000, 10_000
SMALL = 300  # records of what is validated and taken in again
GROWTH = 1.5  # kilobytes of memory a record: the names by which a workbook is sorted, and hash tables' steps
OURS = tuple(name for name in FORMATS if name != "changes")  # compares two publications, which are both kept
WRITTEN = Path(__file__).parent / "formats_written.py"
PEERS = Path(__file__).parent / "formats_peers.py"
Told = dict[str, float]


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    told = {}
    for name in OURS:
        few = _run(sys.executable, WRITTEN, name, FEW, scratch / f"few-{name}")
        told[name] = many = _run(sys.executable, WRITTEN, name, MANY, scratch / f"many-{name}")
        grown = (many["megabytes"] - few["megabytes"]) * 1024 / (MANY - FEW)
        note = f"{many['seconds']:.0f} s, {many['megabytes']:.0f} MB peak, {many['written']:.0f} MB written"
        yield Figure(name=f"{name}_kilobytes_a_record", value=grown, reach=GROWTH, bound="most", note=note)
    yield from _beside_peers(told, scratch)
    yield from _valid(scratch)
    yield _way_back(scratch)


def _beside_peers(told: dict[str, Told], scratch: Path) -> Iterator[Figure]:
    python = os.environ.get("TIDIERMAP_PEERS", "")
    for name, peer in (("workbook", "pandas"), ("database", "sqlite-utils")):
        for unit in ("seconds", "megabytes"):
            figure = f"{name}_{unit}_of_{peer}"
            if not python:
                yield Figure(name=figure, value=0, reach=-1, bound="most", note="not measured: TIDIERMAP_PEERS")
                continue
            if unit == "seconds":
                theirs = _run(python, PEERS, peer, MANY, scratch / f"many-{name}")
            share = told[name][unit] / theirs[unit]
            note = f"ours {told[name][unit]:.0f}, {peer} {theirs[unit]:.0f} {unit}"
            yield Figure(name=f"{name}_{unit}_of_{peer}", value=share, reach=1, bound="most", note=note)


def _valid(scratch: Path) -> Iterator[Figure]:
    """How much of a small publication others refuse."""
    folder = _small(scratch)
    page = json.loads((folder / "oruk_services.json").read_text(encoding="utf-8"))
    faults = sum(1 for _ in Draft202012Validator(schema_of("page", presentation().referral)).iter_errors(page))
    yield Figure(name="oruk_faults_by_our_rules", value=faults, reach=0, bound="most", note=f"{SMALL} services")
    if schema := os.environ.get("TIDIERMAP_ORUK", ""):
        published = Draft202012Validator(json.loads(Path(schema).read_text(encoding="utf-8")))
        faults = sum(1 for service in page["contents"] for _ in published.iter_errors(service))
        yield Figure(name="oruk_faults_by_published_schema", value=faults, reach=0, bound="most")
    else:
        print("# oruk: not held against the published schema: TIDIERMAP_ORUK names no copy of it")
    python = os.environ.get("TIDIERMAP_PEERS", "")
    if not python:
        yield Figure(name="frictionless_faults", value=0, reach=-1, bound="most", note="not measured: TIDIERMAP_PEERS")
        return
    told = _run(python, PEERS, "frictionless", SMALL, folder)
    yield Figure(name="frictionless_faults", value=told["faults"], reach=0, bound="most", note=f"{SMALL} records")


def _way_back(scratch: Path) -> Figure:
    """How many files differ after a package was taken into an empty register and given out again."""
    folder, again = _small(scratch), scratch / "again"
    settings = Settings(register=scratch / "register.db", clock=Ticking())
    restore(open_package(folder), settings=settings, who="benchmark", advance=lambda name: None)
    with settings.open_store() as store:
        again.mkdir()
        edition = make_edition(store, store.publications.find("last"), data=DATA, codebook=codebook())
        names = write(edition, again, formats=OURS)
    differ = [name for name in names if (folder / name).read_bytes() != (again / name).read_bytes()]
    told = ", ".join(differ)
    return Figure(name="files_that_differ_on_the_way_back", value=len(differ), reach=0, bound="most", note=told)


def _small(scratch: Path) -> Path:
    folder = scratch / "small"
    if not folder.exists():
        folder.mkdir()
        write(replace(edition_of(tuple(Invented(SMALL))), localities={}), folder, formats=OURS)
    return folder


def _run(python: str, script: Path, name: str, count: int, folder: Path) -> Told:
    done = subprocess.run([python, script, name, str(count), folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script.name} {name}: {done.stderr[-2000:]}")
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return told
