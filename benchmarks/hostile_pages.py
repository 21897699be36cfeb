"""Some two hundred pages that want to do harm, of our own making: each tries one thing in one place.

Nothing of them is copied from a site; what they try stands in benchmarks/hostile_attacks.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from json import dumps

from benchmarks.hostile_attacks import (
    ADDRESSES,
    BYTES,
    EVENTS,
    FOREIGN,
    FORMS,
    MUTATING,
    NAMES,
    REQUESTS,
    RUN,
    SCRIPTS,
)

HTML = "text/html"
MARK = "pNUMBER"  # stands for the page's number while it is made
WORDS = "Heron Loft meets every Tuesday at 2pm. People who live alone mend kites together. It costs nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class HostilePage:
    """`words` stand on the page as text, whatever else happens, and are quoted as evidence and as the name."""

    kind: str
    body: bytes
    content_type: str = HTML
    words: str = WORDS


def hostile_pages(trap: str) -> Iterator[HostilePage]:
    """All of them, with the trap server's address (`http://127.0.0.1:port`) in; the Nth asks it for /pN/..."""
    for number, page in enumerate(_pages(f"{trap}/{MARK}")):
        yield replace(
            page,
            body=page.body.replace(MARK.encode(), f"p{number}".encode()),
            words=page.words.replace(MARK, f"p{number}"),
        )


def _pages(trap: str) -> Iterator[HostilePage]:
    groups = {
        "script": SCRIPTS,
        "event": EVENTS,
        "foreign": FOREIGN,
        "mutation": MUTATING,
        "address": ADDRESSES,
        "request": REQUESTS,
        "form": FORMS,
    }
    for name, attacks in groups.items():
        for number, attack in enumerate(attacks):
            body = _filled(_page(attack, place=number), trap)
            yield HostilePage(kind=f"{name} {number}", body=body.encode("utf-8", "surrogatepass"))
    for number, raw in enumerate(BYTES):
        body = f"<title>Heron Loft</title><p>{WORDS}</p>".encode() + _filled(raw.decode("latin-1"), trap).encode(
            "latin-1"
        )
        yield HostilePage(kind=f"bytes {number}", body=body, content_type="text/html" if number % 2 else "")
    for number, name in enumerate(NAMES):
        words = f"{_filled(name, trap)} Heron Loft."
        yield HostilePage(kind=f"name {number}", body=_told(words).encode(), words=" ".join(words.split()))


def _filled(text: str, trap: str) -> str:
    host = trap.partition("//")[2]
    return text.replace("RUN", RUN).replace("TRAPHOST", host).replace("TRAP", trap)


def _page(attack: str, *, place: int) -> str:
    """The attack in another place of the page each time: head, heading, cell, list, quote or the very end."""
    places = (
        "<head>{}</head><body><h1>Heron Loft</h1><p>{}</p>",
        "<body><p>{1}</p>{0}",
        "<body><h1>Heron {0} Loft</h1><p>{1}</p>",
        "<body><table><tr><td>{0}</td><td>{1}</td></tr></table>",
        "<body><ul><li>{0}</li></ul><p>{1}</p>",
        "<body><article><p>{1}</p><div>{0}</div></article></body></html>{0}",
    )
    return "<!doctype html><html><title>Heron Loft</title>" + places[place % len(places)].format(attack, WORDS)


def _told(words: str) -> str:
    """A page that says these words in its title, heading and linked data, properly escaped."""
    said = escape(words)
    data = dumps({"@type": "Event", "name": words, "description": words}).replace("</", "<\\/")
    return (
        f'<!doctype html><title>{said}</title><meta name="description" content="{said}">'
        f'<script type="application/ld+json">{data}</script><h1>{said}</h1><p>{said} {WORDS}</p>'
    )
