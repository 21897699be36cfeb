"""What one who knows which pages bear services fetches of a saved site: about the least that any order can need."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from benchmarks.focus_sites import SavedSite

_Links = dict[str, list[str]]


def fewest(site: SavedSite, enough: int) -> int:
    """Fetches from the front page on, links only, to `enough` pages that bear services.

    Each bearing page costs itself, so what is to be kept small are the others that lead to them. The next such way is
    always the one that opens most bearing pages for each bare page on it: a greedy cover, not proved to be the least.
    """
    links = {path: [target for target, _ in ways] for path, ways in site.links.items()}
    reached = _spread({"/"}, links, site.bearing, beside=set())
    while (wanted := enough - len(reached & site.bearing)) > 0:
        best, rate = set[str](), (0.0, 0)
        for way in _ways(reached, links, site.bearing):
            opened = _spread(way, links, site.bearing, beside=reached)
            bare = len(opened - site.bearing)
            found = (min(wanted, len(opened) - bare) / bare, -bare)
            if found > rate:
                best, rate = opened, found
        if not best:
            raise ValueError(f"{site.name}: found {enough - wanted} pages by links, expected {enough}")
        reached |= best
    return len(reached - site.bearing) + enough


def _spread(pages: set[str], links: _Links, bearing: frozenset[str], *, beside: set[str]) -> set[str]:
    """`pages`, and the bearing pages not in `beside` that they lead to with nothing between."""
    spread, ahead = set(pages), list(pages)
    for path in ahead:
        new = [target for target in links[path] if target in bearing and target not in beside and target not in spread]
        spread.update(new)
        ahead += new
    return spread


def _ways(reached: set[str], links: _Links, bearing: frozenset[str]) -> Iterator[set[str]]:
    """To each page that is not reached, the way there with the fewest bare pages on it."""
    before: dict[str, str] = dict.fromkeys(reached, "")
    ahead = deque(sorted(reached))
    while ahead:
        path = ahead.popleft()
        for target in links[path]:
            if target in before:
                continue
            before[target] = path
            (ahead.appendleft if target in bearing else ahead.append)(target)
            way, step = set(), target
            while step not in reached:
                way.add(step)
                step = before[step]
            yield way
