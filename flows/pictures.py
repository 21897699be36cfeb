"""Small pictures as inline SVG: bars with their numbers, and stacked columns over time; no scripts, no libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from register.store.runs import Run

WIDTH, ROW, LABEL = 720, 24, 150
HEIGHT, FOOT, HEAD = 200, 34, 18
WIDEST_COLUMN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number with its words; `look` is a class of the page's style: good, new, changed, rest or bad."""

    label: str
    number: int
    look: str


def bars(rows: Sequence[Bar], *, title: str) -> str:
    """One horizontal bar a row, all to one scale."""
    most = max((row.number for row in rows), default=0) or 1
    drawn = []
    for n, row in enumerate(rows):
        y, wide = n * ROW, (WIDTH - LABEL - 70) * row.number / most
        drawn.append(
            f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(row.label)}</text>'
            f'<rect class="{row.look}" x="{LABEL}" y="{y + 4}" width="{wide:.1f}" height="{ROW - 8}"/>'
            f'<text x="{LABEL + wide + 6:.1f}" y="{y + 16}">{row.number:,}</text>'
        )
    return _svg(len(rows) * ROW, title, drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A share (0-1) with its interval, and the share that was promised; drawn as bad where the two part."""

    label: str
    share: float
    low: float
    high: float
    promised: float
    bad: bool


def spans(rows: Sequence[Span], *, title: str) -> str:
    """A line a row: the interval, a dot for the share, a stroke across for what was promised."""
    wide = WIDTH - 2 * LABEL - 10
    drawn = []
    for n, row in enumerate(rows):
        y, left = n * ROW + 12, 2 * LABEL - 10
        low, high, at, promised = (left + wide * share for share in (row.low, row.high, row.share, row.promised))
        look = "bad" if row.bad else "good"
        drawn.append(
            f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{escape(row.label)}</text>'
            f'<line class="axis" x1="{left}" x2="{left + wide}" y1="{y}" y2="{y}" stroke-dasharray="1 5"/>'
            f'<rect class="{look}" x="{low:.1f}" y="{y - 2}" width="{high - low:.1f}" height="4"/>'
            f'<circle class="{look}" cx="{at:.1f}" cy="{y}" r="5"/>'
            f'<rect class="changed" x="{promised - 1.5:.1f}" y="{y - 8}" width="3" height="16"/>'
        )
    for share in (0, 0.5, 1):
        x, y = 2 * LABEL - 10 + wide * share, len(rows) * ROW + 16
        drawn.append(f'<text class="muted" x="{x:.1f}" y="{y}" text-anchor="middle">{share:.0%}</text>')
    return _svg(len(rows) * ROW + FOOT, title, drawn)


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
    return _svg(HEIGHT + FOOT, "Pages found, run by run, by outcome; ! marks a run that was not believed", drawn)


def _svg(height: int, title: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(drawn)}</svg>"
    )
