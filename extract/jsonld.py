"""Reads schema.org's JSON-LD out of a page: what it states, place by place, for a look whether the text says so too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from register.stated import Stated

MOST_NODES: Final = 300
MOST_VALUES: Final = 2000
DEEPEST: Final = 8
# Keys under which a document keeps its things: they are things of their own, not values of the one that holds them.
HOLDERS: Final = ("@graph", "itemListElement", "item", "mainEntity", "mainEntityOfPage", "subEvent", "event", "events")


def read_json_ld(scripts: Iterable[str]) -> tuple[Stated, ...]:
    """The values of the things that a page's JSON-LD describes; what is no JSON states nothing.

    `at` begins with the thing's type ("Event.startDate"); a type that ends in Event is an Event. Each thing is a
    group. No value is placed in the text yet.
    """
    stated: list[Stated] = []
    for number, (path, node) in enumerate(_things(scripts)):
        if len(stated) >= MOST_VALUES:
            break
        kind = type_of(node)
        for inner, at, value in _values(node, "", "", 0):
            stated.append(Stated(form="json-ld", path=f"{path}{inner}", at=f"{kind}{at}", value=value, group=number))
    return tuple(stated[:MOST_VALUES])


def type_of(node: Mapping[str, object]) -> str:
    """The first type of a node, without a vocabulary's address."""
    told = node.get("@type")
    names = [str(name).rsplit("/", 1)[-1] for name in (told if isinstance(told, list) else [told]) if name]
    return "Event" if any(name.endswith("Event") for name in names) else names[0] if names else "Thing"


def _things(scripts: Iterable[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    found = 0
    for number, script in enumerate(scripts):
        try:
            document = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        root = "$" if number == 0 else f"$({number})"
        for thing in _unfold(document, root, 0):
            yield thing
            found += 1
            if found >= MOST_NODES:
                return


def _unfold(document: object, path: str, depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    if depth > DEEPEST:
        return
    if isinstance(document, list):
        for n, entry in enumerate(document):
            yield from _unfold(entry, f"{path}[{n}]", depth + 1)
    elif isinstance(document, dict):
        if "@type" in document:
            yield path, document
        for key in HOLDERS:
            if isinstance(document.get(key), list | dict):
                yield from _unfold(document[key], f"{path}.{key}", depth + 1)


def _values(node: object, path: str, at: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """(path, place, value) of all plain values below a node, but for those of things that it holds."""
    if depth > DEEPEST:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            if not key.startswith("@") and key not in HOLDERS:
                yield from _values(value, f"{path}.{key}", f"{at}.{key}", depth + 1)
    elif isinstance(node, list):
        for n, value in enumerate(node):
            yield from _values(value, f"{path}[{n}]", at, depth + 1)
    elif isinstance(node, bool):
        yield path, at, "true" if node else "false"
    elif isinstance(node, str | int | float) and str(node).strip():
        yield path, at, str(node).strip()
