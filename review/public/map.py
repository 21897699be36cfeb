"""The map as a picture made here: dots and clusters that are links, place names, a scale; no tile from anywhere."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from register.counts import plural
from register.localities.ground import Ground
from register.localities.outlines import Ring
from register.public.rules import Landmark
from register.store.publishing.public import Listed
from review.public.query import Box

SIZE = 480  # units of the picture, both ways
CELL = 26  # units: services within such a square are one dot from the start
APART = 3  # units between two dots; what is closer is one
LEAST_SPAN = 1_600  # metres that the picture shows at least
MARGIN = 0.08  # of the span, around what is shown
SCALES = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)  # miles
MILE = 1609.344  # metres
MOST_NAMES = 14  # of places
TOWN = 50_000  # people, from which a name is written larger
LETTER, LINE = 8.0, 16.0  # units that a letter is wide, and a line high
TARGET = 13  # units around a dot that are its link's
MOST_LINES = 60_000  # points of an outline that are drawn
NAMED = 5  # services that a cluster's title names

_Member = tuple[int, int, Listed]  # east, north and the service that is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What of the country is shown: a square, metres on the National Grid."""

    west: float
    south: float
    span: float

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Where a point lies in the picture, from its upper left."""
        scale = SIZE / self.span
        return (east - self.west) * scale, SIZE - (north - self.south) * scale

    def box(self) -> Box:
        return (
            math.floor(self.west),
            math.floor(self.south),
            math.ceil(self.west + self.span),
            math.ceil(self.south + self.span),
        )

    def moved(self, right: float, up: float, zoom: float = 1.0) -> Frame:
        """The frame beside this one (in parts of its span), or nearer (`zoom` below 1) to its middle."""
        span = self.span * zoom
        west = self.west + (self.span - span) / 2 + right * self.span
        return Frame(west=west, south=self.south + (self.span - span) / 2 + up * self.span, span=span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One service, or several that stand close; `address` leads to the service, or to the part of the map with them."""

    x: float
    y: float
    radius: float
    count: int
    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    x: float
    y: float
    words: str
    big: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`paths` are outlines and `lived_in` where people live (SVG path data), `here` where the visitor's postcode lies;
    the scale is a bar of so many units with its words."""

    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    paths: tuple[str, ...]
    lived_in: str
    here: tuple[float, float] | None
    bar: float
    scale: str
    frame: Frame


def frame_of(points: Sequence[tuple[float, float]], *, box: Box | None = None) -> Frame | None:
    """The square around these points, or around `box`; None where there is nothing to frame."""
    if box:
        corners: Sequence[tuple[float, float]] = ((box[0], box[1]), (box[2], box[3]))
    elif points:
        corners = points
    else:
        return None
    west, east = min(e for e, _ in corners), max(e for e, _ in corners)
    south, north = min(n for _, n in corners), max(n for _, n in corners)
    span = max(east - west, north - south) * (1 if box else 1 + 2 * MARGIN)
    span = max(span, LEAST_SPAN if not box else 100)
    return Frame(west=(west + east - span) / 2, south=(south + north - span) / 2, span=span)


def draw(
    services: Iterable[Listed],
    frame: Frame,
    *,
    zoom: Callable[[Box], str],
    rings: Sequence[Ring],
    landmarks: Iterable[Landmark],
    ground: Ground,
    here: tuple[int, int] | None,
) -> Picture:
    """The picture of these services; `zoom` gives the address that shows a part of the map."""
    dots = tuple(sorted(_dots(services, frame, zoom), key=lambda dot: (-dot.y, dot.x)))
    miles = max((s for s in SCALES if s * MILE <= frame.span / 3), default=SCALES[0])
    x, y = frame.place(*here) if here else (-1.0, -1.0)
    return Picture(
        dots=dots,
        labels=tuple(_labels(landmarks, frame, dots)),
        lived_in="".join(_square(square, frame) for square in ground.squares(frame.west, frame.south, frame.span)),
        paths=tuple(_path(ring, frame) for ring in rings),
        here=(x, y) if 0 <= x <= SIZE and 0 <= y <= SIZE else None,
        bar=miles * MILE / frame.span * SIZE,
        scale=f"{miles:g} mile{'' if miles <= 1 else 's'}",
        frame=frame,
    )


class _Heap:
    """Services that stand close together: sums of their places in the picture, and each with where it lies."""

    def __init__(self, x: float, y: float, members: list[_Member]) -> None:
        """`x` and `y` are the sums of the members' places."""
        self.x, self.y, self.members = x, y, members
        self.numbers = {one.n for _, _, one in members}
        self._draw()

    def add(self, other: _Heap) -> None:
        self.x, self.y = self.x + other.x, self.y + other.y
        self.members += other.members
        self.numbers |= other.numbers
        self._draw()

    def _draw(self) -> None:
        """Middle and radius."""
        many, count = len(self.members), len(self.numbers)
        radius = 7 if count == 1 else min(9 + 4 * math.log10(count), 20)
        self.drawn = (self.x / many, self.y / many, radius)


