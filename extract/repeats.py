"""Finds repeated elements (cards, articles, list entries, table rows, term groups) before the walk."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

from extract.elements import HIDDEN

REPEATABLE: Final = frozenset(("article", "div", "li", "section", "tr", "details", "fieldset", "a", "blockquote"))
INNER_BLOCKS: Final = frozenset(
    ("div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "table", "dl", "section", "article")
)


def find_repeats(soup: BeautifulSoup) -> dict[int, tuple[int, int]]:
    """For each repeated element, by its id(): (number, group). Numbers and groups begin at 1, in page order."""
    groups: dict[tuple[str, ...], int] = {}
    numbers = count(1)
    found: dict[int, tuple[int, int]] = {}
    for parent in soup.find_all(True):
        if parent.name in HIDDEN or parent.name in ("nav", "select"):
            continue
        if parent.name == "dl":
            _read_terms(parent, groups, numbers, found)
            continue
        alike: dict[str, list[Tag]] = defaultdict(list)
        for child in parent.children:
            if isinstance(child, Tag) and child.name in REPEATABLE and _may_repeat(child):
                alike[_shape(child)].append(child)
        for shape, tags in alike.items():
            if len(tags) > 1 or (tags[0].name in ("li", "tr", "article", "details") and shape in _shapes(groups)):
                group = groups.setdefault(_signature(parent, shape), len(groups) + 1)
                for tag in tags:
                    found[id(tag)] = (next(numbers), group)
    return found


def _shapes(groups: dict[tuple[str, ...], int]) -> set[str]:
    return {key[-1] for key in groups}


def _may_repeat(tag: Tag) -> bool:
    if tag.name == "a":
        return any(isinstance(child, Tag) and child.name in INNER_BLOCKS for child in tag.children)
    return True


def _shape(tag: Tag) -> str:
    """How an element is built: its name and first class without digits, or the names of its children."""
    classes = tag.get("class")
    if tag.name in ("li", "tr", "details", "article"):
        return tag.name
    if classes:
        first = classes[0] if isinstance(classes, list) else str(classes)
        return f"{tag.name}.{re.sub(r'[0-9]+', '', first)}"
    inside = sorted({child.name for child in tag.children if isinstance(child, Tag)})
    return f"{tag.name}({','.join(inside)})"


def _signature(parent: Tag, shape: str) -> tuple[str, ...]:
    chain: list[str] = []
    node: Tag | None = parent
    while node is not None and node.name != "[document]" and len(chain) < 3:
        classes = node.get("class")
        first = classes[0] if isinstance(classes, list) and classes else ""
        chain.append(f"{node.name}.{re.sub(r'[0-9]+', '', first)}")
        node = node.parent
    return (*reversed(chain), shape)


def _read_terms(
    dl: Tag, groups: dict[tuple[str, ...], int], numbers: count[int], found: dict[int, tuple[int, int]]
) -> None:
    """A term with its definitions is one element; definitions after it share its number."""
    children = [c for c in dl.children if isinstance(c, Tag)]
    if sum(c.name == "dt" for c in children) < 2:
        return
    group = groups.setdefault(_signature(dl, "dt"), len(groups) + 1)
    number, after_term = 0, False
    for child in children:
        if child.name == "dt" and not after_term:
            number = next(numbers)
        after_term = child.name == "dt"
        if number and child.name in ("dt", "dd"):
            found[id(child)] = (number, group)
