"""Serves the workbench over a register of hostile pages: `python -m benchmarks.hostile_served FOLDER [raw]`.

`raw` leaves out the cleaning of archived pages, so that only the policy that the browser is told stands in the way.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.hostile_register import register_in
from flows import workbench
from flows.settings import Settings
from review.serve import serve


def hand_through(body: bytes, *, content_type: str, marks: Sequence[object]) -> str:
    return body.decode("utf-8", "replace")


if __name__ == "__main__":
    if sys.argv[2:] == ["raw"]:
        workbench.render_snapshot = hand_through
    app = workbench.open_app(Settings(register=register_in(Path(sys.argv[1]))))
    serve(app, port=0, on_ready=lambda address: print(address, flush=True))
