"""Pages that are found again under another address, by the words that stand on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from flows.staleness.following import FEW_WORDS, SHINGLE, shared_path
from register.staleness.passing import Passing
from register.store.crawling.moves import PageMove, Way
from review.queue.lifecycle import plain
from review.queue.neighbourhood import words_of

# Of the words of the page found, so many stood on the one that is gone: under the same title, and under another.
SAME_TITLE, OTHER_TITLE = 0.5, 0.75
BACK = 0.4  # and of the words of the one that is gone, furniture left out, so many stand on the page found
FEWEST_OF_A_SECTION = 2  # pages by which the way of their section is known
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH}\b|\b{MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b", re.I)
NO_PASSING = Passing()


@dataclass(frozen=True)  # no slots: the cached parts live in its dict
class PageTelling:
    """A page as it was last read: `main` is its own text, without furniture, "" where that is not known any more."""

    url: str
    title: str
    text: str
    text_hash: str
    main: str = ""

    @cached_property
    def all_words(self) -> frozenset[str]:
        return _shingles(self.text)

    @cached_property
    def own_words(self) -> frozenset[str]:
        return _shingles(self.main)

    @cached_property
    def furniture(self) -> frozenset[str]:
        return self.all_words - self.own_words

    @cached_property
    def day(self) -> str:
        """The first day that it names: of an event page the day of the event."""
        found = DATE.search(self.main or self.text)
        return "" if found is None else " ".join(part.casefold()[:3] for part in found.groups() if part)


def find_moves(gone: Sequence[PageTelling], new: Sequence[PageTelling]) -> tuple[PageMove, ...]:
    """Which of the `new` pages were `gone` ones, each of both once at most, the likeliest first.

    A page for another day is another page, however alike: the next date of an event did not move there.
    """
    found = []
    for (i, old), (j, page) in product(enumerate(gone), enumerate(new)):
        if likeness := _likeness(old, page):
            found.append((-likeness - 0.2 * shared_path(old.url, page.url), i, j))
    taken_old, taken_new = set[int](), set[int]()
    moves = []
    for _, i, j in sorted(found):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            moves.append(PageMove(from_url=gone[i].url, to_url=new[j].url, way=Way.CONTENT))
    return tuple(moves)


def moved_with_their_section(moves: Sequence[PageMove], gone: Iterable[str], there: Set[str]) -> tuple[PageMove, ...]:
    """The pages `gone` of a section of which others were found under one new address, and that are `there` as they are.

    So a page is found that says nothing by which it could be known: an empty one, or one that was written anew.
    """
    sections = Counter(_section(move.from_url, move.to_url) for move in moves)
    taken = {url for move in moves for url in (move.from_url, move.to_url)}
    found = []
    for url in sorted(set(gone) - taken):
        for (old, new), times in sections.items():
            goes = new + url.removeprefix(old)
            if times >= FEWEST_OF_A_SECTION and old and url.startswith(old) and goes in there and goes not in taken:
                found.append(PageMove(from_url=url, to_url=goes, way=Way.CONTENT))
                taken.add(goes)
                break
    return tuple(found)


def _section(one: str, other: str) -> tuple[str, str]:
    """What is left of two addresses without their last part, where that is the same; else nothing."""
    (head, tail), (there, end) = (url.rstrip("/").rsplit("/", 1) for url in (one, other))
    return (f"{head}/", f"{there}/") if tail == end else ("", "")


def another_day(one: PageTelling, other: PageTelling) -> bool:
    return bool(one.day and other.day and one.day != other.day)


def _likeness(gone: PageTelling, new: PageTelling) -> float:
    if gone.text_hash == new.text_hash:
        return 3.0
    if not new.own_words or another_day(gone, new):
        return 0.0
    shared = new.own_words & gone.all_words
    share, back = len(shared) / len(new.own_words), len(shared) / max(1, len(gone.all_words - new.furniture))
    titled = bool(plain(new.title)) and plain(new.title) == plain(gone.title)
    least = SAME_TITLE if titled else OTHER_TITLE
    if share < least or back < BACK or (not titled and len(new.own_words) < FEW_WORDS):
        return 0.0
    return share + titled


def _shingles(text: str) -> frozenset[str]:
    words = words_of(text, NO_PASSING).words
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
