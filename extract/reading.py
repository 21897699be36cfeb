"""Reads a fetched body (HTML, PDF, plain text) into a Page: its visible text and the passages in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from extract.calendars import read_calendar
from extract.dom import Block, Walk, walk
from extract.elements import BOLD_LEVEL
from extract.feeds import read_feed
from extract.forms import form_of
from extract.head import read_head
from extract.jsonld import read_json_ld
from extract.language import tell_language
from extract.leaflets import leaflet_text
from extract.lexicon import lexicon
from extract.lines import read_lines
from extract.oruk import read_object
from extract.tree import parse
from register.codes.vocabulary import PassageKind
from register.models import Container, Page, Passage

LABEL = re.compile(r"([A-Z][\w /&'’()-]{1,28}?)\s?:(?!//)\s*(?=\S|$)")
LONGEST_BOLD = 90
LEAST_SAMPLED, SAMPLED = 1024, 8192  # bytes
SHARE_OF_CONTROLS = 0.05
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")
RECORD_READERS = {"object": read_object, "calendar": read_calendar, "feed": read_feed}


def read_page(body: bytes, *, url: str, content_type: str, locality: str, fetched_at: datetime) -> Page:
    """The page that `body` holds. A body that cannot be read gives a page with an empty text, never an error."""
    form = form_of(body, content_type)
    if form == "pdf":
        return _plain(leaflet_text(body), url=url, locality=locality, fetched_at=fetched_at)
    if _is_binary(body):
        return _plain("", url=url, locality=locality, fetched_at=fetched_at)
    if form == "text":
        return _plain(_decode(body), url=url, locality=locality, fetched_at=fetched_at)
    if read_record := RECORD_READERS.get(form):
        return read_record(body, url=url, locality=locality, fetched_at=fetched_at)
    tree = parse(body)
    head = read_head(tree)
    seen = walk(tree)
    passages = _passages(seen)
    return Page(
        url=url,
        locality=locality,
        title=head.title,
        text=seen.text,
        passages=passages,
        fetched_at=fetched_at,
        language=tell_language(_words_of(seen.text, passages), declared=head.language),
        dated=head.dated,
        containers=_containers(seen),
        stated=read_json_ld(head.json_ld) if head.json_ld else (),
    )


def _plain(text: str, *, url: str, locality: str, fetched_at: datetime) -> Page:
    flat, passages = read_lines(text)
    heads = [p for p in passages if p.kind is PassageKind.HEADING]
    title = flat[heads[0].start : heads[0].end] if heads else flat[:80]
    return Page(
        url=url,
        locality=locality,
        title=title,
        text=flat,
        passages=passages,
        fetched_at=fetched_at,
        language=tell_language([flat]),
    )


def _words_of(text: str, passages: tuple[Passage, ...]) -> Iterator[str]:
    """The page's own text; menus name languages and places in all languages."""
    return (text[p.start : p.end] for p in passages if not p.chrome)


def _is_binary(body: bytes) -> bool:
    """Bytes that are no text in any charset: control characters stand thick in them (UTF-16 says so at its start)."""
    sample = body[:SAMPLED]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    return len(sample) >= LEAST_SAMPLED and controls > SHARE_OF_CONTROLS * len(sample)


def _decode(body: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def _containers(seen: Walk) -> tuple[Container, ...]:
    return tuple(
        Container(number=number, group=span.group, start=span.start, end=span.end, inside=span.inside)
        for number, span in sorted(seen.containers.items())
        if span.start >= 0
    )


def _passages(seen: Walk) -> tuple[Passage, ...]:
    text = seen.text
    out: list[Passage] = []
    bold: tuple[str, int, tuple[str, ...]] | None = None  # the bold line above, with its container and path
    for block in _led(_joined(seen.blocks, text), text):
        quote = text[block.start : block.end]
        strong = block.strong >= (block.end - block.start) * 0.95
        level, kind, path = block.level, block.kind, block.path
        if strong and not level and not block.chrome and _reads_as_heading(quote, block):
            level, kind = BOLD_LEVEL, PassageKind.HEADING
            bold = (quote, block.container, path)
        elif level or (bold and (bold[1], bold[2]) != (block.container, path)):
            bold = None
        elif bold:
            path = (*path, bold[0])
        label = block.label
        if not label and not level and (match := LABEL.match(quote)):
            label = match[1]
        out.append(
            Passage(
                start=block.start,
                end=block.end,
                kind=kind,
                heading_path=path,
                level=level,
                container=block.container,
                label=label,
                chrome=block.chrome or _is_link_row(block),
                linked=block.linked / max(1, block.end - block.start),
                target=block.target,
                strong=strong,
            )
        )
    return tuple(out)


def _led(blocks: list[Block], text: str) -> Iterator[Block]:
    """Cuts a bold name off the line that it leads: `**Camera club** Every Tuesday` is a heading and a line."""
    for block in blocks:
        by_link = block.link_lead if block.kind is PassageKind.LIST_ITEM else 0
        size = block.lead or by_link
        lead = text[block.start : block.start + size]
        rest = text[block.start + size : block.end].lstrip()
        name = lead.rstrip(" :–—-")
        cut = (
            3 <= len(name) <= 70
            and bool(rest)
            and not block.level
            and not block.chrome
            and block.kind in (PassageKind.PARAGRAPH, PassageKind.LIST_ITEM, PassageKind.CELL)
            and (rest[0].isupper() or rest[0].isdigit() or rest[0] in ":–—-" or lead[-1] in ":–—-" or rest[:3] == "at ")
            and not name.endswith((".", ",", "!"))
            and not lexicon().aspect.fullmatch(name)
        )
        if not cut:
            yield block
            continue
        start = block.end - len(rest)
        if rest[0] in ":–—-":
            start += len(rest) - len(rest.lstrip(":–—- "))
        if start >= block.end:
            yield block
            continue
        end = block.start + len(name)
        yield replace(block, end=end, strong=min(block.lead, len(name)), linked=min(block.linked, len(name)), links=0)
        yield replace(block, start=start, strong=0, linked=max(0, block.linked - len(name)), links=0, target="")


def _reads_as_heading(quote: str, block: Block) -> bool:
    """A whole line in bold that is short and no sentence stands for a heading."""
    return (
        3 <= len(quote) <= LONGEST_BOLD
        and not quote.endswith((".", ",", ";"))
        and block.kind in (PassageKind.PARAGRAPH, PassageKind.LIST_ITEM)
        and bool(re.search(r"[A-Za-z]{2}", quote))
    )


def _is_link_row(block: Block) -> bool:
    return block.links >= 3 and block.linked >= 0.75 * (block.end - block.start)


def _joined(blocks: list[Block], text: str) -> list[Block]:
    """Joins lines that a <br> broke in mid-sentence: the next begins in lower case, or the first ends with a comma."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if last and block.broken and last.kind is block.kind and last.strong == 0 == block.strong:
            before, after = text[last.end - 1], text[block.start]
            if (after.islower() and before.isalpha()) or before == ",":
                last.end = block.end
                last.linked += block.linked
                last.links += block.links
                continue
        out.append(block)
    return out
