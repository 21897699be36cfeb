"""Units: the sentences, list items, cells and headings of a service, each a possible quote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from spacy.language import Language

from extract.nlp import sentence_starts
from register.models import Page, Passage
from register.vocabulary import PassageKind

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


def read_units(page: Page, passages: Iterable[Passage], *, nlp: Language, shared: bool = False) -> tuple[Unit, ...]:
    """The passages cut into units; list items, cells and headings stay whole unless they hold several sentences."""
    units = []
    for passage in passages:
        text = page.quote(passage)
        for start, end in _sentences(text, passage, nlp):
            if any(c.isalnum() for c in text[start:end]):
                units.append(
                    Unit(
                        start=passage.start + start,
                        end=passage.start + end,
                        text=text[start:end],
                        passage=passage,
                        shared=shared,
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
