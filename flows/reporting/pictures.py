"""The picture of a locality's runs as inline SVG: stacked columns over time, with the number that was expected."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from register.pictures import FOOT, LABEL, WIDTH, Bar, svg
from register.store.crawling.runs import Run

HEIGHT, HEAD = 200, 18
WIDEST_COLUMN = 60


def timeline(columns: Sequence[tuple[Run, Sequence[Bar]]], *, least: int) -> str:
    """One stacked column a run, oldest first; a dashed line at `least`, the number of pages expected of the last."""
    most = max([*(sum(bar.number for bar in stack) for _, stack in columns), least, 1])
    scale = (HEIGHT - HEAD) / most
    step = min(WIDEST_COLUMN * 1.5, (WIDTH - LABEL) / max(1, len(columns)))
    drawn = [f'<text class="muted" x="{LABEL - 8}" y="{HEAD + 4}" text-anchor="end">{most:,} pages</text>']
    for n, (run, stack) in enumerate(columns):
        x, top = LABEL + n * step, float(HEIGHT)
        for bar in stack:
            high = bar.number * scale
            top -= high
            drawn.append(
                f'<rect class="{bar.look}" x="{x:.1f}" y="{top:.1f}" width="{step * 0.7:.1f}" height="{high:.1f}">'
                f"<title>{run.started_at:%d %b %Y}: {bar.number:,} {escape(bar.label)}</title></rect>"
            )
        mark = "" if run.verdict == "healthy" else " !"
        if n == len(columns) - 1 or n % max(1, len(columns) // 8) == 0:
            drawn.append(f'<text class="muted" x="{x:.1f}" y="{HEIGHT + 16}">{run.started_at:%d %b}{mark}</text>')
    if least:
        y = HEIGHT - least * scale
        drawn.append(f'<line class="axis" x1="{LABEL}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke-dasharray="5 4"/>')
        drawn.append(f'<text class="muted" x="{LABEL - 8}" y="{y + 4:.1f}" text-anchor="end">at least {least:,}</text>')
    drawn.append(f'<line class="axis" x1="{LABEL}" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}"/>')
    return svg(HEIGHT + FOOT, "Pages found, run by run, by outcome; ! marks a run that was not believed", drawn)
