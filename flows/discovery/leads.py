"""Which entries of a list lead to the page about their service, whatever either is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from register.models import Candidate
from review.queue.lifecycle import plain

if TYPE_CHECKING:
    from crawlers.addresses import Canonical
    from flows.discovery.drafting import DraftedPage

STEM = 5  # letters by which two words are one: "worker" and "workers", "walk" and "walking" are not
LEAST_WORD = 4  # letters of a word that tells one name from another


def led_to(
    page: DraftedPage, own_pages: Mapping[str, Candidate], canonical: Canonical
) -> Iterator[tuple[Candidate, Candidate]]:
    """The entries of a listing whose names are links to pages of `own_pages` (by canonical address), each with that
    service.

    A page to which several entries lead (to book, to ask) is nobody's own, and the two names share a word that tells.
    """
    read = page.reading.page
    targets = {one.start: canonical(one.target, base=read.url) for one in read.passages if one.target}
    entries = [(entry, target) for entry in page.candidates if (target := targets.get(_start(entry), ""))]
    led = Counter(target for _, target in entries)
    for entry, target in entries:
        own = own_pages.get(target)
        if own and own.page_url != read.url and led[target] == 1 and _stems(entry.name) & _stems(own.name):
            yield entry, own


def _start(entry: Candidate) -> int:
    """Where its name stands."""
    named = next((field for field in entry.fields if field.name == "tidier.brief_name"), None)
    return named.evidence[0].start if named and named.evidence else -1


def _stems(name: str) -> set[str]:
    return {word[:STEM] for word in plain(name).split() if len(word) >= LEAST_WORD}
