"""Codes, verdicts, scores and the queue measured: `make bench-codes`.

    python benchmarks/codes.py --shared DIR [--only gold,charities]

One line a figure: name, value, what it has to reach, ok or short; exit 1 where one is short. `gold` draws
docs/calibration.svg anew. Each part is a module
`benchmarks/codes_<part>.py` with `figures(shared, scratch)`, which runs its peers in the same run.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.parts import run_parts

PARTS = ("gold", "charities")

if __name__ == "__main__":
    sys.exit(run_parts("codes", __doc__, parts=PARTS, needs="gold/dev.jsonl"))
