"""Serves the workbench over a register of hostile pages: `python -m benchmarks.hostile_served FOLDER [raw]`.

`raw` leaves out the cleaning of archived pages, so that only the policy that the browser is told stands in the way.
Everything that it is asked stands in FOLDER/asked.log, a line each: the method, and the address with its query.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.hostile_register import asked_of, register_in
from flows import workbench
from flows.settings import Settings
from review.serve import serve


def hand_through(body: bytes, *, content_type: str, marks: Sequence[object]) -> str:
    return body.decode("utf-8", "replace")


class Noted:
    """The application, with everything that it is asked noted in `log`."""

    def __init__(self, app: ASGIApp, log: Path) -> None:
        self.app, self.log = app, log.open("a", encoding="utf-8", buffering=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode("latin-1")
        print(scope.get("method", scope["type"]), scope["path"] + (f"?{query}" if query else ""), file=self.log)
        await self.app(scope, receive, send)


if __name__ == "__main__":
    if sys.argv[2:] == ["raw"]:
        workbench.render_snapshot = hand_through
    folder = Path(sys.argv[1])
    app = Noted(workbench.open_app(Settings(register=register_in(folder))), asked_of(folder))
    serve(app, port=0, on_ready=lambda address: print(address, flush=True))
