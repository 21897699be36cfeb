"""Serves the review application with uvicorn, on loopback unless told otherwise."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from register.errors import TidiermapError

GRACE = 5  # seconds for open requests when the server is stopped


def serve(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int, on_ready: Callable[[str], None], behind_proxy: bool = False
) -> None:
    """Serves until interrupted. `port` 0 takes a free one; `on_ready` is told the address once it answers.

    `behind_proxy` believes what a server on the same machine says of who asks (X-Forwarded-For).

    Raises TidiermapError where nobody can listen there.
    """
    with _listen(host, port) as listener:
        bound_port = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host

        class ReadyServer(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets=sockets)
                if self.started:
                    on_ready(f"http://{shown}:{bound_port}/")

        config = uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            proxy_headers=behind_proxy,
            timeout_graceful_shutdown=GRACE,
            lifespan="off",
        )
        with suppress(KeyboardInterrupt):  # which uvicorn raises again once it has shut down in order
            ReadyServer(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TidiermapError(
            f"{host}:{port}: found {str(error.strerror or error).lower()}, expected a free port (--port)"
        ) from error
    return listener
