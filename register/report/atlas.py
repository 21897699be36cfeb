"""The map of the report: services over the outlines of districts, which are shaded by how deprived they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from register.localities.outlines import Box, Outlines, Ring
from register.report.charts import text, whole

SIDE: Final = 620.0  # units of the picture, both ways
FOOT: Final = 62.0
MARGIN: Final = 0.06  # of the span, around what is framed
LEAST_SPAN: Final = 4_000.0  # metres
NEAR: Final = 1.2  # units between two points of a line that are drawn
CELL: Final = 9.0  # units: places within such a square are one dot
SHADES: Final = ("#f7f7f5", "#dfe3e6", "#c2cad0", "#a1adb6", "#7f8e9a")  # of fifths, from the least deprived
MILE: Final = 1609.344
SCALES: Final = (0.5, 1, 2, 5, 10, 20, 50, 100)  # miles


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place with so many services, metres on the National Grid, and what is said of it."""

    east: float
    north: float
    count: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The square that is shown: its lower left and its span, metres."""

    west: float
    south: float
    span: float

    def place(self, east: float, north: float) -> tuple[float, float]:
        scale = SIDE / self.span
        return (east - self.west) * scale, SIDE - (north - self.south) * scale

    def meets(self, box: Box | None) -> bool:
        if box is None:
            return False
        west, south, east, north = box
        across = east >= self.west and west <= self.west + self.span
        return across and north >= self.south and south <= self.south + self.span


def view_of(rings: Iterable[Ring], spots: Sequence[Spot]) -> View | None:
    """The square around these areas, or around the spots where there are none; None where there is nothing."""
    points = [point for ring in rings for point in ring] or [(spot.east, spot.north) for spot in spots]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    span = max(east - west, north - south, LEAST_SPAN) * (1 + 2 * MARGIN)
    return View(west=(west + east - span) / 2, south=(south + north - span) / 2, span=span)


def fifths(order: Mapping[str, int]) -> dict[str, int]:
    """The fifth (0 to 4, the most deprived) that each district lies in, by its place (1: the most deprived)."""
    return {code: 4 - min(4, (place - 1) * 5 // len(order)) for code, place in order.items()}


def draw_map(
    outlines: Outlines,
    view: View,
    shades: Mapping[str, int],
    *,
    own: Sequence[str],
    spots: Sequence[Spot],
    title: str,
    about: str,
) -> str:
    """The picture; the districts `own` have a thick line around them."""
    drawn = [
        f'<clipPath id="frame"><rect width="{SIDE:.0f}" height="{SIDE:.0f}"/></clipPath><g clip-path="url(#frame)">'
    ]
    for code in outlines.codes:
        path = "".join(_path(ring, view) for ring in outlines.rings(code)) if view.meets(outlines.box(code)) else ""
        if path:
            fill = SHADES[shades[code]] if code in shades else "#fff"
            drawn.append(f'<path d="{path}" fill="{fill}" stroke="#51606e" stroke-width="0.6"/>')
    for code in own:
        path = "".join(_path(ring, view) for ring in outlines.rings(code))
        drawn.append(f'<path d="{path}" fill="none" stroke="#16202a" stroke-width="2.2"/>')
    drawn += [_dot(spot, x, y) for spot, x, y in _heaps(spots, view)]
    drawn.append("</g>")
    drawn += _legend(view)
    return whole(SIDE + FOOT, title, drawn, about=about, wide=SIDE)


def _heaps(spots: Sequence[Spot], view: View) -> list[tuple[Spot, float, float]]:
    """The spots, those that would cover each other as one; the smallest last, so that all are seen."""
    cells: dict[tuple[int, int], list[tuple[Spot, float, float]]] = {}
    for spot in spots:
        x, y = view.place(spot.east, spot.north)
        if 0 <= x <= SIDE and 0 <= y <= SIDE:
            cells.setdefault((int(x / CELL), int(y / CELL)), []).append((spot, x, y))
    heaps = []
    for members in cells.values():
        count = sum(spot.count for spot, _, _ in members)
        x, y = sum(x for _, x, _ in members) / len(members), sum(y for _, _, y in members) / len(members)
        title = members[0][0].title if len(members) == 1 else f"{count} services"
        heaps.append((Spot(east=0, north=0, count=count, title=title), x, y))
    return sorted(heaps, key=lambda heap: -heap[0].count)


def _dot(spot: Spot, x: float, y: float) -> str:
    radius = min(3.4 + 1.9 * math.sqrt(spot.count - 1), 26)
    number = text(x, y + 4, f"{spot.count}", anchor="middle", look="small count") if radius > 9 else ""
    return (
        f'<g><title>{escape(spot.title)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="dark" '
        f'stroke="#fff" stroke-width="1.2"/>{number}</g>'
    )


def _legend(view: View) -> list[str]:
    drawn = [text(0, SIDE + 18, "Deprivation (IMD 2025), fifths of England’s districts:", look="small")]
    for n, shade in enumerate(SHADES):
        x = 326 + n * 30
        drawn.append(f'<rect x="{x}" y="{SIDE + 7}" width="30" height="14" fill="{shade}" stroke="#51606e"/>')
    drawn.append(text(326, SIDE + 36, "least", look="small muted"))
    drawn.append(text(476, SIDE + 36, "most", anchor="end", look="small muted"))
    miles = max((s for s in SCALES if s * MILE <= view.span / 4), default=SCALES[0])
    bar = miles * MILE / view.span * SIDE
    drawn.append(f'<path class="ink" stroke-width="2" d="M2 {SIDE + 44}v6h{bar:.1f}v-6"/>')
    drawn.append(text(bar + 10, SIDE + 52, f"{miles:g} mile{'' if miles <= 1 else 's'}", look="small"))
    drawn.append(text(SIDE, SIDE + 52, "Contains OS data © Crown copyright", anchor="end", look="small muted"))
    return drawn


def _path(ring: Ring, view: View) -> str:
    told: list[str] = []
    last: tuple[float, float] | None = None
    for east, north in ring:
        x, y = view.place(east, north)
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= NEAR:
            told.append(f"{'L' if told else 'M'}{x:.1f} {y:.1f}")
            last = (x, y)
    return "".join(told) + "Z" if told else ""
