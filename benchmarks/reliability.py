"""Draws how often proposals of each score are right: a small SVG of the ten bins of the calibration figure."""

from __future__ import annotations

from collections.abc import Sequence

SIDE, MARGIN = 240, 30  # pixels
BINS = 10


def bins(scores: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """For each tenth that has proposals: their mean score, the share that is right, how many."""
    found = []
    for tenth in range(BINS):
        here = [(score, right) for score, right in scores if min(BINS - 1, int(score * BINS)) == tenth]
        if here:
            size = len(here)
            found.append((sum(s for s, _ in here) / size, sum(r for _, r in here) / size, size))
    return found


def draw(scores: Sequence[tuple[float, bool]]) -> str:
    """An SVG: scores to the right, share right upwards, the area of a dot the number of proposals in its bin."""
    size = SIDE + 2 * MARGIN
    found = bins(scores)
    most = max((n for _, _, n in found), default=1)
    x, y = (lambda v: MARGIN + SIDE * v), (lambda v: MARGIN + SIDE * (1 - v))
    dots = [
        f'<circle cx="{x(mean):.1f}" cy="{y(right):.1f}" r="{2 + 8 * (n / most) ** 0.5:.1f}">'
        f"<title>score {mean:.2f}: {right:.2f} of {n} right</title></circle>"
        for mean, right, n in found
    ]
    ticks = [
        f'<text x="{x(v):.0f}" y="{size - 12}" text-anchor="middle">{v:.1f}</text>'
        f'<text x="{MARGIN - 6}" y="{y(v) + 4:.0f}" text-anchor="end">{v:.1f}</text>'
        for v in (0.0, 0.5, 1.0)
    ]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="11">',
        "<title>How often proposals of each score are right</title>",
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#999" stroke-dasharray="4"/>',
        f'<g fill="#1f5fa8" fill-opacity=".75">{"".join(dots)}</g>',
        *ticks,
        f'<text x="{size / 2}" y="{size - 1}" text-anchor="middle">score</text>',
        f'<text x="12" y="{MARGIN - 10}">share right</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
