"""Walks an HTML tree once: the visible text, and the blocks and repeated elements in it with their offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

from extract.elements import BLOCK, HIDDEN, SCOPES, Role, is_chrome, kind_of, read_role
from extract.repeats import find_repeats
from register.vocabulary import PassageKind

VISIBLE = (NavigableString, CData)  # exactly these types: comments, doctypes and ruby text are subclasses
GLUE = frozenset({"address"})  # its lines are one passage


@dataclass(slots=True)
class Block:
    """A run of text between two block boundaries, before it becomes a passage."""

    start: int
    end: int
    kind: PassageKind
    level: int
    path: tuple[str, ...]
    container: int
    label: str
    chrome: bool
    linked: int = 0
    links: int = 0
    strong: int = 0
    lead: int = 0  # characters from its start that are bold without a break
    link_lead: int = 0  # characters from its start that are one link
    broken: bool = False  # begins after a <br> in the same block


@dataclass(slots=True)
class Heading:
    level: int
    text: str
    depth: int


@dataclass(slots=True)
class Span:
    group: int
    inside: int
    start: int = -1
    end: int = -1


@dataclass(slots=True)
class Frame:
    """What holds inside an element: innermost values of what its ancestors say."""

    tag: Tag
    kind: PassageKind
    level: int
    container: int
    chrome: bool
    linked: bool
    strong: bool
    glue: bool
    label: str


@dataclass(slots=True)
class Walk:
    """The walk's outcome and its state on the way."""

    repeats: dict[int, tuple[int, int]]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    containers: dict[int, Span] = field(default_factory=dict)
    current: Block | None = None
    broken: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.parts)

    def read(self, string: str, frame: Frame) -> None:
        words = string.split()
        if not words:
            return
        piece = unicodedata.normalize("NFC", " ".join(words))
        start = self.length + 1 if self.parts else 0
        end = start + len(piece)
        self.parts.append(piece)
        self.length = end
        if self.current is None:
            self.current = self._open(start, frame)
        block = self.current
        block.end = end
        if frame.linked:
            if block.link_lead == start - block.start - (start > block.start):
                block.link_lead = end - block.start
            block.linked += len(piece)
        if frame.strong:
            if block.lead == start - block.start - (start > block.start):
                block.lead = end - block.start
            block.strong += len(piece)
        number = frame.container
        while number:
            span = self.containers[number]
            span.start = start if span.start < 0 else span.start
            span.end = end
            number = span.inside

    def _open(self, start: int, frame: Frame) -> Block:
        path = tuple(h.text for h in self.headings if not frame.level or h.level < frame.level)
        return Block(
            start=start,
            end=start,
            kind=frame.kind,
            level=frame.level,
            path=path,
            container=frame.container,
            label=frame.label,
            chrome=frame.chrome,
            broken=self.broken,
        )

    def flush(self, *, soft: bool = False) -> None:
        if self.current is not None:
            self.blocks.append(self.current)
            self.current = None
        self.broken = soft


def walk(soup: BeautifulSoup) -> Walk:
    """Visible text of the tree with its blocks and containers; does not recurse, so depth is no danger."""
    state = Walk(repeats=find_repeats(soup))
    root = Frame(
        tag=soup,
        kind=PassageKind.PARAGRAPH,
        level=0,
        container=0,
        chrome=False,
        linked=False,
        strong=False,
        glue=False,
        label="",
    )
    stack: list[tuple[Frame, list[object]]] = [(root, list(reversed(soup.contents)))]
    while stack:
        frame, todo = stack[-1]
        if not todo:
            stack.pop()
            _leave(state, frame, len(stack))
            continue
        node = todo.pop()
        if isinstance(node, Tag):
            if node.name in HIDDEN:
                continue
            if node.name in ("br", "hr"):
                if not frame.glue:
                    state.flush(soft=True)
                continue
            stack.append((_enter(state, node, frame, len(stack)), list(reversed(node.contents))))
        elif type(node) in VISIBLE:
            state.read(str(node), frame)
    state.flush()
    return state


def _enter(state: Walk, tag: Tag, outer: Frame, depth: int) -> Frame:
    role = read_role(tag)
    if tag.name in BLOCK or role is not Role.NONE:
        state.flush()
    if tag.name == "a" and state.current is not None:
        state.current.links += 1
    container = _container(state, tag, outer)
    level, kind = outer.level, outer.kind
    if role is not Role.NONE:
        level = int(role)
        kind = PassageKind.HEADING
        while state.headings and state.headings[-1].level >= level:
            state.headings.pop()
    elif (own := kind_of(tag)) is not None and not level:
        kind = own
    return Frame(
        tag=tag,
        kind=kind,
        level=level,
        container=container,
        chrome=outer.chrome or is_chrome(tag),
        linked=outer.linked or tag.name == "a",
        strong=outer.strong or tag.name in ("b", "strong"),
        glue=outer.glue or tag.name in GLUE,
        label=_label(state, tag, outer),
    )


def _container(state: Walk, tag: Tag, outer: Frame) -> int:
    found = state.repeats.get(id(tag))
    if found is None:
        return outer.container
    number, group = found
    state.containers.setdefault(number, Span(group=group, inside=outer.container))
    return number


def _label(state: Walk, tag: Tag, outer: Frame) -> str:
    """The term of a definition, the header of a cell."""
    if tag.name == "dd":
        term = tag.find_previous_sibling("dt")
        return _flat(term) if isinstance(term, Tag) else outer.label
    if tag.name != "td":
        return outer.label
    row = tag.parent
    if row is None:
        return outer.label
    cells = row.find_all(("td", "th"), recursive=False)
    if cells and cells[0].name == "th":
        return _flat(cells[0])
    table = tag.find_parent("table")
    if table is None:
        return outer.label
    head = table.find("tr")
    heads = head.find_all("th", recursive=False) if isinstance(head, Tag) and head is not row else []
    at = next((n for n, cell in enumerate(cells) if cell is tag), 0)
    return _flat(heads[at]) if at < len(heads) else outer.label


def _flat(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip()[:80]


def _leave(state: Walk, frame: Frame, depth: int) -> None:
    tag = frame.tag
    role = read_role(tag) if tag.name != "[document]" else Role.NONE
    if tag.name in BLOCK or role is not Role.NONE:
        state.flush()
    if role is not Role.NONE and state.blocks and state.blocks[-1].level == int(role):
        state.headings.append(Heading(level=int(role), text=_tail(state, state.blocks[-1]), depth=depth))
    elif tag.name in SCOPES or id(tag) in state.repeats:
        while state.headings and state.headings[-1].depth > depth:
            state.headings.pop()


def _tail(state: Walk, block: Block) -> str:
    """The text of the last block, put together from the last parts."""
    size, at = block.end - block.start, len(state.parts)
    got = -1
    while at and got < size:
        at -= 1
        got += len(state.parts[at]) + 1
    return " ".join(state.parts[at:])
