"""A loopback site of any number of made-up pages, in a process of its own, for speed and memory.

python benchmarks/endless.py PORT PAGES
"""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

FANOUT = 10  # children of a page
MENU = 30
_TEXT = (
    "gentle exercise group meets every week in the hall for adults who feel lonely or low tea and cake are free please "
    "ring us before you come for the first time bring comfortable shoes our volunteers will welcome you at the door "
    "carers and friends may stay the room has level access parking is behind the library buses stop outside"
)
WORDS = _TEXT.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    start: str
    pages: int


@contextmanager
def generated(pages: int, *, port: int) -> Iterator[Generated]:
    """Serve `pages` pages until the block ends; page n links to its ten children and to a menu of thirty."""
    process = subprocess.Popen([sys.executable, __file__, str(port), str(pages)])
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Generated(start=f"http://127.0.0.1:{port}/", pages=pages)
    finally:
        process.terminate()
        process.wait(10)


def path_of(number: int) -> str:
    return f"/groups/area-{number % 40}/group-{number}/" if number else "/"


def page(number: int, pages: int) -> bytes:
    chance = random.Random(number)  # noqa: S311 (made up, and the same each time)
    text = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60))}.</p>" for _ in range(12))
    children = range(number * FANOUT + 1, min(number * FANOUT + FANOUT + 1, pages))
    links = "".join(f"<li><a href='{path_of(n)}'>Group {n}, Tuesdays</a></li>" for n in children)
    menu = "".join(f"<li><a href='{path_of(n)}'>Menu {n}</a></li>" for n in range(min(MENU, pages)))
    title = f"Group {number}"
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><h1>{title}</h1>{text}<h2>More</h2><ul>{links}</ul></main>"
        "<footer><p>Ring 01632 960000</p></footer></body></html>"
    ).encode()


def serve(port: int, pages: int) -> None:
    """A server as small as can be, so that not the server is measured: HTTP/1.1, keep-alive, GET."""
    import asyncio

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                status, kind, body = respond(path, pages)
                writer.write(
                    f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def respond(path: str, pages: int) -> tuple[int, str, bytes]:
    if path == "/robots.txt":
        return 200, "text/plain", b"User-agent: *\nDisallow: /admin/\n"
    number = int(path.rstrip("/").rpartition("-")[2]) if path != "/" else 0
    if path != path_of(number) or number >= pages:
        return 404, "text/html", b"<h1>Not found</h1>"
    return 200, "text/html; charset=utf-8", page(number, pages)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
