"""Dates of one activity, each on a page of its own: one candidate tells them all, each with its quote and its page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from extract.facts.dates import find_dates
from extract.facts.times import find_times
from register.codes.vocabulary import PageKind, Status
from register.models import Candidate, DraftField, Evidence
from review.queue.lifecycle import plain

if TYPE_CHECKING:
    from flows.discovery.repeats import Admissible

DATES = "fact.dates"
PLACE, PROVIDER = "fact.postcodes", "fact.provider"
EDGES = " -–—,;:|@("


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands of a series beside a new reading of one of its pages: the addresses `read` now and those `gone`."""

    read: Set[str]
    gone: Set[str]
    today: date

    def cancels(self, quote: Evidence) -> bool:
        """A page that is gone cancels a date that was yet to come."""
        return quote.page in self.gone and date.fromisoformat(quote.supports) >= self.today


def undated(name: str, *, on: date) -> str:
    """A name without the dates and times in it; itself where nothing else is left.

    >>> undated("Tea Dance - Sat 6 July 2026, 2-4pm", on=date(2026, 6, 1))
    'Tea Dance'
    """
    if not any(map(str.isdigit, name)):
        return name
    bare = name
    for found in sorted(find_dates(name, today=on), key=lambda one: -one.start):
        bare = f"{bare[: found.start].rstrip(EDGES)} {bare[found.end :]}"
    if bare == name:
        return name
    for time in sorted(find_times(bare), key=lambda one: -one.start):
        bare = f"{bare[: time.start].rstrip(EDGES)} {bare[time.end :]}"
    bare = " ".join(bare.split()).strip(EDGES + ")")
    return bare if plain(bare) else name


def without_dates(text: str, candidate: Candidate) -> str:
    """The page's text with spaces in the place of the candidate's dates; all else stands where it stood."""
    for one in dates_of(candidate).evidence:
        if not one.page:
            text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text


def told_apart(one: Candidate, other: Candidate) -> bool:
    """Whether both name a place and none is the same, or both name a provider and it is another."""
    here, there = _texts(one, PLACE), _texts(other, PLACE)
    if here and there and not here & there:
        return True
    own, theirs = ({"".join(plain(text).split()) for text in _texts(side, PROVIDER)} for side in (one, other))
    return bool(own and theirs and not own & theirs)


def further_dates(pages: Sequence[Admissible]) -> dict[str, tuple[Evidence, ...]]:
    """By the key of the candidate that tells of an activity, the quotes for its dates on pages of their own that were
    left out for it. A page is another date of it that bears its name, and names no other place or provider."""
    tellers: dict[str, list[Candidate]] = defaultdict(list)
    for page in pages:
        for candidate in page.candidates if page.page.reading.kind is PageKind.SERVICE else ():
            tellers[_name(page, candidate)].append(candidate)
    dates: dict[str, list[Evidence]] = defaultdict(list)
    for page in pages:
        if page.candidates or len(page.page.candidates) != 1 or page.page.reading.kind is not PageKind.SERVICE:
            continue
        (left,) = page.page.candidates
        fitting = [one for one in tellers[_name(page, left)] if not told_apart(one, left)]
        if len(fitting) == 1:
            dates[fitting[0].key] += _quotes(left)
    return {key: tuple(quotes) for key, quotes in dates.items() if quotes}


def carried(known: Candidate, stands: Standing) -> tuple[Evidence, ...]:
    """The quotes for dates on other pages that a known draft has, of pages that were not read again now."""
    return tuple(
        one for one in dates_of(known).evidence if one.page and one.page not in stands.read and not stands.cancels(one)
    )


def without_gone(known: Candidate, stands: Standing) -> Candidate:
    """The draft without the dates to come whose pages are gone."""
    field = dates_of(known)
    evidence = tuple(one for one in field.evidence if not stands.cancels(one))
    told = {one.supports for one in evidence}
    lost = {one.supports for one in field.evidence} - told
    values = tuple(day for day in field.value if day not in lost) if isinstance(field.value, tuple) else ()
    if values:
        field = replace(field, evidence=evidence, value=values)
    else:
        field = replace(field, evidence=(), value=None, status=Status.NOT_REPORTED)
    return replace(known, fields=tuple(field if one.name == DATES else one for one in known.fields))


def with_dates(candidate: Candidate, quotes: Iterable[Evidence]) -> Candidate:
    """The candidate with the dates of those quotes that it does not tell itself, the earliest first."""
    own = dates_of(candidate)
    values = own.value if isinstance(own.value, tuple) else ()
    new = {one.supports: one for one in quotes if one.supports not in values and one.page != candidate.page_url}
    if not new:
        return candidate
    field = replace(
        own,
        status=Status.REPORTED,
        value=tuple(sorted({*values, *new})),
        evidence=(*own.evidence, *(new[day] for day in sorted(new))),
        score=own.score if values else 1.0,
    )
    return replace(candidate, fields=tuple(field if one.name == DATES else one for one in candidate.fields))


def days_beyond(candidate: Candidate, known: Candidate) -> tuple[str, ...]:
    """The days that the one tells and the other does not."""
    return tuple(sorted(_texts(candidate, DATES) - _texts(known, DATES)))


def dates_of(candidate: Candidate) -> DraftField:
    found = (field for field in candidate.fields if field.name == DATES)
    return next(found, DraftField(name=DATES, status=Status.NOT_EXTRACTED))


def _name(page: Admissible, candidate: Candidate) -> str:
    return plain(undated(candidate.name, on=page.page.reading.page.fetched_at.date()))


def _quotes(candidate: Candidate) -> Iterator[Evidence]:
    """The quotes for its own dates, each marked with its page."""
    for one in dates_of(candidate).evidence:
        if one.supports and re.fullmatch(r"\d{4}-\d\d-\d\d", one.supports):
            yield replace(one, page=one.page or candidate.page_url)


def _texts(candidate: Candidate, name: str) -> set[str]:
    value = next((field.value for field in candidate.fields if field.name == name), None)
    if value is None:
        return set()
    return set(value) if isinstance(value, tuple) else {str(value)}
