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
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from register.formats import write
from register.models import ServiceRecord
from tests.editions import THEN, TOLD, edition_of, record_of

LOCALITIES, KINDS = 40, 350
GONE = 50  # every so many records a tombstone
POSTCODES = ("OL16 1AB", "M1 1AE", "BS1 4DJ", "WF1 2EB", "L20 3DL")


@dataclass(frozen=True)
class Invented:
    """So many records, made anew each time that they are gone through, of a few hundred kinds."""

    count: int

    def __iter__(self) -> Iterator[ServiceRecord]:
        for number in range(1, self.count + 1):
            one = replace(
                self.kinds[number % KINDS],
                id=f"tm-{number:08d}",
                locality=f"district-{number % LOCALITIES}",
                name=f"Service {number * 7919 % self.count}",
                page_url=f"https://pals.example/{number}?a=1&b=2",
            )
            yield one if number % GONE else replace(one, withdrawn_at=THEN)

    @cached_property
    def kinds(self) -> list[ServiceRecord]:
        return [_kind(number) for number in range(KINDS)]


def _kind(number: int) -> ServiceRecord:
    words = f"Group {number} brings people together to pot seedlings, drink tea and talk. "
    told = TOLD | {
        "tidier.what_procedures": words * 3,
        "fact.postcodes": (POSTCODES[number % 5],),
        "fact.cost": ("free", "paid", "donation")[number % 3],
    }
    return record_of(number, days=number * 2, told=told)


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
