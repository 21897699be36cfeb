"""Tells a page's content from its furniture: by the page itself and by what repeats over its site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from extract.facts.contact import EMAIL, NUMBER, POSTCODE
from extract.lexicon import lexicon
from extract.site import FEWEST_PAGES, LOWEST_SHARE, key_of
from register.codes.vocabulary import PassageKind
from register.models import Page, Passage, SiteProfile

LONGEST_PASSAGE = 8000  # characters
EVERYWHERE = 0.5  # on this share of the pages, a passage at an edge of the page is furniture
FEWEST_IN_RUN, SAME_SHARE = 2, 0.005  # passages at an edge that are furniture where they share their pages, so nearly
PANEL = 0.3  # on this share, a linked passage is a panel's
NOTICE = re.compile(
    r"(?i)\b(?:we use|uses?|using|essential|accept) (?:\w+ )?cookies\b|^©|\ball rights reserved\b"
    r"|\bcopyright\b.{0,30}\b20\d\d\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The passages of a page that are its own, in order, and the share of furniture around them (0-1).

    `links` are short links that stand in lists of nothing else, which are no passages of the page: its menus, and the
    tags of its entries.
    """

    passages: tuple[Passage, ...]
    furniture: float
    links: tuple[Passage, ...] = ()


def read_content(page: Page, *, profile: SiteProfile | None) -> Content:
    shares = dict(profile.repeated) if profile and profile.pages >= FEWEST_PAGES else {}
    own = [_bounded(p) for p in page.passages if not p.chrome and not _is_furniture(page, p)]
    menus = _menus(page, own)
    links = tuple(p for p in own if p.container in menus and not _is_panel(page, p, shares))
    own = [p for p in own if p.container not in menus]
    own = _trim_edges(page, own, shares)
    own = _drop_elsewhere(page, own)
    told = {p.container for p in own if p.container and shares.get(key_of(page, p), 0.0) < PANEL}
    own = [p for p in own if p.container in told or not _is_panel(page, p, shares)]
    if not own:  # a page that is all furniture by the rules is better read whole than not at all
        own = [_bounded(p) for p in page.passages if not p.chrome and p.linked < 0.5]
    kept = sum(p.end - p.start for p in own)
    return Content(passages=tuple(own), furniture=1 - kept / max(1, len(page.text)), links=links)


def _bounded(passage: Passage) -> Passage:
    """The passage, cut off where it is longer than any that people write, so that no page takes minutes."""
    if passage.end - passage.start <= LONGEST_PASSAGE:
        return passage
    return replace(passage, end=passage.start + LONGEST_PASSAGE)


def _is_furniture(page: Page, passage: Passage) -> bool:
    quote = page.quote(passage)
    if passage.linked > 0.9 and not passage.level and lexicon().action.fullmatch(quote.strip(" .!…")):
        return True
    return bool(NOTICE.search(quote)) and len(quote) < 250


def _menus(page: Page, passages: list[Passage]) -> set[int]:
    """Containers of groups whose entries are nothing but short links: menus, tags, lists of pages."""
    inside: dict[int, list[Passage]] = {}
    for passage in passages:
        inside.setdefault(passage.container, []).append(passage)
    groups: dict[tuple[int, int], list[int]] = {}
    for container in page.containers:
        groups.setdefault((container.group, container.inside), []).append(container.number)
    holders = {c.inside for c in page.containers}
    menus: set[int] = set()
    for numbers in groups.values():
        held = [inside.get(n, []) for n in numbers if n not in holders]
        filled = [h for h in held if h]
        if len(filled) >= 2 and all(_is_link(page, h) for h in filled):
            menus.update(numbers)
    return menus


def _is_link(page: Page, passages: list[Passage]) -> bool:
    if len(passages) != 1 or passages[0].level:
        return False
    passage = passages[0]
    quote = page.quote(passage)
    if NUMBER.search(quote) or EMAIL.search(quote) or POSTCODE.search(quote):
        return False
    words = len(quote.split())
    return (passage.linked > 0.85 and words <= 8) or (words <= 2 and passage.linked > 0.5)


def _trim_edges(page: Page, passages: list[Passage], shares: dict[str, float]) -> list[Passage]:
    """Drops the runs of repeated passages at the top and the foot of the page, then those of its template."""
    if not shares:
        return passages
    on = [shares.get(key_of(page, p), 0.0) for p in passages]
    first, last = 0, len(passages)
    while first < last and on[first] >= EVERYWHERE:
        first += 1
    while last > first and on[last - 1] >= EVERYWHERE and passages[last - 1].kind is not PassageKind.LIST_ITEM:
        last -= 1
    first += _template_run(passages[first:last], on[first:last])
    last -= _template_run(passages[first:last][::-1], on[first:last][::-1])
    return passages[first:last]


def _template_run(passages: Sequence[Passage], on: Sequence[float]) -> int:
    """How many of the first passages stand on the very same pages of the site, several and with a link among them: the
    banner or the footer of a part of the site, such as its old pages. An entry that several lists show is none."""
    alike = takewhile(
        lambda one: one[1] >= LOWEST_SHARE and abs(one[1] - on[0]) <= SAME_SHARE, zip(passages, on, strict=True)
    )
    run = [passage for passage, _ in alike]
    outside = all(not passage.container and passage.kind is not PassageKind.LIST_ITEM for passage in run)
    return len(run) if len(run) >= FEWEST_IN_RUN and outside and any(passage.linked for passage in run) else 0


def _drop_elsewhere(page: Page, passages: list[Passage]) -> list[Passage]:
    """Leaves out what stands under a heading such as `You may also like`, unless that is the page's first heading."""
    panel = lexicon().panel
    heads = [page.quote(p).strip(" .:…") for p in passages if p.level]
    pointing = {h for h in heads[1:] if panel.fullmatch(h)}
    if not pointing:
        return passages
    return [
        p
        for p in passages
        if not any(h.strip(" .:…") in pointing for h in p.heading_path)
        and not (p.level and page.quote(p).strip(" .:…") in pointing)
    ]


def _is_panel(page: Page, passage: Passage, shares: dict[str, float]) -> bool:
    share = shares.get(key_of(page, passage), 0.0)
    return share >= PANEL and passage.linked > 0.8 and not passage.level
