"""Units: the sentences, list items, cells and headings of a service, each a possible quote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from spacy.language import Language

from extract.nlp import sentence_starts
from register.codes.vocabulary import PassageKind
from register.models import Page, Passage

SAYS_NOTHING: Final = re.compile(r"[\W_]*(?:\d{1,2}[\W_]*)?")  # the number of a list's step, signs
LONG: Final = 4000  # characters from which spaCy's marking of sentences, quadratic in tokens, is too slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """`text[start:end]` of the page: one sentence, list item, cell or heading of `passage`.

    `shared` says that it stands outside the service's own part (a lead-in to a listing).
    """

    start: int
    end: int
    text: str
    passage: Passage
    shared: bool = False


class UnitReader:
    """The units of a page's passages, each passage cut once however many services hold it."""

    def __init__(self, page: Page, *, nlp: Language) -> None:
        self._page = page
        self._nlp = nlp
        self._units: dict[Passage, tuple[Unit, ...]] = {}

    def read(self, passages: Iterable[Passage], *, shared: bool = False) -> tuple[Unit, ...]:
        found = (unit for passage in passages for unit in self._of(passage))
        return tuple(replace(unit, shared=True) for unit in found) if shared else tuple(found)

    def _of(self, passage: Passage) -> tuple[Unit, ...]:
        if passage not in self._units:
            self._units[passage] = read_units(self._page, (passage,), nlp=self._nlp)
        return self._units[passage]


def read_units(page: Page, passages: Iterable[Passage], *, nlp: Language) -> tuple[Unit, ...]:
    """The passages cut into units; list items, cells and headings stay whole unless they hold several sentences."""
    units = []
    for passage in passages:
        text = page.quote(passage)
        for start, end in _sentences(text, passage, nlp):
            if not SAYS_NOTHING.fullmatch(text, start, end):
                units.append(
                    Unit(
                        start=passage.start + start,
                        end=passage.start + end,
                        text=text[start:end],
                        passage=passage,
                    )
                )
    return tuple(units)


def _sentences(text: str, passage: Passage, nlp: Language) -> list[tuple[int, int]]:
    whole = passage.level or passage.kind is PassageKind.TERM or len(text) < 40
    if whole or not any(mark in text for mark in (". ", "! ", "? ", "… ", "• ", "” ", "’ ", ") ")):
        return [(0, len(text))]
    if len(text) > LONG:
        starts = (*sentence_starts(text), len(text))
        return [(a, a + len(text[a:b].rstrip())) for a, b in pairwise(starts) if text[a:b].strip()]
    return [(sent.start_char, sent.end_char) for sent in nlp(text).sents if sent.text.strip()]
