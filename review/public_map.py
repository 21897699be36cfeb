"""The map as a picture made here: dots and clusters that are links, place names, a scale; no tile from anywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from register.counts import plural
from register.outlines import Ring
from register.public_rules import Landmark
from register.store.public import Listed
from review.public_query import Box

SIZE = 640  # units of the picture, both ways
CLOSEST = 30  # units between two dots; what is closer is one
LEAST_SPAN = 1_600  # metres that the picture shows at least
MARGIN = 0.08  # of the span, around what is shown
SCALES = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)  # miles
MILE = 1609.344  # metres
MOST_NAMES = 14  # of places
MOST_LINES = 60_000  # points of an outline that are drawn
NAMED = 5  # services that a cluster's title names


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
    """`paths` are outlines (SVG path data), `here` where the visitor's postcode lies; the scale is a bar of so many
    units with its words."""

    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    paths: tuple[str, ...]
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
    here: tuple[int, int] | None,
) -> Picture:
    """The picture of these services; `zoom` gives the address that shows a part of the map."""
    dots = tuple(sorted(_dots(services, frame, zoom), key=lambda dot: (-dot.y, dot.x)))
    miles = max((s for s in SCALES if s * MILE <= frame.span / 3), default=SCALES[0])
    x, y = frame.place(*here) if here else (-1.0, -1.0)
    return Picture(
        dots=dots,
        labels=tuple(_labels(landmarks, frame)),
        paths=tuple(_path(ring, frame) for ring in rings),
        here=(x, y) if 0 <= x <= SIZE and 0 <= y <= SIZE else None,
        bar=miles * MILE / frame.span * SIZE,
        scale=f"{miles:g} mile{'' if miles <= 1 else 's'}",
        frame=frame,
    )


@dataclass(slots=True)
class _Heap:
    """Services that stand close together: sums of their places, their extent, and some of their names."""

    east: float
    north: float
    members: list[tuple[float, float, Listed]]

    @property
    def middle(self) -> tuple[float, float]:
        return self.east / len(self.members), self.north / len(self.members)


def _dots(services: Iterable[Listed], frame: Frame, zoom: Callable[[Box], str]) -> Iterable[Dot]:
    cell = CLOSEST * frame.span / SIZE
    heaps: dict[tuple[int, int], _Heap] = {}
    for one in services:
        for east, north in one.points:
            if not (0 <= east - frame.west <= frame.span and 0 <= north - frame.south <= frame.span):
                continue
            heap = heaps.setdefault((int(east // cell), int(north // cell)), _Heap(0.0, 0.0, []))
            heap.east += east
            heap.north += north
            heap.members.append((east, north, one))
    for heap in _together(list(heaps.values()), cell):
        yield _dot(heap, frame, zoom)


def _together(heaps: list[_Heap], closest: float) -> list[_Heap]:
    """The heaps with those that stand too close made one, the largest first."""
    kept: list[_Heap] = []
    for heap in sorted(heaps, key=lambda h: -len(h.members)):
        east, north = heap.middle
        near = next((k for k in kept if math.hypot(k.middle[0] - east, k.middle[1] - north) < closest), None)
        if near is None:
            kept.append(heap)
        else:
            near.east, near.north = near.east + heap.east, near.north + heap.north
            near.members += heap.members
    return kept


def _dot(heap: _Heap, frame: Frame, zoom: Callable[[Box], str]) -> Dot:
    x, y = frame.place(*heap.middle)
    named = {one.id: one for _, _, one in heap.members}
    count = len(named)
    if count == 1:
        only = next(iter(named.values()))
        return Dot(x=x, y=y, radius=8, count=1, title=only.name, address=f"/services/{only.id}")
    names = [one.name for one in list(named.values())[:NAMED]]
    more = f" and {count - NAMED} more" if count > NAMED else ""
    return Dot(
        x=x,
        y=y,
        radius=min(11 + 4 * math.log10(count) * 1.5, 24),
        count=count,
        title=f"{plural(count, 'service')}: {', '.join(names)}{more}",
        address=zoom(_around(heap)),
    )


def _around(heap: _Heap) -> Box:
    """A box around the heap's services, with room at its sides."""
    east, north = [m[0] for m in heap.members], [m[1] for m in heap.members]
    room = max(max(east) - min(east), max(north) - min(north)) * MARGIN + 60
    return (
        math.floor(min(east) - room),
        math.floor(min(north) - room),
        math.ceil(max(east) + room),
        math.ceil(max(north) + room),
    )


def _labels(landmarks: Iterable[Landmark], frame: Frame) -> Iterable[Label]:
    """Names of the largest places in the frame that do not run into one another."""
    inside = [m for m in landmarks if 0 < m.east - frame.west < frame.span and 0 < m.north - frame.south < frame.span]
    taken: list[tuple[float, float, float]] = []
    for mark in sorted(inside, key=lambda m: (-m.population, m.name)):
        x, y = frame.place(mark.east, mark.north)
        half = len(mark.name) * 4.2
        x = min(max(x, half + 4), SIZE - half - 4)
        if any(abs(x - other) < half + width and abs(y - height) < 22 for other, height, width in taken):
            continue
        taken.append((x, y, half))
        yield Label(x=x, y=y, words=mark.name, big=mark.population >= 50_000)
        if len(taken) == MOST_NAMES:
            return


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
