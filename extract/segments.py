"""Ways to cut a page into entries: by repeated elements, by headings, by timetable lines, by labelled lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from extract.facts.schedule import DAY
from extract.facts.times import SINGLE
from extract.lexicon import lexicon
from extract.names import find_name, fits_name, leading_name
from register.codes.vocabulary import PassageKind
from register.models import Page, Passage

FEWEST: Final = 2
MOST: Final = 400
DEEPEST: Final = 50  # repeated elements around a passage; nobody writes more, and thousands would each hold the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One part of a page that may be a service: its name's place, and its passages."""

    name: tuple[int, int]
    passages: tuple[Passage, ...]
    fit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A way to cut the page: how it was found (container, heading, timed, labelled), and all entries it gives.

    `parts` counts what the way cuts, also the parts that have no name or the name of an aspect.
    """

    way: str
    level: int
    entries: tuple[Entry, ...]
    parts: int


def find_splits(page: Page, passages: tuple[Passage, ...]) -> tuple[Split, ...]:
    """All ways that give two entries or more."""
    splits = [*_by_container(page, passages), *_by_heading(page, passages)]
    splits += [*_by_any_heading(page, passages), *_by_line(page, passages)]
    return tuple(s for s in splits if FEWEST <= len(s.entries) <= MOST)


def _by_container(page: Page, passages: tuple[Passage, ...]) -> list[Split]:
    outer = {c.number: c.inside for c in page.containers}
    held: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        number = passage.container
        for _ in range(DEEPEST):
            if not number:
                break
            held[number].append(passage)
            number = outer[number]
    groups: dict[int, list[tuple[Passage, ...]]] = defaultdict(list)
    for container in page.containers:
        if container.number in held:
            groups[container.group].append(tuple(held[container.number]))
    return [_split(page, "container", 0, parts) for parts in groups.values() if len(parts) >= FEWEST]


def _by_heading(page: Page, passages: tuple[Passage, ...]) -> list[Split]:
    out = []
    for level in sorted({p.level for p in passages if p.level}):
        parts: list[tuple[Passage, ...]] = []
        run: list[Passage] = []
        for passage in passages:
            if 0 < passage.level <= level:
                if run:
                    parts.append(tuple(run))
                run = [passage] if passage.level == level else []
            elif run:
                run.append(passage)
        if run:
            parts.append(tuple(run))
        if len(parts) >= FEWEST:
            out.append(_split(page, "heading", level, parts))
    return out


def _by_any_heading(page: Page, passages: tuple[Passage, ...]) -> list[Split]:
    """Each heading of whatever level with the text up to the next one, where the levels are mixed."""
    levels = {p.level for p in passages if p.level}
    if len(levels) < 2:
        return []
    top = [p for p in passages if p.level == min(levels)]
    title = top[0] if len(top) == 1 else None  # the page's own heading names no entry
    parts: list[tuple[Passage, ...]] = []
    run: list[Passage] = []
    for passage in passages:
        if passage is title:
            continue
        if passage.level:
            if len(run) > 1:
                parts.append(tuple(run))
            run = [passage]
        elif run:
            run.append(passage)
    if len(run) > 1:
        parts.append(tuple(run))
    return [_split(page, "any", 0, parts)] if len(parts) >= FEWEST else []


def _by_line(page: Page, passages: tuple[Passage, ...]) -> list[Split]:
    """Lines such as `10am - 12 Art group`, and lines such as `Art group: every Tuesday`."""
    timed: list[tuple[Passage, ...]] = []
    labelled: list[tuple[Passage, ...]] = []
    for passage in passages:
        if passage.level or passage.kind not in (PassageKind.PARAGRAPH, PassageKind.LIST_ITEM, PassageKind.CELL):
            continue
        quote = page.quote(passage)
        if len(quote) < 300 and _starts_with_time(quote):
            timed.append((passage,))
        elif passage.label and not lexicon().aspect.fullmatch(passage.label) and len(passage.label.split()) > 1:
            labelled.append((passage,))
    return [
        _split(page, way, 0, parts) for way, parts in (("timed", timed), ("labelled", labelled)) if len(parts) >= FEWEST
    ]


def _starts_with_time(quote: str) -> bool:
    head = DAY.match(quote) or SINGLE.match(quote)
    return bool(head) and bool(SINGLE.search(quote[:40]))


def _split(page: Page, way: str, level: int, parts: list[tuple[Passage, ...]]) -> Split:
    entries: dict[str, Entry] = {}
    for part in parts:
        name = _name(page, way, part)
        if name is None:
            continue
        fit = fits_name(page.text[name[0] : name[1]])
        if fit <= 0.1:
            continue
        key = page.text[name[0] : name[1]].lower()
        if known := entries.get(key):
            if part[0].start > known.passages[-1].start:  # the same group on another date; else it lies inside
                entries[key] = Entry(name=known.name, passages=(*known.passages, *part), fit=fit)
        else:
            entries[key] = Entry(name=name, passages=part, fit=fit)
    return Split(way=way, level=level, entries=tuple(entries.values()), parts=len(parts))


def _name(page: Page, way: str, part: tuple[Passage, ...]) -> tuple[int, int] | None:
    """Lines are named by their first words, parts under headings by the heading alone, elements by what they hold."""
    if way in ("timed", "labelled"):
        return leading_name(page, part[0])
    return find_name(page, part[:1] if way in ("heading", "any") else part)
