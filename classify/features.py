"""What the scores of codes are made from: how strongly each cue row speaks, and the words of the service."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from classify.cues import CueBook
from classify.guards import Hit
from classify.text import NAME, TAG, ServiceText

EARLY_LINES = 3  # the name and the first two sentences
TAG_STRENGTH = 0.8

WORD = re.compile(r"[a-z][a-z'+]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CueStrength:
    """How one row's cues stand in a service: in its name, in how many other lines (in `tags` of these, which state
    nothing), early, or taken back."""

    in_name: bool = False
    lines: int = 0
    tags: int = 0
    early: bool = False
    taken_back: int = 0

    @property
    def strength(self) -> float:
        """0 where nothing holds; about 1 for one sentence, up to 4."""
        if not (self.in_name or self.lines):
            return 0.0
        tags_alone = self.lines > 0 and self.lines == self.tags
        said = TAG_STRENGTH if tags_alone else min(self.lines, 1) + 0.35 * min(max(self.lines - 1, 0), 3)
        return 1.2 * self.in_name + said + 0.3 * self.early

    @property
    def stated(self) -> bool:
        """Whether more than a tag says it."""
        return self.in_name or self.lines > self.tags


NOTHING = CueStrength()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFeatures:
    """`cues` by key of the row (absent: no hit), `words` with their counts, the same as they stand line by line, and by
    key of the row the `hits` that no guard took back."""

    cues: Mapping[str, CueStrength]
    words: Mapping[str, int]
    words_by_line: tuple[tuple[str, ...], ...]
    hits: Mapping[str, tuple[Hit, ...]]

    def cue(self, key: str) -> CueStrength:
        return self.cues.get(key, NOTHING)

    def held(self, key: str) -> tuple[Hit, ...]:
        """The hits of a row that no guard took back."""
        return self.hits.get(key, ())


def measure(text: ServiceText, book: CueBook) -> ServiceFeatures:
    """The features of one service."""
    by_key: dict[str, list[Hit]] = defaultdict(list)
    for hit in book.find_all(text):
        by_key[hit.code].append(hit)
    by_line = tuple(map(_words_of_line, text.lowered.split("\n")))
    held = {key: tuple(hit for hit in hits if not hit.guard) for key, hits in by_key.items()}
    return ServiceFeatures(
        cues={key: _strength(hits, text) for key, hits in by_key.items()},
        words=Counter(chain.from_iterable(by_line)),
        words_by_line=by_line,
        hits={key: hits for key, hits in held.items() if hits},
    )


def words_of(lowered: str) -> Counter[str]:
    """Words and pairs of words of a lower-case text, with their counts; pairs do not cross lines."""
    return Counter(chain.from_iterable(map(_words_of_line, lowered.split("\n"))))


def _words_of_line(line: str) -> tuple[str, ...]:
    """Its words, then its pairs of words."""
    words = WORD.findall(line)
    return (*words, *(f"{left} {right}" for left, right in pairwise(words)))


def _strength(hits: list[Hit], text: ServiceText) -> CueStrength:
    held = {hit.line for hit in hits if not hit.guard}
    named = {line for line in held if text.lines[line].kind == NAME}
    return CueStrength(
        in_name=bool(named),
        lines=len(held - named),
        tags=sum(text.lines[line].kind == TAG for line in held),
        early=any(line < EARLY_LINES for line in held),
        taken_back=sum(bool(hit.guard) for hit in hits),
    )
