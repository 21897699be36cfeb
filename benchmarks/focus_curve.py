"""Draws what share of the pages that bear services was found against what share of a site was fetched, as an SVG."""

from __future__ import annotations

from pathlib import Path

_ACROSS, _WIDE, _HIGH, _GAP = 4, 170, 120, 34


def draw(curves: dict[str, tuple[list[bool], list[bool]]], path: Path) -> None:
    """Write a small chart a site: best first as a full line, breadth first as a dashed one. `curves` tell for each
    fetch, in its order, whether it found a page that bears services."""
    rows = -(-len(curves) // _ACROSS)
    size = f"{_ACROSS * (_WIDE + _GAP)} {rows * (_HIGH + _GAP) + 24}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" font-family="sans-serif" font-size="11">',
        "<title>Share of service-bearing pages found against share of pages fetched, on each saved site</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        '<text x="6" y="15">full: best first; dashed: breadth first. Across: pages fetched. Up: found.</text>',
    ]
    for number, (name, (best, breadth)) in enumerate(curves.items()):
        left, top = number % _ACROSS * (_WIDE + _GAP) + 6, number // _ACROSS * (_HIGH + _GAP) + 40
        parts.append(f'<text x="{left}" y="{top - 4}">{name}</text>')
        parts.append(f'<rect x="{left}" y="{top}" width="{_WIDE}" height="{_HIGH}" fill="none" stroke="#999"/>')
        parts.append(_line(breadth, left, top, 'stroke="#c60" stroke-dasharray="4 3"'))
        parts.append(_line(best, left, top, 'stroke="#06c" stroke-width="2"'))
    path.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def _line(hits: list[bool], left: int, top: int, style: str) -> str:
    found, all_found = 0, max(1, sum(hits))
    step = max(1, len(hits) // 120)
    points = [(0.0, 0.0)]
    for number, hit in enumerate(hits, 1):
        found += hit
        if number % step == 0 or number == len(hits):
            points.append((number / len(hits), found / all_found))
    told = " ".join(f"{left + x * _WIDE:.1f},{top + _HIGH - y * _HIGH:.1f}" for x, y in points)
    return f'<polyline fill="none" {style} points="{told}"/>'
