"""Pictures of many numbers: heat maps, stacked bars, bars, and the flow from pages to records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from register.report.charts import LETTER, ROW, SMALL, WIDE, fitted, label_room, text, whole

# Each look is a grey, a colour and a pattern, so that it is told apart in print and by everybody.
PATTERNS: Final = (
    '<defs><pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fdf0d9"/><path d="M0 0v6" stroke="#a05a00" stroke-width="2.4"/></pattern>'
    '<pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#fff"/>'
    '<circle cx="3.5" cy="3.5" r="1.3" fill="#51606e"/></pattern></defs>'
)
FILLS: Final = {"full": "#0b4f8a", "lines": "url(#lines)", "dots": "url(#dots)", "pale": "#cfe0ee", "empty": "#fff"}
HEAT: Final = ("#ffffff", "#e3edf5", "#bcd4e6", "#84b0d2", "#4585b8", "#0b4f8a")
CELL: Final = 30.0
SLANT: Final = 0.7072  # of a label's length, how high it stands


def heat(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], *, title: str) -> str:
    """A square for each row and column, darker where there are more, with the number in it; a nought is a dot."""
    left = min(max((len(row) for row in rows), default=0) * LETTER * SMALL + 14, 330.0)
    top = min(max((len(column) for column in columns), default=0) * LETTER * SMALL * SLANT + 18, 200.0)
    most = max((count for row in counts for count in row), default=0) or 1
    drawn = []
    for n, column in enumerate(columns):
        x = left + n * CELL + CELL / 2 + 4
        label = text(0, 0, fitted(column, (top - 16) / SLANT, small=True), look="small")
        drawn.append(f'<g transform="translate({x:.1f} {top - 8:.1f}) rotate(-45)">{label}</g>')
    for n, row in enumerate(rows):
        y = top + n * CELL
        drawn.append(text(left - 8, y + 20, fitted(row, left - 12, small=True), anchor="end", look="small"))
        for m, count in enumerate(counts[n]):
            drawn.append(_square(left + m * CELL, y, count, most, f"{row}, {columns[m]}"))
    wide = max(left + len(columns) * CELL + top * 0.75, 420.0)
    return whole(top + len(rows) * CELL + 12, title, drawn, wide=wide)


def _square(x: float, y: float, count: int, most: int, said: str) -> str:
    level = 0 if not count else 1 + min(4, int((count / most) ** 0.5 * 5 - 1e-9))
    look = "small middle" + (" white" if level >= 4 else " muted" if not count else "")
    number = text(x + CELL / 2, y + 19, f"{count:,}" if count else "·", anchor="middle", look=look)
    return (
        f'<g><title>{escape(said)}: {count:,}</title><rect x="{x:.1f}" y="{y:.1f}" width="{CELL:.0f}" '
        f'height="{CELL:.0f}" fill="{HEAT[level]}" class="rule"/>{number}</g>'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A part of a bar; `look` is a key of FILLS."""

    label: str
    number: int
    look: str


def stacked(rows: Sequence[tuple[str, Sequence[Portion]]], *, title: str) -> str:
    """A bar a row, all of one length, cut into the shares of its portions; their numbers stand in those with room."""
    left = label_room(label for label, _ in rows)
    wide = WIDE - left - 20
    drawn = [PATTERNS, *_keys(rows[0][1] if rows else ())]
    for n, (label, portions) in enumerate(rows):
        x, y, total = left, 36.0 + n * ROW, sum(portion.number for portion in portions) or 1
        drawn.append(text(left - 8, y + 16, fitted(label, left - 10), anchor="end"))
        for portion in portions:
            long = wide * portion.number / total
            if portion.number:
                drawn.append(
                    _block(x, y + 2, long, ROW - 5, portion.look, f"{label}: {portion.number:,} {portion.label}")
                )
            if long > 34:
                drawn.append(_number(x + long / 2, y + 16, portion))
            x += long
    return whole(36 + len(rows) * ROW + 8, title, drawn)


