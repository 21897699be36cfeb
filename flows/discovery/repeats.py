"""One service once: which candidates of a site merely repeat what stands, in full, on another of its pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.addresses import Canonical
from extract.facts.schedule import find_weekdays
from flows.discovery.leads import led_to
from flows.discovery.series import told_apart, undated, without_dates
from register.codes.vocabulary import PageKind
from register.models import Candidate
from review.queue.lifecycle import plain

if TYPE_CHECKING:
    from flows.discovery.drafting import DraftedPage

SHINGLE = 5  # words
LONG_NAME = 3  # words
SHARE_REPEATED = 0.8  # of a teaser's shingles that must stand in the fuller text
NAME_OF_ITS_OWN = 2  # words
TELLING_FACTS = frozenset(f"fact.{name}" for name in ("postcodes", "phones", "emails", "weekdays", "times"))
SHARE_REFILED = 0.5  # of an entry's words that must stand in the other filing of it
# Where builders put the pages of a tag or category; one with a single entry looks like a page about that service.
ARCHIVE = re.compile(
    r"/(?:sub-?)?(?:tags?|categor(?:y|ies)|topics?|labels?|keywords?|archives?|author)/", re.IGNORECASE
)
IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)$")
ARTICLES = re.compile(r"^(the|a|an|our) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissible:
    """A page, the candidates of it to admit, and the page whose very words it repeats ("" if none)."""

    page: DraftedPage
    candidates: tuple[Candidate, ...]
    duplicate_of: str = ""

    @property
    def url(self) -> str:
        return self.page.reading.page.url


def once_each(
    pages: Iterable[DraftedPage],
    known_names: Iterable[str] = (),
    *,
    canonical: Canonical,
    known: frozenset[str] = frozenset(),
) -> tuple[Admissible, ...]:
    """The pages with what a reviewer should see of each, so that one service is seen once.

    The same main text at a second address admits nothing. A listing's entry yields to the page of the service of that
    name, read now or known before (`known_names`), and to the one that its name is a link to. A teaser, on a listing
    or a tag page, yields to the candidate whose page holds its words and more; an entry that states nothing of its own,
    to the fuller one of the same name. Of the pages for several dates of one activity one is kept, a candidate that is
    `known` (by its key) before others. `canonical` tells which addresses are one.
    """
    ordered = sorted(pages, key=lambda p: (len(p.reading.page.url), p.reading.page.url))
    tellings = [_telling(page, candidate, known) for page in ordered for candidate in page.candidates]
    teasers = _teasers(tellings) | _echoes(tellings)
    teasers |= _leading(ordered, {telling.candidate.key: telling for telling in tellings}, teasers, canonical)
    services = (page for page in ordered if page.reading.kind is PageKind.SERVICE)
    told = (candidate for page in services for candidate in page.candidates if candidate.key not in teasers)
    own_pages = {name_words(name) for name in (*known_names, *(candidate.name for candidate in told))}
    first: dict[str, str] = {}
    for page in sorted(ordered, key=lambda p: p.reading.kind is not PageKind.SERVICE):
        first.setdefault(page.text_hash, page.reading.page.url)
    admissible = []
    for page in ordered:
        url = page.reading.page.url
        original = first[page.text_hash]
        listing = page.reading.kind is PageKind.LISTING
        kept = tuple(
            candidate
            for candidate in page.candidates
            if original == url
            and candidate.key not in teasers
            and not (listing and _has_own_page(candidate, own_pages))
        )
        admissible.append(Admissible(page=page, candidates=kept, duplicate_of=original if original != url else ""))
    return tuple(admissible)


def _leading(
    pages: Sequence[DraftedPage], tellings: Mapping[str, _Telling], teasers: Collection[str], canonical: Canonical
) -> set[str]:
    """Keys of the entries that lead to the page of their service and state nothing that it does not."""
    alone = (one for one in tellings.values() if one.alone and one.candidate.key not in teasers)
    own_pages = {canonical(one.url): one.candidate for one in alone}
    led = (
        pair for page in pages if page.reading.kind is PageKind.LISTING for pair in led_to(page, own_pages, canonical)
    )
    return {entry.key for entry, own in led if tellings[entry.key].stated <= tellings[own.key].stated}


def name_words(name: str) -> frozenset[str]:
    """A name's words without its article, in no order: "Men's Shed, Lower Quay" is "The Lower Quay Men's Shed".

    "Knit & Natter" is "Knit and Natter".
    """
    return frozenset(ARTICLES.sub("", plain(name)).split()) - {"and"}


def _has_own_page(entry: Candidate, own_pages: set[frozenset[str]]) -> bool:
    """Whether a page bears the entry's name, or three words or more of it (an entry often adds place or day).

    Two shared words are not enough: "Lunch club, Ossett" may well be another than the "Lunch club" that has a page. A
    timetable's "Lunch club (second Friday)" is not.
    """
    brackets = IN_BRACKETS.search(entry.name)
    when = brackets is not None and any(find_weekdays(brackets[1]))
    words = name_words(entry.name[: brackets.start()] if brackets and when else entry.name)
    return words in own_pages or any(len(own) >= LONG_NAME and own <= words for own in own_pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """A candidate's own words, also as shingles, where they stand, whether the page is about it `alone`, whether it is
    the `only` one of a page of a tag, and whether the queue has it already. The name of a page of its own is taken
    without its date."""

    candidate: Candidate
    alone: bool
    only: bool
    known: bool
    said: str
    names: frozenset[str]
    url: str
    shingles: frozenset[str]
    stated: frozenset[tuple[str, str]]  # values of the facts that tell one service from another of its name

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Of two tellings of one service the greater is kept: a page of its own, then one that is known, so that it
        keeps its id, then more words."""
        return self.alone, self.alone and self.known, len(self.shingles)


