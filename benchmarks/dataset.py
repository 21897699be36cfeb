"""Whether the dataset stays true, measured: `make bench-dataset`.

    python benchmarks/dataset.py --shared DIR [--only replays,renames,faults,matching,kills,formats]

One line a figure: name, value, what it has to reach, ok or short; exit 1 where one is short or was not measured. Each
part is a module `benchmarks/dataset_<part>.py` with `figures(shared, scratch)`, which runs its peers in the same run.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.parts import run_parts

PARTS = ("replays", "renames", "faults", "matching", "kills", "formats")

if __name__ == "__main__":
    sys.exit(run_parts("dataset", __doc__, parts=PARTS, needs="sites/manifest.csv"))