def _number(x: float, y: float, portion: Portion) -> str:
    told = f"{portion.number:,}"
    if portion.look == "full":
        return text(x, y, told, anchor="middle", look="small white")
    half = len(told) * LETTER / 2 + 3
    plate = f'<rect class="paper" x="{x - half:.1f}" y="{y - 11:.1f}" width="{2 * half:.1f}" height="14"/>'
    return plate + text(x, y, told, anchor="middle", look="small")


def _keys(portions: Sequence[Portion]) -> list[str]:
    drawn, x = [], 4.0
    for portion in portions:
        drawn.append(_block(x, 6, 22, 14, portion.look, portion.label))
        drawn.append(text(x + 28, 18, portion.label))
        x += 28 + LETTER * len(portion.label) + 26
    return drawn


def _block(x: float, y: float, wide: float, high: float, look: str, said: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{FILLS[look]}" stroke="#16202a" '
        f'stroke-width="0.8"><title>{escape(said)}</title></rect>'
    )


def columns(rows: Sequence[Portion], *, title: str) -> str:
    """A bar a row, all to one scale, with its number."""
    left = label_room(row.label for row in rows)
    most = max((row.number for row in rows), default=0) or 1
    drawn = [PATTERNS]
    for n, row in enumerate(rows):
        y, long = 6.0 + n * ROW, (WIDE - left - 80) * row.number / most
        drawn.append(text(left - 8, y + 16, fitted(row.label, left - 10), anchor="end"))
        drawn.append(_block(left, y + 2, max(long, 1), ROW - 5, row.look, f"{row.label}: {row.number:,}"))
        drawn.append(text(left + long + 8, y + 16, f"{row.number:,}"))
    return whole(len(rows) * ROW + 14, title, drawn)


HIGH: Final = 250.0  # units of the highest column of a flow
GAP: Final = 10.0  # between its parts
SPAN: Final = 26.0  # units a column is wide


def flow(steps: Sequence[tuple[str, Sequence[Portion]]], *, title: str) -> str:
    """A column a step, all to one scale, from the first portion of each a band to the next column."""
    most = max((sum(p.number for p in portions) for _, portions in steps), default=0) or 1
    apart = (WIDE - 190) / max(len(steps) - 1, 1)
    scale = HIGH / most
    drawn, ends = [PATTERNS], []
    for n, (label, portions) in enumerate(steps):
        x, y = 10 + n * apart, 46.0
        total = sum(portion.number for portion in portions)
        drawn.append(text(x, 18, label, look="bold"))
        drawn.append(text(x, 34, f"{total:,}", look="muted"))
        for m, portion in enumerate(portions):
            high = max(portion.number * scale, 0.8)
            if portion.number:
                drawn.append(_block(x, y, SPAN, high, portion.look, f"{label}: {portion.number:,} {portion.label}"))
                drawn.append(
                    text(x + SPAN + 6, y + max(high / 2, 6) + 4, f"{portion.number:,} {portion.label}", look="small")
                )
            if m == 0:
                ends.append((x + SPAN, y, y + high, total * scale))
            y += max(high, 16 if portion.number else 0) + (GAP if portion.number else 0)
    bands = [_band(ends[n], ends[n + 1][0] - SPAN, ends[n + 1][3]) for n in range(len(ends) - 1)]
    return whole(46 + HIGH + 5 * GAP + 16, title, [*drawn[:1], *bands, *drawn[1:]])


def _band(end: tuple[float, float, float, float], x: float, high: float) -> str:
    left, top, low, _ = end
    middle = (left + x) / 2
    return (
        f'<path fill="#e3edf5" d="M{left:.1f} {top:.1f}'
        f"C{middle:.1f} {top:.1f} {middle:.1f} 46 {x:.1f} 46V{46 + high:.1f}"
        f'C{middle:.1f} {46 + high:.1f} {middle:.1f} {low:.1f} {left:.1f} {low:.1f}Z"/>'
    )
