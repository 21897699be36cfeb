"""The map of what is available against what is needed, measured: `make bench-map`.

    python benchmarks/map.py --shared DIR [--only tables,recapture,size,pages]

One line a figure: name, value, what it has to reach, ok or short; exit 1 where one is short or was not measured. Each
part is a module `benchmarks/map_<part>.py` with `figures(shared, scratch)`, which runs its peers in the same run.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.parts import run_parts

PARTS = ("tables", "recapture", "size", "pages")

if __name__ == "__main__":
    sys.exit(run_parts("map", __doc__, parts=PARTS, needs="gold/dev.jsonl"))
