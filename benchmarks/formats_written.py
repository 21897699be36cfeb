"""Writes one format of an invented dataset in a process of its own; tells its seconds and peak memory as JSON.

    python benchmarks/formats_written.py FORMAT RECORDS FOLDER

Records are invented as they are asked for, so that what is measured is what writing keeps.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from register.formats import write
from register.models import ServiceRecord
from tests.editions import THEN, TOLD, edition_of, record_of

LOCALITIES = 40
GONE = 50  # every so many records a tombstone
POSTCODES = ("OL16 1AB", "M1 1AE", "BS1 4DJ", "WF1 2EB", "L20 3DL")


@dataclass(frozen=True, slots=True)
class Invented:
    """So many records, made anew each time that they are gone through."""

    count: int

    def __iter__(self) -> Iterator[ServiceRecord]:
        for number in range(1, self.count + 1):
            name = f"Service {number * 7919 % self.count}"
            told = TOLD | {
                "tidier.brief_name": name,
                "tidier.what_procedures": f"{name} brings people together to pot seedlings, drink tea and talk. " * 3,
                "fact.postcodes": (POSTCODES[number % 5],),
                "fact.cost": ("free", "paid", "donation")[number % 3],
            }
            place = f"district-{number % LOCALITIES}"
            record = record_of(number, locality=place, days=number % 700, told=told)
            yield record if number % GONE else replace(record, withdrawn_at=THEN)


def main(name: str, count: int, folder: Path) -> None:
    localities = {f"district-{n}": f"District {n}" for n in range(LOCALITIES)}
    edition = replace(edition_of(()), records=Invented(count), localities=localities)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    names = write(edition, folder, formats=(name,))
    told = {
        "seconds": time.process_time() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "written": sum((folder / one).stat().st_size for one in names) / 1e6,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
