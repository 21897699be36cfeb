"""The reviewers' workbench measured: `make bench-review`.

    python benchmarks/review.py --shared DIR [--only speed,together,hostile,pages,queue,pairs,public]

One line a figure: name, value, what it has to reach, ok or short; exit 1 where one is short. Each part is a module
`benchmarks/review_<part>.py` with `figures(shared, scratch)`, which runs its peers in the same run.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.parts import run_parts

PARTS = ("speed", "together", "hostile", "pages", "queue", "pairs", "public")

if __name__ == "__main__":
    sys.exit(run_parts("review", __doc__, parts=PARTS, needs="gold/dev.jsonl"))
