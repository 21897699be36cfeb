"""Runs the parts of a benchmark: part P of benchmark B is the module `benchmarks/B_P.py`, with `figures`."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figures import Figure, report


def run_parts(benchmark: str, doc: str, *, parts: tuple[str, ...], needs: str) -> int:
    """Prints the figures of the parts that the command line asks for; gives the exit code: 0 where all reach, 1 where
    one is short or a part was not measured because its module is not there, 2 where the file `needs` is not below the
    folder that --shared names."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--only", default=",".join(parts), help=f"parts to run, of {', '.join(parts)}")
    asked = parser.parse_args()
    chosen = tuple(asked.only.split(","))
    if unknown := set(chosen) - set(parts):
        parser.error(f"--only: found {', '.join(sorted(unknown))}, expected some of {', '.join(parts)}")
    if not (asked.shared / needs).exists():
        missing = f"found no {needs} in {asked.shared}, expected the folder of saved pages (SHARED=...)"
        print(f"bench-{benchmark}: {missing}", file=sys.stderr)
        return 2
    absent = tuple(part for part in chosen if find_spec(f"benchmarks.{benchmark}_{part}") is None)
    worst = report(_measured(benchmark, asked.shared, tuple(part for part in chosen if part not in absent)))
    for part in absent:
        print(f"# {part}: not measured: found no benchmarks/{benchmark}_{part}.py, expected the module of this part")
    return 1 if absent else worst


def _measured(benchmark: str, shared: Path, parts: tuple[str, ...]) -> Iterator[Figure]:
    for part in parts:
        print(f"# {part}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"tidiermap-{part}-") as scratch:
            yield from importlib.import_module(f"benchmarks.{benchmark}_{part}").figures(shared, Path(scratch))
