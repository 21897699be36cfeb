"""The tags of a listing's entries: lists of short links that stand inside an entry and say what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from extract.segments import Entry
from register.models import Page, Passage


def entry_tags(page: Page, entries: Sequence[Entry], links: Sequence[Passage]) -> list[list[Passage]]:
    """For each entry those `links` that stand in an element that holds this entry and no other.

    Elements built like that one must hold other entries: what holds an entry alone may hold the page's menu with it.
    """
    outer = {container.number: container.inside for container in page.containers}
    group = {container.number: container.group for container in page.containers}
    holders = [set.intersection(*(_around(p.container, outer) for p in entry.passages)) for entry in entries]
    held = Counter(number for numbers in holders for number in numbers)
    alone = {number: n for n, numbers in enumerate(holders) for number in numbers if held[number] == 1}
    alike = Counter(group[number] for number in alone)
    tags: list[list[Passage]] = [[] for _ in entries]
    for link in links:
        around = _around(link.container, outer)
        owner = next((alone[number] for number in around if number in alone and alike[group[number]] > 1), None)
        if owner is not None:
            tags[owner].append(link)
    return tags


def _around(container: int, outer: Mapping[int, int]) -> set[int]:
    """An element and those around it; none for a line that stands in none of the page's repeated elements."""
    found: set[int] = set()
    while container and container not in found:
        found.add(container)
        container = outer.get(container, 0)
    return found
