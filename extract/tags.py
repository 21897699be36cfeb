"""The tags of a listing's entries: lists of short links that stand inside an entry and say what it is about."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence

from extract.segments import Entry
from register.models import Page, Passage


def entry_tags(page: Page, entries: Sequence[Entry], links: Sequence[Passage]) -> list[list[Passage]]:
    """For each entry those `links` that are its own: between its lines, or in an element that holds no other entry."""
    outer = {container.number: container.inside for container in page.containers}
    holders = [set.intersection(*(_around(p.container, outer) for p in entry.passages)) for entry in entries]
    held = Counter(number for numbers in holders for number in numbers)
    holds = {number: n for n, numbers in enumerate(holders) for number in numbers if held[number] == 1}
    order = sorted(range(len(entries)), key=lambda n: entries[n].passages[0].start)
    starts = [entries[n].passages[0].start for n in order]
    tags: list[list[Passage]] = [[] for _ in entries]
    for link in links:
        owner = next((holds[number] for number in _around(link.container, outer) if number in holds), None)
        at = bisect_right(starts, link.start) - 1
        if owner is None and at >= 0 and link.end <= entries[order[at]].passages[-1].end:
            owner = order[at]
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
