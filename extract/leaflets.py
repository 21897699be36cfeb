"""Reads the text of a PDF leaflet in the order in which people read it: columns apart, headings and blocks set off."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

MOST_PAGES: Final = 60
WIDTH_OF_LETTER: Final = 0.46  # of the size of the type, on average; a PDF need not say how wide its letters are
HEADING: Final = 1.18  # times the size of the body from which a line is a heading
APART: Final = (
    1.75  # times its size that the foot of a line lies below that of the one above, from which a block begins
)
FEWEST_LINES: Final = 3  # of a column
MOST_CROSSING: Final = 0.25  # share of lines that may reach over the gutter between two columns
BROKEN: Final = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of type: where it begins (points from the left and from the foot), its size, its words."""

    x: float
    y: float
    size: float
    words: str

    @property
    def right(self) -> float:
        return self.x + len(self.words) * self.size * WIDTH_OF_LETTER


def leaflet_text(body: bytes) -> str:
    """The text, blocks apart by an empty line; "" for a leaflet that is broken, locked, or holds pictures alone."""
    try:
        pages = PdfReader(io.BytesIO(body)).pages
        return "\n\n".join(text for page in pages[:MOST_PAGES] if (text := _page_text(page)))
    except BROKEN:
        return ""


def _page_text(page: PageObject) -> str:
    try:
        lines = _lines(page)
    except BROKEN:
        lines = []
    if not lines:
        return page.extract_text()
    body = median(line.size for line in lines for _ in range(1 + len(line.words) // 20))
    columns = _columns(lines)
    return "\n\n".join("\n".join(_set_off(column, body)) for column in columns)


def _lines(page: PageObject) -> list[Line]:
    """The lines of a page: pieces of text at one height that follow close on one another are one."""
    pieces: list[Line] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:  # noqa: ANN401
        if words := " ".join(text.split()):
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            high = abs(size * (tm[3] or tm[1] or 1.0) * (cm[3] or cm[1] or 1.0))
            pieces.append(Line(x=x, y=y, size=max(1.0, high), words=words))

    page.extract_text(visitor_text=visit)
    starts = Counter(round(piece.x) for piece in pieces)
    common = {x for x, times in starts.items() if times >= FEWEST_LINES}
    joined = _joined(pieces, apart=common)
    return joined if _gutter(joined) is not None else _joined(pieces, apart=set())


def _joined(pieces: Sequence[Line], *, apart: set[int]) -> list[Line]:
    """Pieces at one height put together, but for those that begin where a column may."""
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda p: (-round(p.y), p.x)):
        last = lines[-1] if lines else None
        near = last is not None and abs(last.y - piece.y) < 0.3 * last.size
        if last and near and round(piece.x) not in apart:
            lines[-1] = Line(x=last.x, y=last.y, size=last.size, words=f"{last.words} {piece.words}")
        else:
            lines.append(piece)
    return lines


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each column, from the top; lines over the whole width part what stands above from what is below."""
    ordered = sorted(lines, key=lambda line: (-line.y, line.x))
    gutter = _gutter(ordered)
    if gutter is None:
        return [ordered]
    out: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in ordered:
        if line.x < gutter < line.right:
            out += [column for column in (left, right) if column]
            left, right = [], []
            out.append([line])
        else:
            (left if line.right <= gutter else right).append(line)
    return [*out, *(column for column in (left, right) if column)]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a second column begins: a place that few lines reach over, with lines beside one another; None without."""
    best: tuple[int, float] | None = None
    for place in sorted({line.x for line in lines}):
        left = [line for line in lines if line.right <= place]
        right = [line for line in lines if line.x >= place]
        crossing = len(lines) - len(left) - len(right)
        if min(map(_prose, (left, right))) < FEWEST_LINES or crossing > MOST_CROSSING * len(lines):
            continue
        beside = sum(any(abs(line.y - other.y) < line.size for other in right) for line in left)
        if beside >= FEWEST_LINES and (best is None or crossing < best[0]):
            best = (crossing, place)
    return best[1] - 1 if best else None


def _prose(lines: Sequence[Line]) -> int:
    """How many lines are of several words: the cells of a table are not, and its rows are read across."""
    return sum(line.words.count(" ") >= 3 for line in lines)


def _set_off(column: Sequence[Line], body: float) -> Iterator[str]:
    """The column's lines, an empty one around headings and where a gap parts two blocks."""
    if column:
        yield column[0].words
    for above, line in pairwise(column):
        heads = (above.size >= HEADING * body) != (line.size >= HEADING * body) or line.size >= HEADING * body * 1.5
        if heads or above.y - line.y > APART * max(line.size, above.size if above.size < HEADING * body else 0):
            yield ""
        yield line.words
