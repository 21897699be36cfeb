"""The order of a crawl: visits that wait, host by host, the most promising of each host first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count

from crawlers.learning import Learning, shape_of
from crawlers.visits import Visit
from register.hosts import host_of

_MOST_SHAPES = 256  # of addresses on one host that are told apart; the rest share one
_OTHER_SHAPES, _ONE_SHAPE = "/…", "/"


class Turn(IntEnum):
    """What goes before what, whatever the scores."""

    START = 0  # start addresses, sitemaps, robots.txt: everything else hangs on them
    KNOWN = 1  # pages that a former crawl got: are they still true?
    NEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A visit that waits, with the score of the link that led to it (0-1)."""

    visit: Visit
    prior: float


@dataclass(slots=True)
class HostQueue:
    """What waits for one host. `asked` counts the new pages that were handed out, `in_flight` visits whose answer has
    not been read yet."""

    learning: Learning = field(default_factory=Learning)
    first: list[tuple[int, float, int, Visit]] = field(default_factory=list)
    by_shape: dict[str, list[tuple[float, int, Visit]]] = field(default_factory=dict)
    waiting: int = 0
    asked: int = 0
    in_flight: int = 0

    def best_shape(self) -> tuple[str, float]:
        scores = ((shape, self.learning.score(shape, -heap[0][0])) for shape, heap in self.by_shape.items())
        return max(scores, key=lambda pair: (pair[1], -self.by_shape[pair[0]][0][1]))

    def top(self) -> float:
        """The score of what would be handed out next; above 1 for what has to go first."""
        return 2.0 if self.first else self.best_shape()[1]


class VisitQueue:
    """Holds visits and hands them out: in their order of coming (`breadth`), or best first."""

    def __init__(self, *, breadth: bool = False) -> None:
        self._breadth, self._number = breadth, count()
        self.hosts: dict[str, HostQueue] = {}

    def learning(self, url: str) -> Learning:
        return self._host(url).learning

    def add(self, visit: Visit, *, prior: float, turn: Turn = Turn.NEW) -> None:
        """Queue a visit; `prior` is the score of its link."""
        host, number = self._host(visit.url), next(self._number)
        host.waiting += 1
        if turn is not Turn.NEW:
            heapq.heappush(host.first, (turn, -prior, number, visit))
        else:
            shape = _ONE_SHAPE if self._breadth else shape_of(visit.url)
            prior = -float(visit.depth) if self._breadth else prior
            if shape not in host.by_shape and len(host.by_shape) >= _MOST_SHAPES:
                shape = _OTHER_SHAPES
            heapq.heappush(host.by_shape.setdefault(shape, []), (-prior, number, visit))

    def next(self, *, open_to: Callable[[str, HostQueue], bool], most_in_flight: int) -> Waiting | None:
        """The next visit to ask for, of a host that is `open_to` more and has fewer than `most_in_flight` under way."""
        free = [
            (host, name)
            for name, host in self.hosts.items()
            if host.waiting and host.in_flight < most_in_flight and open_to(name, host)
        ]
        if not free:
            return None
        host = free[0][0] if len(free) == 1 else min(free, key=lambda one: (one[0].in_flight, -one[0].top()))[0]
        host.waiting -= 1
        if host.first:
            _, prior, _, visit = heapq.heappop(host.first)
            return Waiting(visit=visit, prior=-prior)
        shape, _ = host.best_shape()
        prior, _, visit = heapq.heappop(host.by_shape[shape])
        if not host.by_shape[shape]:
            del host.by_shape[shape]
        return Waiting(visit=visit, prior=-prior)

    def begin(self, visit: Visit) -> None:
        self._host(visit.url).in_flight += 1

    def end(self, visit: Visit) -> None:
        self._host(visit.url).in_flight -= 1

    def left(self) -> Iterator[Waiting]:
        """All that still waits, in no order."""
        for host in self.hosts.values():
            for _, prior, _, visit in host.first:
                yield Waiting(visit=visit, prior=-prior)
            for heap in host.by_shape.values():
                yield from (Waiting(visit=visit, prior=max(0.0, -prior)) for prior, _, visit in heap)

    def __len__(self) -> int:
        return sum(host.waiting for host in self.hosts.values())

    def _host(self, url: str) -> HostQueue:
        return self.hosts.setdefault(host_of(url), HostQueue())
