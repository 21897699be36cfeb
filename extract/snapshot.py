"""Renders an archived page for a reviewer: harmless HTML with the quotes marked where they stand."""

from __future__ import annotations

import hashlib
import html
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import nh3
from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

from extract.elements import HIDDEN
from extract.forms import form_of
from extract.reading import read_page

VISIBLE: Final = (NavigableString, CData)  # exactly these types: comments, doctypes and ruby text are subclasses
Mark = tuple[int, int, str, str]  # start, end, field, id

TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "ins",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
    ]
)
ATTRIBUTES: Final = {
    "*": {"lang", "dir"},
    "mark": {"data-field", "data-mark", "id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "details": {"open"},
    "ol": {"start"},
}
LONGEST: Final = 3_000_000  # bytes of a page that are shown; more is cut off


def render_snapshot(body: bytes, *, content_type: str, marks: Sequence[Mark]) -> str:
    """HTML of the page with `<mark data-field data-mark>` around `text[start:end]` of each mark.

    Offsets are into the text of the page as read_page() reads it. The result holds no script, form, frame, style,
    image or address of any kind, so showing it asks nothing of any server. A mark across elements gives several
    `<mark>` pieces with the same `data-mark`; the first of them has the id `mark-<id>`. Where marks overlap, the later
    one yields.
    """
    if form_of(body, content_type) != "html":
        return _render_text(body, content_type=content_type, marks=marks)
    soup = BeautifulSoup(body[:LONGEST], "html.parser")
    for head in soup("head"):
        if isinstance(inside := head.find("body"), Tag):
            head.insert_after(inside)  # the head was never closed: see tree.py
    for tag in soup(list(HIDDEN)):
        tag.decompose()
    seal = _seal(body)
    _mark_tree(soup, _apart(marks), seal)
    for tag in soup.find_all("details"):
        tag["open"] = ""
    return nh3.clean(
        str(soup),
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "textarea"},
        link_rel=None,
        attribute_filter=lambda tag, name, value: _own(tag, name, value, seal),
    )


def _seal(body: bytes) -> str:
    """What our marks bear until the page is cleaned. A page cannot hold its own digest, so it can make no such mark."""
    return f"{hashlib.sha256(body).hexdigest()}:"


def _own(tag: str, name: str, value: str, seal: str) -> str | None:
    """The attribute as it stays: of marks only what is sealed, else a page could show any words of it as evidence."""
    if tag != "mark" or name not in ("data-field", "data-mark", "id"):
        return value
    return value.removeprefix(seal) if value.startswith(seal) else None


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """Marks in page order without overlaps: what an earlier one holds is cut off the later one."""
    out: list[Mark] = []
    for start, end, field, name in sorted(marks, key=lambda m: (m[0], -m[1])):
        if out:
            start = max(start, out[-1][1])
        if start < end:
            out.append((start, end, field, name))
    return out


def _mark_tree(soup: BeautifulSoup, marks: list[Mark], seal: str) -> None:
    position = -1
    first: set[str] = set()
    strings = [node for node in soup.descendants if type(node) in VISIBLE and isinstance(node, NavigableString)]
    for node in strings:
        words = node.split()
        if not words:
            continue
        text = unicodedata.normalize("NFC", " ".join(words))
        start = position + 1
        position = start + len(text)
        inside = [m for m in marks if m[0] < position and start < m[1]]
        if inside:
            _wrap(soup, node, text, start, inside, first, seal=seal)


def _wrap(
    soup: BeautifulSoup,
    node: NavigableString,
    text: str,
    start: int,
    marks: list[Mark],
    first: set[str],
    *,
    seal: str,
) -> None:
    pieces: list[NavigableString | Tag] = [NavigableString(" " if node[:1].isspace() else "")]
    at = 0
    for begin, end, field, name in marks:
        a, b = max(0, begin - start), min(len(text), end - start)
        if a > at:
            pieces.append(NavigableString(text[at:a]))
        mark = soup.new_tag("mark", attrs={"data-field": f"{seal}{field}", "data-mark": f"{seal}{name}"})
        if name not in first:
            mark["id"] = f"{seal}mark-{name}"
            first.add(name)
        mark.string = text[a:b]
        pieces.append(mark)
        at = b
    pieces.append(NavigableString(text[at:] + (" " if node[-1:].isspace() else "")))
    node.replace_with(*pieces)


def _render_text(body: bytes, *, content_type: str, marks: Sequence[Mark]) -> str:
    """A leaflet, text file or record as headings and paragraphs; the archived time plays no part in its text."""
    page = read_page(body, url="", content_type=content_type, locality="", fetched_at=datetime.min.replace(tzinfo=UTC))
    apart = _apart(marks)
    first: set[str] = set()
    out = []
    for passage in page.passages:
        tag = f"h{min(passage.level, 6)}" if passage.level else "p"
        out.append(f"<{tag}>{_marked(page.text, passage.start, passage.end, apart, first)}</{tag}>")
    return "\n".join(out)


def _marked(text: str, start: int, end: int, marks: list[Mark], first: set[str]) -> str:
    out, at = [], start
    for begin, stop, field, name in marks:
        a, b = max(start, begin), min(end, stop)
        if a >= b:
            continue
        own = "" if name in first else f' id="mark-{html.escape(name)}"'
        first.add(name)
        out.append(html.escape(text[at:a]))
        opening = f'<mark data-field="{html.escape(field)}" data-mark="{html.escape(name)}"{own}>'
        out.append(f"{opening}{html.escape(text[a:b])}</mark>")
        at = b
    return "".join([*out, html.escape(text[at:end])])
