"""A host that was rebuilt: what came and left on most of its pages at once, which no record is opened for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flows.discovery.host_drafts import HostDraft
from register.staleness.passing import Passing
from register.store import Store
from register.store.crawling.runs import Issue
from review.queue.neighbourhood import NO_FURNITURE, Furniture, words_of

FEWEST_PAGES = 5  # changed pages below which nothing is said of the host
SHARE_OF_PAGES = 0.5  # of the changed pages that a word has to come to, or leave, all at once
SHARE_CHANGED = 0.5  # of the known pages that are read, where the host is taken for rebuilt
FEWEST_WORDS = 8  # that came or left alike, where that is to be told: another entry of a menu is not
MOST_PAGES = 200  # that are looked at
REBUILT = "rebuilt"  # the kind of the issue that tells of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What most of a host's changed pages have in common, and the one thing there is to tell of it, if any."""

    furniture: Furniture = NO_FURNITURE
    issue: Issue | None = None


def what_was_rebuilt(store: Store, draft: HostDraft, passing: Passing) -> Rebuilt:
    """Compares the pages that were read again with what stood there before; figures never count as furniture."""
    came, left = Counter[str](), Counter[str]()
    changed = read = 0
    for page in draft.drafted[:MOST_PAGES]:
        known = draft.answers[page.reading.page.url].known
        if known is None or not known.body_hash:
            continue
        read += 1
        before = frozenset(words_of(store.moves.latest_text(known), passing).words)
        now = frozenset(words_of(page.reading.page.text, passing).words)
        changed += before != now
        came.update(_words(now - before))
        left.update(_words(before - now))
    if changed < FEWEST_PAGES:
        return Rebuilt()
    least = SHARE_OF_PAGES * changed
    furniture = Furniture(
        left=frozenset(word for word, pages in left.items() if pages >= least),
        came=frozenset(word for word, pages in came.items() if pages >= least),
    )
    words = len(furniture.came) + len(furniture.left)
    whole = words >= FEWEST_WORDS and changed >= SHARE_CHANGED * (read + len(draft.same))
    told = f"{changed} of {read + len(draft.same)} pages changed at once, {len(furniture.came)} words came to most of "
    told += f"them and {len(furniture.left)} left: it may have been rebuilt. Values whose words still stand were kept"
    issue = Issue(url=draft.host, kind=REBUILT, message=told) if whole else None
    return Rebuilt(furniture=furniture, issue=issue)


def _words(words: Iterable[str]) -> Iterable[str]:
    return (word for word in words if word.isalpha())
