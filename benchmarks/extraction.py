"""Extraction measured on labelled and saved pages: `make bench-extraction`.

    python benchmarks/extraction.py --shared DIR [--only accuracy,speed,...]

One line a figure: name, value, what it has to reach, ok or short; exit 1 where one is short. Each part is a module
`benchmarks/extraction_<part>.py` with `figures(shared, scratch)`, which runs its peers in the same run.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure, report  # noqa: E402 (the checkout comes first)

PARTS = ("accuracy", "speed", "memory", "fuzz")


def measured(shared: Path, parts: tuple[str, ...]) -> Iterator[Figure]:
    for part in parts:
        print(f"# {part}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"tidiermap-{part}-") as scratch:
            yield from importlib.import_module(f"benchmarks.extraction_{part}").figures(shared, Path(scratch))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts to run, of {', '.join(PARTS)}")
    asked = parser.parse_args()
    parts = tuple(asked.only.split(","))
    if unknown := set(parts) - set(PARTS):
        parser.error(f"--only: found {', '.join(sorted(unknown))}, expected some of {', '.join(PARTS)}")
    if not (asked.shared / "gold" / "dev.jsonl").exists():
        print(
            f"bench-extraction: no labelled pages in {asked.shared}; name their folder with SHARED=...", file=sys.stderr
        )
        return 2
    return report(measured(asked.shared, parts))


if __name__ == "__main__":
    sys.exit(main())
