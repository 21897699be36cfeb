"""Finds repeated elements (cards, articles, list entries, table rows, term groups) before the walk."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from extract.elements import HIDDEN
from extract.tree import Element

REPEATABLE: Final = frozenset(("article", "div", "li", "section", "tr", "details", "fieldset", "a", "blockquote"))
INNER_BLOCKS: Final = frozenset(
    ("div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "table", "dl", "section", "article")
)


DIGITS: Final = re.compile(r"[0-9]+")
ALIKE: Final = frozenset(("li", "tr", "details", "article"))


def find_repeats(root: Element) -> dict[Element, tuple[int, int]]:
    """For each repeated element: (number, group). Numbers and groups begin at 1, in page order."""
    groups: dict[tuple[str, ...], int] = {}
    shapes: set[str] = set()
    numbers = count(1)
    found: dict[Element, tuple[int, int]] = {}
    for parent in root.descendants():
        if not parent.children or parent.name in HIDDEN or parent.name in ("nav", "select"):
            continue
        if parent.name == "dl":
            _read_terms(parent, groups, shapes, numbers, found)
            continue
        alike: dict[str, list[Element]] = {}
        for child in parent.elements():
            if child.name in REPEATABLE and _may_repeat(child):
                alike.setdefault(_shape(child), []).append(child)
        for shape, tags in alike.items():
            if len(tags) > 1 or (tags[0].name in ALIKE and shape in shapes):
                group = groups.setdefault(_signature(parent, shape), len(groups) + 1)
                shapes.add(shape)
                for tag in tags:
                    found[tag] = (next(numbers), group)
    return found


def _may_repeat(tag: Element) -> bool:
    return tag.name != "a" or any(child.name in INNER_BLOCKS for child in tag.elements())


def _shape(tag: Element) -> str:
    """How an element is built: its name and first class without digits, or the names of its children."""
    if tag.name in ALIKE:
        return tag.name
    if first := _first_class(tag):
        return f"{tag.name}.{first}"
    return f"{tag.name}({','.join(sorted({child.name for child in tag.elements()}))})"


def _first_class(tag: Element) -> str:
    """The first of its classes without digits; a class of digits alone is one all the same."""
    classes = tag.attrs.get("class", "").split(maxsplit=1)
    return (DIGITS.sub("", classes[0]) or "0") if classes else ""


def _signature(parent: Element, shape: str) -> tuple[str, ...]:
    chain: list[str] = []
    node: Element | None = parent
    while node is not None and node.parent is not None and len(chain) < 3:
        chain.append(f"{node.name}.{_first_class(node)}")
        node = node.parent
    return (*reversed(chain), shape)


def _read_terms(
    dl: Element,
    groups: dict[tuple[str, ...], int],
    shapes: set[str],
    numbers: count[int],
    found: dict[Element, tuple[int, int]],
) -> None:
    """A term with its definitions is one element; definitions after it share its number."""
    children = list(dl.elements())
    if sum(c.name == "dt" for c in children) < 2:
        return
    group = groups.setdefault(_signature(dl, "dt"), len(groups) + 1)
    shapes.add("dt")
    number, after_term = 0, False
    for child in children:
        if child.name == "dt" and not after_term:
            number = next(numbers)
        after_term = child.name == "dt"
        if number and child.name in ("dt", "dd"):
            found[child] = (number, group)
