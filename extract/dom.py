"""Walks an HTML tree once: the visible text, and the blocks and repeated elements in it with their offsets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from extract.elements import BLOCK, HIDDEN, SCOPES, is_chrome, kind_of, mark_of, read_role
from extract.repeats import find_repeats
from extract.tree import Element
from register.codes.vocabulary import PassageKind

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
    target: str = ""  # the address of that link, as it is written
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

    tag: Element
    kind: PassageKind
    level: int
    container: int
    chrome: bool
    linked: bool
    target: str
    strong: bool
    glue: bool
    label: str


@dataclass(slots=True)
class Walk:
    """The walk's outcome and its state on the way."""

    repeats: dict[Element, tuple[int, int]]
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
                block.target = block.target or frame.target
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


def walk(document: Element) -> Walk:
    """Visible text of the tree with its blocks and containers; does not recurse, so depth is no danger."""
    state = Walk(repeats=find_repeats(document))
    root = Frame(
        tag=document,
        kind=PassageKind.PARAGRAPH,
        level=0,
        container=0,
        chrome=False,
        linked=False,
        target="",
        strong=False,
        glue=False,
        label="",
    )
    stack = [(root, iter(document.children))]
    while stack:
        frame, todo = stack[-1]
        for node in todo:
            if isinstance(node, str):
                state.read(node, frame)
            elif node.name in HIDDEN:
                continue
            elif node.name in ("br", "hr"):
                if not frame.glue:
                    state.flush(soft=True)
            else:
                stack.append((_enter(state, node, frame), iter(node.children)))
                break
        else:
            stack.pop()
            _leave(state, frame, len(stack))
    state.flush()
    return state


def _enter(state: Walk, tag: Element, outer: Frame) -> Frame:
    role = read_role(tag)
    if role or tag.name in BLOCK:
        state.flush()
    if tag.name == "a" and state.current is not None:
        state.current.links += 1
    level, kind = outer.level, outer.kind
    if role:
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
        container=_container(state, tag, outer),
        chrome=outer.chrome or is_chrome(tag),
        linked=outer.linked or tag.name == "a",
        target=tag.attrs.get("href", "") if tag.name == "a" else outer.target,
        strong=outer.strong or tag.name in ("b", "strong"),
        glue=outer.glue or tag.name in GLUE,
        label=_label(tag, outer) if tag.name in ("dd", "td") else mark_of(tag) or outer.label,
    )


def _container(state: Walk, tag: Element, outer: Frame) -> int:
    found = state.repeats.get(tag)
    if found is None:
        return outer.container
    number, group = found
    state.containers.setdefault(number, Span(group=group, inside=outer.container))
    return number


def _label(tag: Element, outer: Frame) -> str:
    """The term of a definition, the header of a cell."""
    row = tag.parent
    if row is None:
        return outer.label
    if tag.name == "dd":
        term = None
        for child in row.elements():
            if child is tag:
                break
            term = child if child.name == "dt" else term
        return _short(term) if term is not None else outer.label
    cells = [cell for cell in row.elements() if cell.name in ("td", "th")]
    if cells and cells[0].name == "th":
        return _short(cells[0])
    heads = _heads(row)
    at = next((n for n, cell in enumerate(cells) if cell is tag), 0)
    return _short(heads[at]) if at < len(heads) else outer.label


def _heads(row: Element) -> list[Element]:
    """The header cells of the first row of the table that holds `row`; none where that is the row itself."""
    table = row.parent
    while table is not None and table.name != "table":
        table = table.parent
    head = next((inside for inside in table.descendants() if inside.name == "tr"), None) if table else None
    return [cell for cell in head.elements() if cell.name == "th"] if head is not None and head is not row else []


def _short(tag: Element) -> str:
    return tag.flat()[:80]


def _leave(state: Walk, frame: Frame, depth: int) -> None:
    tag = frame.tag
    role = read_role(tag)
    if role or tag.name in BLOCK:
        state.flush()
    if role and state.blocks and state.blocks[-1].level == int(role):
        state.headings.append(Heading(level=int(role), text=_tail(state, state.blocks[-1]), depth=depth))
    elif tag.name in SCOPES or tag in state.repeats:
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
