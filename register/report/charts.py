"""Pictures of the report as whole SVG files: readable in black and white, each mark told by its form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDE: Final = 760  # units across
ROW: Final = 26
LETTER: Final = 7.4  # units a letter of the labels is wide, at most; one of small labels seven eighths of it
SMALL: Final = 0.875
# Blue and orange that colour-blind readers tell apart, and that print as different greys.
FONTS: Final = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif'
STYLE: Final = f"""text{{font:13px {FONTS};fill:#16202a}}
.small{{font-size:11.5px}}.muted{{fill:#51606e}}.rule{{stroke:#c3ccd4}}.ink{{stroke:#16202a;fill:none}}.paper{{fill:#fff}}
.dark{{fill:#0b4f8a}}.light{{fill:#e8a33d;stroke:#7a4a00}}.bold{{font-weight:700}}.white{{fill:#fff}}
.count{{fill:#fff;font-weight:700}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A share with its interval (0-1) beside another share; `gap` where it lies clearly below."""

    label: str
    share: float
    low: float
    high: float
    other: float
    gap: bool = False


def beside(rows: Sequence[Beside], *, title: str, one: str, other: str) -> str:
    """A row each: a dot with its interval, and a diamond for the other share; the labels of gaps are bold."""
    left = label_room(row.label for row in rows)
    most = nice_end(max([*(row.high for row in rows), *(row.other for row in rows), 0.01]))
    scale = (WIDE - left - 60) / most
    drawn = list(_share_axis(left, most, scale, top=34, bottom=34 + len(rows) * ROW))
    drawn.append(_legend(left, one, other))
    for n, row in enumerate(rows):
        y = 34 + n * ROW + ROW / 2
        low, high, at, beyond = (left + share * scale for share in (row.low, row.high, row.share, row.other))
        told = f"{row.label}: {row.share:.1%} of {one} ({row.low:.1%} to {row.high:.1%}), {row.other:.1%} of {other}"
        drawn.append(f"<g><title>{escape(told)}</title>")
        drawn.append(
            text(
                left - 10,
                y + 4,
                fitted(row.label, (left - 10) * (0.88 if row.gap else 1)),
                anchor="end",
                look="bold" if row.gap else "",
            )
        )
        drawn.append(f'<path class="ink" stroke-width="2" d="M{low:.1f} {y}H{high:.1f}m0-4v8M{low:.1f} {y - 4}v8"/>')
        drawn.append(diamond(beyond, y))
        drawn.append(f'<circle class="dark" cx="{at:.1f}" cy="{y}" r="5"/></g>')
    return whole(34 + len(rows) * ROW + 30, title, drawn)


def _legend(left: float, one: str, other: str) -> str:
    drawn = f'<circle class="dark" cx="{left + 6}" cy="14" r="5"/>' + text(
        left + 18, 18, f"share of {one}, with its interval"
    )
    at = left + 18 + LETTER * (len(one) + 28)
    return drawn + diamond(at, 14) + text(at + 12, 18, f"share of {other}")


def _share_axis(left: float, most: float, scale: float, *, top: float, bottom: float) -> Sequence[str]:
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.25, 1) if most / s <= 6)
    drawn, at = [], 0.0
    while at <= most + 1e-9:
        x = left + at * scale
        drawn.append(f'<path class="rule" d="M{x:.1f} {top}V{bottom}"/>')
        drawn.append(text(x, bottom + 18, f"{at:.0%}", anchor="middle", look="small muted"))
        at += step
    return drawn


def nice_end(most: float) -> float:
    """The end of an axis of shares that has room for `most`."""
    return next((end for end in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8) if most <= end), 1.0)


def label_room(labels: Iterable[str]) -> float:
    """How many units the longest of the labels needs, a third of the picture at most."""
    longest = max((len(label) for label in labels), default=0)
    return min(longest * LETTER + 20, WIDE * 0.45)


def fitted(words: str, room: float, *, small: bool = False) -> str:
    """The words, without their middle where there is no room for it: labels that begin alike end otherwise."""
    most = max(int(room / (LETTER * (SMALL if small else 1))), 3)
    tail = most // 3
    return words if len(words) <= most else words[: most - tail - 1].rstrip(" ,;:") + "…" + words[-tail:].lstrip()


def diamond(x: float, y: float) -> str:
    return f'<path class="light" d="M{x:.1f} {y - 7:.1f}l7 7-7 7-7-7z"/>'


def text(x: float, y: float, words: str, *, anchor: str = "", look: str = "") -> str:
    held = f' text-anchor="{anchor}"' if anchor else ""
    styled = f' class="{look}"' if look else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{held}{styled}>{escape(words)}</text>'


def whole(height: float, title: str, drawn: Sequence[str], *, about: str = "", wide: float = WIDE) -> str:
    """The file: it names no other, and its title stands in it."""
    said = f"<desc>{escape(about)}</desc>" if about else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {height:.0f}" width="{wide:.0f}" '
        f'height="{height:.0f}" role="img"><title>{escape(title)}</title>{said}<style>{STYLE}</style>'
        f'<rect class="paper" width="{wide:.0f}" height="{height:.0f}"/>{"".join(drawn)}</svg>\n'
    )
