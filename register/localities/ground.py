"""Where people live, by squares of a kilometre: the ground of the public map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from register.datafile import DataModel, read_csv
from register.errors import ConfigError

RUN = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?")
MOST_ACROSS = 60  # squares of a picture; where more would fit, they are made larger
KM = 1000
Square = tuple[int, int, int, int]  # west, south, width, height; metres


class GroundRow(DataModel):
    """A row of `ground.csv`: the squares lived in at so many kilometres north, as runs of kilometres east."""

    north: int
    east: str


@dataclass(frozen=True, slots=True)
class Ground:
    rows: Mapping[int, tuple[tuple[int, int], ...]]

    def squares(self, west: float, south: float, span: float) -> Iterator[Square]:
        """The squares lived in of a square part of the country, those side by side as one; metres."""
        step = max(1, -(-int(span) // (MOST_ACROSS * KM)))
        first, last = int(west) // KM // step, int(west + span) // KM // step
        for north in range(int(south) // KM // step, int(south + span) // KM // step + 1):
            rows = (self.rows.get(row, ()) for row in range(north * step, (north + 1) * step))
            near = [(a // step, b // step) for runs in rows for a, b in runs]
            for a, b in _joined([(max(a, first), min(b, last)) for a, b in near if a <= last and b >= first]):
                yield a * step * KM, north * step * KM, (b - a + 1) * step * KM, step * KM


def _joined(runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = None, -2
    for a, b in sorted(runs):
        if start is not None and a > end + 1:
            yield start, end
            start = None
        start, end = (a, b) if start is None else (start, max(end, b))
    if start is not None:
        yield start, end


def read_ground(data: Path) -> Ground:
    """Raises ConfigError for a row whose squares are no runs of kilometres."""
    path = data / "public" / "ground.csv"
    rows: dict[int, tuple[tuple[int, int], ...]] = {}
    for number, row in enumerate(read_csv(GroundRow, path), 2):
        found = [RUN.fullmatch(run) for run in row.east.split()]
        runs = tuple((int(run[1]), int(run[2] or run[1])) for run in found if run)
        if len(runs) < len(found) or any(a > b for a, b in runs):
            raise ConfigError(f"{path}:{number}", "east", row.east, "runs of kilometres such as 390-394 401")
        rows[row.north] = runs
    return Ground(rows)
