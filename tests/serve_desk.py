"""Serves the review application over a seeded register in a process: `python -m tests.serve_desk FOLDER`."""

import sys
from pathlib import Path

from register.store import utc_now
from review.app import create_app
from review.serve import serve
from tests.seeding import Desk, highlight

RAW = b"<!--as it came-->"


def show(body: bytes, *, content_type: str, marks) -> str:
    """Hands pages that begin with RAW through unsanitised, as if every cleaning had failed."""
    return body.decode() if body.startswith(RAW) else highlight(body, content_type=content_type, marks=marks)


if __name__ == "__main__":
    desk = Desk(Path(sys.argv[1]), clock=utc_now, show=show)
    serve(create_app(desk.settings), port=0, on_ready=lambda address: print(address, flush=True))  # noqa: T201 (to the test)
