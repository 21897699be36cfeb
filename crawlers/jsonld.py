"""Links that a page names in its JSON-LD alone: entries of a list, events and places with an address of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]  # lxml ships no types

from crawlers.visits import MOST_WORDS, Link

_SCRIPTS = XPath("//script[contains(@type, 'ld+json')]/text()", smart_strings=False)
_MOST_LINKS = 500
_DEEPEST = 8
# Things that may have a page; a site names its own front page in WebSite, Organization and BreadcrumbList.
_NOT_FOLLOWED = frozenset(
    {"WebSite", "WebPage", "Organization", "BreadcrumbList", "ImageObject", "Person", "SearchAction"}
)


def json_ld_links(root: _Element) -> Iterator[Link]:
    """A link for each thing with a `url`, its name for an anchor; none where there is no JSON-LD that can be read."""
    found = 0
    for script in _SCRIPTS(root):
        try:
            document = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for link in _links(document, 0):
            found += 1
            if found > _MOST_LINKS:
                return
            yield link


def _links(node: object, depth: int) -> Iterator[Link]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _links(one, depth + 1)
    elif isinstance(node, dict):
        told = node.get("@type")
        kinds = {str(kind).rsplit("/", 1)[-1] for kind in (told if isinstance(told, list) else [told]) if kind}
        url, item = node.get("url"), node.get("item")
        if "BreadcrumbList" in kinds:
            return
        if kinds and not kinds & _NOT_FOLLOWED:
            for address in (url, item):
                if isinstance(address, str) and address.strip():
                    yield Link(url=address.strip(), anchor=str(node.get("name") or "")[:MOST_WORDS])
        for value in node.values():
            if isinstance(value, list | dict):
                yield from _links(value, depth + 1)
