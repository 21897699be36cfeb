"""Small pictures as inline SVG: bars with their numbers, shares with their intervals; no scripts, no libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LABEL = 720, 24, 150
FOOT = 34


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
    return svg(len(rows) * ROW, title, drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A share (0-1) with its interval, and the share that was promised, if one was; drawn as bad where the two part.

    What lies outside of 0 to 1 is drawn at its end.
    """

    label: str
    share: float
    low: float
    high: float
    promised: float | None = None
    bad: bool = False


def spans(rows: Sequence[Span], *, title: str) -> str:
    """A line a row: the interval, a dot for the share, a stroke across for what was promised."""
    wide = WIDTH - 2 * LABEL - 10
    drawn = []
    for n, row in enumerate(rows):
        y, left = n * ROW + 12, 2 * LABEL - 10
        low, high, at = (left + wide * min(max(share, 0), 1) for share in (row.low, row.high, row.share))
        look = "bad" if row.bad else "good"
        drawn.append(
            f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{escape(row.label)}</text>'
            f'<line class="axis" x1="{left}" x2="{left + wide}" y1="{y}" y2="{y}" stroke-dasharray="1 5"/>'
            f'<rect class="{look}" x="{low:.1f}" y="{y - 2}" width="{high - low:.1f}" height="4"/>'
            f'<circle class="{look}" cx="{at:.1f}" cy="{y}" r="5"/>'
        )
        if row.promised is not None:
            x = left + wide * row.promised - 1.5
            drawn.append(f'<rect class="changed" x="{x:.1f}" y="{y - 8}" width="3" height="16"/>')
    for share in (0, 0.5, 1):
        x, y = 2 * LABEL - 10 + wide * share, len(rows) * ROW + 16
        drawn.append(f'<text class="muted" x="{x:.1f}" y="{y}" text-anchor="middle">{share:.0%}</text>')
    return svg(len(rows) * ROW + FOOT, title, drawn)


def stacks(rows: Sequence[tuple[str, Sequence[Bar]]], *, title: str) -> str:
    """A bar a row, as long as all others, cut into the shares of its parts; the whole's number stands behind it."""
    left = 2 * LABEL - 10
    wide = WIDTH - left - 60
    drawn = []
    for n, (label, parts) in enumerate(rows):
        y, x, total = n * ROW, float(left), sum(part.number for part in parts)
        drawn.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">{escape(label)}</text>')
        for part in parts:
            share = part.number / total if total else 0
            drawn.append(
                f'<rect class="{part.look}" x="{x:.1f}" y="{y + 4}" width="{wide * share:.1f}" height="{ROW - 8}">'
                f"<title>{escape(label)}: {part.number:,} {escape(part.label)} ({share:.0%})</title></rect>"
            )
            x += wide * share
        drawn.append(f'<text class="muted" x="{left + wide + 6}" y="{y + 16}">{total:,}</text>')
    return svg(len(rows) * ROW, title, drawn)


def svg(height: int, title: str, drawn: Sequence[str]) -> str:
    """The picture with its title, which is its alternative text too."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(drawn)}</svg>"
    )
