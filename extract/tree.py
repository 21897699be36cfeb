"""A page's elements and strings as html.parser gives them, built as Beautiful Soup builds its tree, and no more.

The agreed visible text is that of Beautiful Soup's tree over html.parser; a test holds this one to it. Building only
what reading asks for takes a third of the time. Two things are as browsers have them: HTML lets a page leave out
`</head>`, and then the body is no part of the head; a heading cannot stand directly in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from bs4.builder import HTMLTreeBuilder
from bs4.dammit import EntitySubstitution, UnicodeDammit

VOID: Final = frozenset(HTMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS or ())
RUBY: Final = frozenset(("rt", "rp"))  # their text is no part of the visible text
PAGE_PARTS: Final = frozenset(("main", "article"))
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DIGITS: Final = re.compile(r"([0-9]+)(.*)", re.DOTALL)
HEX_DIGITS: Final = re.compile(r"([0-9a-f]+)(.*)", re.DOTALL)


MOST_BYTES: Final = 3_000_000  # of a body; people write pages of a hundredth of it
MOST_ELEMENTS: Final = 120_000
MOST_PIECES: Final = 300_000  # of text, as html.parser hands it over: between tags and references
# html.parser looks through the rest of the page for each tag that never ends, and gives it as data: so many characters
# may be looked through.
MOST_SEARCHED: Final = 6_000_000


class EnoughError(Exception):
    """The page holds more than is read of one."""


class Element:
    """An element: `children` are elements and strings in their order; `holds_page` says that a `main` or `article`
    stands in it. `role` and `words` are kept for elements.py, which works them out once."""

    __slots__ = ("attrs", "children", "holds_page", "name", "parent", "role", "words")

    def __init__(self, name: str, attrs: dict[str, str], parent: Element | None) -> None:
        self.name = name
        self.attrs = attrs
        self.parent = parent
        self.children: list[Element | str] = []
        self.holds_page = False
        self.role: int | None = None
        self.words: frozenset[str] | None = None

    def elements(self) -> Iterator[Element]:
        """The child elements."""
        return (child for child in self.children if not isinstance(child, str))

    def descendants(self) -> Iterator[Element]:
        """All elements inside, in the order of the page."""
        return (node for node in self.nodes() if not isinstance(node, str))

    def nodes(self) -> Iterator[Element | str]:
        """All elements and strings inside, in the order of the page; does not recurse."""
        stack = [iter(self.children)]
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                continue
            yield child
            if not isinstance(child, str):
                stack.append(iter(child.children))

    def strings(self) -> Iterator[str]:
        """All strings inside, in the order of the page."""
        return (node for node in self.nodes() if isinstance(node, str))

    def inside(self, names: frozenset[str]) -> bool:
        """Whether an element of one of these names holds this one."""
        outer = self.parent
        while outer is not None:
            if outer.name in names:
                return True
            outer = outer.parent
        return False

    def siblings_after(self) -> Iterator[Element]:
        found = False
        for child in self.parent.children if self.parent else ():
            if found and not isinstance(child, str):
                yield child
            found = found or child is self

    def flat(self) -> str:
        """The text inside, its strings joined by one space."""
        return " ".join(" ".join(self.strings()).split())


class Builder(HTMLParser):
    """html.parser's events as a tree; see the module."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Element("[document]", {}, None)
        self._stack = [self.root]
        self._open: dict[str, int] = {}
        self._pending: list[str] = []
        self._closed: list[str] = []
        self._ruby = 0
        self._elements = 0
        self._pieces = 0
        self._searched = 0

    def updatepos(self, i: int, j: int) -> int:  # positions in lines are not asked for, and counting them takes time
        return j

    def _flush(self) -> None:
        if self._pending:
            if not self._ruby:
                self._stack[-1].children.append("".join(self._pending))
            self._pending.clear()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        if tag in VOID:
            self._end(tag)
            self._closed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        self._end(tag)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while tag == "body" and self._open.get("head"):
            self._end("head")
        if tag in HEADINGS and (current := self._stack[-1].name) in HEADINGS:
            self._end(current)  # as browsers do: <h2>Tea club<h2> is a slip for </h2>
        self._flush()
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise EnoughError
        outer = self._stack[-1]
        element = Element(tag, {key: value or "" for key, value in attrs} if attrs else {}, outer)
        outer.children.append(element)
        self._stack.append(element)
        self._open[tag] = self._open.get(tag, 0) + 1
        self._ruby += tag in RUBY
        if tag in PAGE_PARTS:
            holder: Element | None = outer
            while holder is not None and not holder.holds_page:
                holder.holds_page = True
                holder = holder.parent

    def handle_endtag(self, tag: str) -> None:
        if tag in self._closed:
            self._closed.remove(tag)
        else:
            self._end(tag)

    def _end(self, tag: str) -> None:
        self._flush()
        if not self._open.get(tag):
            return
        while len(self._stack) > 1:
            element = self._stack.pop()
            self._open[element.name] -= 1
            self._ruby -= element.name in RUBY
            if element.name == tag:
                return

    def handle_data(self, data: str) -> None:
        self._pending.append(data)
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            raise EnoughError
        if len(data) > 1 and data[0] == "<":
            self._searched += len(self.rawdata)
            if self._searched > MOST_SEARCHED:
                raise EnoughError

    def handle_charref(self, name: str) -> None:
        digits, base, form = (name[1:], 16, HEX_DIGITS) if name[:1] in ("x", "X") else (name, 10, DIGITS)
        rest = ""
        try:
            number = int(digits, base)
        except ValueError:
            match = form.match(digits)
            if match is None:
                self._pending.append(digits)
                return
            number, rest = int(match[1], base), match[2]
        self._pending.append(UnicodeDammit.numeric_character_reference(number)[0] + rest)

    def handle_entityref(self, name: str) -> None:
        self._pending.append(EntitySubstitution.HTML_ENTITY_TO_CHARACTER.get(name) or f"&{name}")

    def handle_comment(self, data: str) -> None:
        self._flush()

    def handle_decl(self, decl: str) -> None:
        self._flush()

    def handle_pi(self, data: str) -> None:
        self._flush()

    def unknown_decl(self, data: str) -> None:
        self._flush()
        if data[:6].upper() == "CDATA[" and data[6:]:
            self._stack[-1].children.append(data[6:])

    def read(self, markup: str) -> Element:
        try:
            self.feed(markup)
            self.close()
        except (AssertionError, EnoughError):
            pass  # html.parser gives up on the mark-up, or there is too much of it: what stands before is read
        self._flush()
        return self.root


def parse(body: bytes) -> Element:
    """The root of the tree. The charset is told as Beautiful Soup tells it: by mark, declaration, or trial.

    Of a page beyond all measure the beginning is read.
    """
    markup = UnicodeDammit(body[:MOST_BYTES], is_html=True).unicode_markup
    return Builder().read(markup or "")
