"""The whole report of 100,000 records in 300 districts: how long it takes, and how much memory.

The register is invented, with values as real ones have them. Beside ours, in the same run, plain SQL counts the same
records by type, factor, population and the two nets for each district: the least that any report has to do.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from register.codes.codebook import read_codebook
from register.localities.locality import read_districts
from tests.mapped import DATA, Laid, lay_records
from tests.plain_counts import VIEWS

RECORDS, DISTRICTS = 100_000, 300
SECONDS, BYTES = 60.0, 1.0
SCHEMES = ("type", "factor", "population", "cisl_type", "level", "principle", "sector", "setting", "evaluation")
ITEMS = ("brief_name", "why", "what_procedures", "who_provided", "how", "where", "when_how_much", "tailoring")
ROUTES = ("web_desk", "directory", "charities", "key_informant", "web_desk; directory", "directory; charities")
COMMAND = """
import sys
from pathlib import Path
from flows.reporting.report import write_map
from flows.settings import Settings
write_map(settings=Settings(register=Path(sys.argv[1])), folder=Path(sys.argv[2]))
"""
LOOK_EACH = 0.25  # seconds between two looks at the memory


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    began = time.perf_counter()
    lay_records(scratch / "register.db", invented(RECORDS))
    print(f"#   register laid in {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    began = time.perf_counter()
    command = [sys.executable, "-c", COMMAND, str(scratch / "register.db"), str(scratch / "map")]
    gib = most_held(subprocess.Popen(command)) / 2**20
    seconds = time.perf_counter() - began
    peer = plain_seconds(scratch / "register.db")
    files = [path for path in (scratch / "map").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 2**20
    note = f"{len(files):,} files, {size:,.0f} MB; plain SQL for four of its tables {peer:.1f} s"
    yield Figure(name="size.seconds", value=seconds, reach=SECONDS, bound="most", note=note)
    note = "GiB at most, of all its processes, what they share counted once"
    yield Figure(name="size.memory", value=gib, reach=BYTES, bound="most", note=note)
    longest = max(path.stat().st_size for path in files if path.suffix == ".html" and "places" in path.parts) / 2**20
    yield Figure(name="size.longest_list", value=longest, reach=1.0, bound="most", note="MB, of a page of a list")


def most_held(process: subprocess.Popen[bytes]) -> int:
    """The most memory that a process and its children held together until they ended, in KiB; Linux tells it."""
    most = 0
    while process.poll() is None:
        most = max(most, held(process.pid))
        time.sleep(LOOK_EACH)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return most


def held(pid: int) -> int:
    try:
        own = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has just ended
        return 0
    shares = [int(line.split()[1]) for line in own.splitlines() if line.startswith("Pss:")]
    return sum(shares) + sum(held(int(child)) for child in children)


def invented(count: int) -> Iterator[Laid]:
    """Services with one or two codes of most schemes, in English districts in turn."""
    chance = random.Random(9)  # noqa: S311 (invented services)
    codebook, districts = read_codebook(DATA), [d.gss_code for d in read_districts(DATA)][:DISTRICTS]
    codes = {scheme: [code.code for code in codebook.scheme(scheme)] for scheme in SCHEMES}
    for n in range(count):
        told: dict[str, str | int | tuple[str, ...]] = {
            f"code.{scheme}": tuple(chance.sample(own, chance.choice((1, 1, 2))))
            for scheme, own in codes.items()
            if chance.random() < 0.9
        }
        wide = chance.choice(("include", "include", "exclude", "unclear"))
        told["eligibility.wide"] = wide
        told["eligibility.strict"] = "include" if wide == "include" and chance.random() < 0.5 else "exclude"
        told["eligibility.scope"] = chance.choice((*["local"] * 9, "national_reference"))
        told["fact.cost"] = chance.choice(("free", "paid", "mixed", "donation"))
        told["fact.referral"] = (chance.choice(("self", "gp", "professional")),)
        told["fact.delivery_mode"] = (chance.choice(("in_person_group", "online", "phone")),)
        told |= {f"tidier.{item}": "as it stands" for item in ITEMS if chance.random() < 0.6}
        code = districts[n % DISTRICTS]
        yield Laid(
            id=f"tm-{n:06x}",
            locality=f"place-{code.lower()}",
            gss_code=code,
            name=f"Service {n}",
            told=told,
            routes=chance.choice(ROUTES),
        )


def plain_seconds(register: Path) -> float:
    began = time.perf_counter()
    db = sqlite3.connect(register)
    db.executescript(VIEWS)
    for field in ("type", "factor", "population"):
        db.execute(
            "SELECT c.area, t.code, count(*), sum(c.wide), sum(c.strict) FROM counted c JOIN told t ON t.id = c.id "
            "WHERE t.name = ? GROUP BY 1, 2",
            [f"code.{field}"],
        ).fetchall()
    db.execute("SELECT area, count(*), sum(wide), sum(strict) FROM counted GROUP BY area").fetchall()
    db.close()
    return time.perf_counter() - began