def _dots(services: Iterable[Listed], frame: Frame, zoom: Callable[[Box], str]) -> Iterable[Dot]:
    for heap in _apart([_heap(members, frame) for members in _cells(services, frame).values()]):
        yield _dot(heap, zoom)


def _cells(services: Iterable[Listed], frame: Frame) -> dict[tuple[float, float], list[_Member]]:
    """The services' places in the frame, by square of the picture."""
    cells: dict[tuple[float, float], list[_Member]] = defaultdict(list)
    west, south, side = frame.west, frame.south, frame.span * CELL / SIZE
    last_east, last_north = west + frame.span, south + frame.span
    for one in services:
        for east, north in one.points:
            if west <= east <= last_east and south <= north <= last_north:
                cells[(east - west) // side, (north - south) // side].append((east, north, one))
    return cells


def _heap(members: list[_Member], frame: Frame) -> _Heap:
    many = len(members)
    easts, norths, _ = zip(*members, strict=True)
    x, y = frame.place(sum(easts) / many, sum(norths) / many)
    return _Heap(x * many, y * many, members)


def _apart(heaps: list[_Heap]) -> list[_Heap]:
    """The heaps, those that would touch made one, until none touch."""
    while True:
        kept: list[_Heap] = []
        for heap in sorted(heaps, key=lambda h: -len(h.members)):
            near = next((k for k in kept if _touch(k, heap)), None)
            if near is None:
                kept.append(heap)
            else:
                near.add(heap)
        if len(kept) == len(heaps):
            return kept
        heaps = kept


def _touch(one: _Heap, other: _Heap) -> bool:
    (x, y, radius), (x2, y2, radius2) = one.drawn, other.drawn
    room = max(radius + radius2 + APART, 2 * TARGET)
    return abs(x - x2) < room and abs(y - y2) < room and math.hypot(x - x2, y - y2) < room


def _dot(heap: _Heap, zoom: Callable[[Box], str]) -> Dot:
    x, y, radius = heap.drawn
    count = len(heap.numbers)
    if count == 1:
        only = heap.members[0][2]
        return Dot(x=x, y=y, radius=radius, count=1, title=only.name, address=f"/services/{only.id}")
    names = _first_names(heap)
    more = f" and {count - NAMED} more" if count > NAMED else ""
    return Dot(
        x=x,
        y=y,
        radius=radius,
        count=count,
        title=f"{plural(count, 'service')}: {', '.join(names)}{more}",
        address=zoom(_around(heap)),
    )


def _first_names(heap: _Heap) -> list[str]:
    named: dict[int, str] = {}
    for _, _, one in heap.members:
        named[one.n] = one.name
        if len(named) == NAMED:
            break
    return list(named.values())


def _around(heap: _Heap) -> Box:
    """A box around the heap's services, with room at its sides."""
    easts, norths, _ = zip(*heap.members, strict=True)
    west, south, east, north = min(easts), min(norths), max(easts), max(norths)
    room = max(east - west, north - south) * MARGIN + 60
    return (math.floor(west - room), math.floor(south - room), math.ceil(east + room), math.ceil(north + room))


def _labels(landmarks: Iterable[Landmark], frame: Frame, dots: Sequence[Dot]) -> Iterable[Label]:
    """Names of the first of these places in the frame that run into no dot and not into one another: where a place
    lies, else just above or below."""
    inside = (m for m in landmarks if 0 < m.east - frame.west < frame.span and 0 < m.north - frame.south < frame.span)
    taken = [(dot.x, dot.y, dot.radius, dot.radius) for dot in dots]
    count = 0
    for mark in inside:
        x, y = frame.place(mark.east, mark.north)
        half = len(mark.name) * LETTER / 2 * (1.2 if mark.population >= TOWN else 1)
        x = min(max(x, half + 4), SIZE - half - 4)
        free = (y + down for down in (0, 14, -14, 24, -24) if _is_free(x, y + down, half, taken))
        if (at := next(free, None)) is None:
            continue
        taken.append((x, at, half, LINE / 2))
        yield Label(x=x, y=at + LINE / 3, words=mark.name, big=mark.population >= TOWN)
        count += 1
        if count == MOST_NAMES:
            return


def _is_free(x: float, y: float, half: float, taken: Sequence[tuple[float, float, float, float]]) -> bool:
    if not LINE < y < SIZE - 3.5 * LINE:  # below stands the scale
        return False
    return all(abs(x - x2) >= half + w or abs(y - y2) >= LINE / 2 + h for x2, y2, w, h in taken)


def _square(square: tuple[int, int, int, int], frame: Frame) -> str:
    west, south, width, height = square
    x, y = frame.place(west, south + height)
    scale = SIZE / frame.span
    return f"M{x:.0f} {y:.0f}h{width * scale:.0f}v{height * scale:.0f}h-{width * scale:.0f}z"


def _path(ring: Ring, frame: Frame) -> str:
    """A ring as SVG path data, without the points that would fall on the one before."""
    told: list[str] = []
    last: tuple[float, float] | None = None
    for east, north in ring[:MOST_LINES]:
        x, y = frame.place(east, north)
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= 1:
            told.append(f"{'L' if told else 'M'}{x:.0f} {y:.0f}")
            last = (x, y)
    return "".join(told) + "Z" if told else ""