def _teasers(tellings: Sequence[_Telling]) -> set[str]:
    """Keys of the candidates whose words stand, with a like name, in a fuller candidate of another page."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, telling in enumerate(tellings):
        for shingle in telling.shingles:
            holders[shingle].append(number)
    return {t.candidate.key for number, t in enumerate(tellings) if _yields(number, tellings, holders)}


def _telling(page: DraftedPage, candidate: Candidate, known: frozenset[str]) -> _Telling:
    text, url = page.reading.page.text, page.reading.page.url
    sole, filed = page.reading.kind is PageKind.SERVICE and len(page.candidates) == 1, ARCHIVE.search(url) is not None
    alone, name = sole and not filed, candidate.name
    if alone:  # the pages for two dates of one activity differ in them
        name, text = undated(name, on=page.reading.page.fetched_at.date()), without_dates(text, candidate)
    words = plain(" ".join(text[start:end] for start, end in candidate.spans)).split()
    shingles = frozenset(" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))
    return _Telling(
        candidate=candidate,
        alone=alone,
        only=sole and filed,
        known=candidate.key in known,
        said=f" {' '.join(words)} ",
        names=name_words(name),
        url=url,
        shingles=shingles,
        stated=frozenset(_stated(candidate)),
    )


def _stated(candidate: Candidate) -> Iterator[tuple[str, str]]:
    for field in candidate.fields:
        if field.name in TELLING_FACTS and isinstance(field.value, tuple):
            yield from ((field.name, value) for value in field.value)


def _echoes(tellings: Sequence[_Telling]) -> set[str]:
    """Keys of the entries of which a fuller candidate of the very name, on another page, states every telling fact.

    A name of one word is no name of its own, unless on an archive page. A page about one service is an echo only of
    another that says half of its words too: a directory that files one entry under two headings.
    """
    namesakes: dict[frozenset[str], list[tuple[tuple[bool, bool, int], int, _Telling]]] = defaultdict(list)
    for number, telling in enumerate(tellings):
        namesakes[telling.names].append((telling.rank, -number, telling))
    echoes: set[str] = set()
    for told in namesakes.values():
        ranked = [telling for _, _, telling in sorted(told, key=lambda row: row[:2], reverse=True)]
        for place, entry in enumerate(ranked):
            fuller = (other for other in ranked[:place] if other.url != entry.url)
            if any(_is_echo(entry, other) for other in fuller):
                echoes.add(entry.candidate.key)
    return echoes


def _is_echo(entry: _Telling, fuller: _Telling) -> bool:
    if not entry.stated <= fuller.stated or _two(entry, fuller):
        return False
    if entry.alone:
        said, known = _words(entry), _words(fuller)
        return bool(entry.stated) and len(said & known) >= SHARE_REFILED * len(said)
    return len(entry.names) >= NAME_OF_ITS_OWN or ARCHIVE.search(entry.url) is not None


def _words(telling: _Telling) -> frozenset[str]:
    return frozenset(word for shingle in telling.shingles for word in shingle.split())


def _yields(number: int, tellings: Sequence[_Telling], holders: dict[str, list[int]]) -> bool:
    telling = tellings[number]
    shared: dict[int, int] = defaultdict(int)
    for shingle in telling.shingles:
        for holder in holders[shingle]:
            shared[holder] += 1
    for holder, count in shared.items():
        fuller = tellings[holder]
        # A page of its own is the better source; of two that say the same the first stays, so that never both go.
        better = (fuller.rank, -holder) > (telling.rank, -number)
        alike = telling.names <= fuller.names or fuller.names <= telling.names or _is_filed(telling, fuller)
        own_page = fuller.alone and not telling.alone
        words = min(len(telling.shingles), len(fuller.shingles)) if own_page else len(telling.shingles)
        repeated = better and alike and count >= SHARE_REPEATED * words
        if fuller.url != telling.url and repeated and not _two(telling, fuller):
            return True
    return False


def _is_filed(telling: _Telling, fuller: _Telling) -> bool:
    """Whether a page of a tag, which bears the tag's name, holds nothing but the entry of `fuller`."""
    return telling.only and f" {plain(fuller.candidate.name)} " in telling.said


def _two(one: _Telling, other: _Telling) -> bool:
    """Whether two pages of their own tell, in the same words, of two places or two providers."""
    return one.alone and other.alone and told_apart(one.candidate, other.candidate)
