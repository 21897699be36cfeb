"""Which words of a page changed, and whether those that a value rests on are among them.

Words are compared free of case, layout and the ways of writing one thing ("Mon 10.00am", "Monday 10 am"), and without
those that tell of the visit ("last updated today"). Two states of a page are laid beside each other word by word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from register.models import Evidence
from register.staleness.passing import Passing

# Figures stand apart from letters, so that "10am" is "10 am"; a soft hyphen or an apostrophe parts no word, and a
# telephone is one word however it is spaced.
TOKEN = re.compile(r"(?<!\d)0\d(?:[ ()-]{0,2}\d){8,9}(?!\d)|\d+|[^\W\d_]+(?:['\u2019\u00ad\u200b][^\W\d_]+)*|[£%&€$]")
NOTHING = str.maketrans("", "", "'\u2019\u00ad\u200b ()-")
HOUR_NEXT = re.compile(r"\W{0,3}\d")
LONG = 4  # words from which on a quote is the same wherever on the page it stands; a shorter one needs a neighbour
BESIDE = 2  # words on one side of a short quote that have to be the same
LARGEST = 4_000_000  # words times words beyond which two states are not laid beside each other


@dataclass(frozen=True)  # no slots: the cached parts live in its dict
class PageWords:
    """A page's words in order, in the form in which they are compared, and where each begins in its text."""

    words: tuple[str, ...]
    starts: tuple[int, ...]

    @cached_property
    def line(self) -> str:
        return f" {' '.join(self.words)} "

    def places(self, start: int, end: int) -> range:
        """The numbers of the words of `text[start:end]`."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def said(self, start: int, end: int) -> tuple[str, ...]:
        here = self.places(start, end)
        return self.words[here.start : here.stop]

    def holds(self, words: tuple[str, ...]) -> bool:
        return f" {' '.join(words)} " in self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """Words that left, and words that came, on most of a host's pages at once: labels and headings of another layout.
    Of what the host says in sentences they tell nothing; figures are never among them."""

    left: frozenset[str] = frozenset()
    came: frozenset[str] = frozenset()


NO_FURNITURE = Furniture()


def words_of(text: str, passing: Passing, *, without: frozenset[str] = frozenset()) -> PageWords:
    """The words of `text`; those `without` which it is read are left out as if they were not there."""
    gone = passing.spans(text)
    found: list[str] = []
    starts: list[int] = []
    place = 0
    for match in TOKEN.finditer(text):
        while place < len(gone) and gone[place][1] <= match.start():
            place += 1
        if place < len(gone) and gone[place][0] <= match.start():
            continue
        word = match[0].casefold().translate(NOTHING)
        if word == "00" and text[match.start() - 1 : match.start()] in (".", ":") and found:
            continue  # "10.00" is "10"
        if word == "to" and found and _is_hour(found[-1]) and HOUR_NEXT.match(text, match.end()):
            continue  # "10 to 12" is "10 - 12"
        if (spelled := passing.spelled.get(word, word)) in without:
            continue
        found.append(spelled)
        starts.append(match.start())
    return PageWords(words=tuple(found), starts=tuple(starts))


def _is_hour(word: str) -> bool:
    return word.isdigit() or word in ("am", "pm", "noon", "midday")


@dataclass(frozen=True)  # as above
class Change:
    """A page's words before and now."""

    before: PageWords
    now: PageWords

    @property
    def none(self) -> bool:
        return self.before.words == self.now.words

    def left(self, evidence: Evidence) -> bool:
        """Whether the words of a quote of the page before are no more where they stood."""
        return self._new_words(evidence, self.before, self.now, self._kept_before)

    def came(self, evidence: Evidence) -> bool:
        """Whether the words of a quote of the page now were not there before."""
        return self._new_words(evidence, self.now, self.before, self._kept_now)

    def _new_words(self, evidence: Evidence, own: PageWords, other: PageWords, kept: tuple[int, ...]) -> bool:
        here = own.places(evidence.start, evidence.end)
        if evidence.page or not here or self._stands(here, kept):
            return False
        words = own.words[here.start : here.stop]
        if len(words) >= LONG:
            return not other.holds(words)
        led = own.words[max(0, here.start - BESIDE) : here.stop]
        followed = own.words[here.start : here.stop + BESIDE]
        return not (other.holds(led) or other.holds(followed))

    @staticmethod
    def _stands(here: range, kept: tuple[int, ...]) -> bool:
        """Whether the words at `here` all stand on the other side, one after another."""
        first = kept[here.start]
        return first >= 0 and all(kept[place] == first + place - here.start for place in here)

    @cached_property
    def _kept_before(self) -> tuple[int, ...]:
        """For each word before its number now, -1 where it is gone."""
        kept = [-1] * len(self.before.words)
        for before, now, size in self._blocks:
            kept[before : before + size] = range(now, now + size)
        return tuple(kept)

    @cached_property
    def _kept_now(self) -> tuple[int, ...]:
        kept = [-1] * len(self.now.words)
        for before, now, size in self._blocks:
            kept[now : now + size] = range(before, before + size)
        return tuple(kept)

    @cached_property
    def _blocks(self) -> tuple[tuple[int, int, int], ...]:
        """The runs of words that both have, in the same order: (number before, number now, how many)."""
        a, b = self.before.words, self.now.words
        head = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        most = min(len(a), len(b)) - head
        pairs = zip(reversed(a), reversed(b), strict=False)
        foot = next((n for n, (x, y) in enumerate(pairs) if x != y or n == most), most)
        inner_a, inner_b = a[head : len(a) - foot], b[head : len(b) - foot]
        blocks = [(0, 0, head), (len(a) - foot, len(b) - foot, foot)]
        if len(inner_a) * len(inner_b) <= LARGEST:
            found = SequenceMatcher(None, inner_a, inner_b, autojunk=False).get_matching_blocks()
            blocks += [(head + x, head + y, size) for x, y, size in found]
        return tuple(blocks)


@lru_cache(maxsize=8)  # the entries of a listing share both states, which take a while to lay beside each other
def change_of(before: str, now: str, passing: Passing, furniture: Furniture = NO_FURNITURE) -> Change:
    """The change from one text of a page to another."""
    aside = furniture.left | furniture.came
    return Change(before=words_of(before, passing, without=aside), now=words_of(now, passing, without=aside))
