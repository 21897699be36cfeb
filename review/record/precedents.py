"""How the last services like this one were decided: by whom, when, with which codes, and what both say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from register.store import Store
from register.store.queue.candidates import KnownCandidate
from review.settings import ReviewSettings
from review.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarRecord:
    """A decided record that is like the one on the screen; `codes` in words, `words` those that both use."""

    id: str
    name: str
    accepted: bool
    codes: tuple[str, ...]
    words: tuple[str, ...]
    decided_by: str
    decided_at: datetime
    comment: str


def similar_records(
    store: Store, known: KnownCandidate, settings: ReviewSettings, *, but: frozenset[str] = frozenset()
) -> tuple[SimilarRecord, ...]:
    """The decided records most like the candidate, most alike first, without those in `but`."""
    found = []
    for key, words in settings.find_similar(store, known):
        told = store.learning.precedent(key) if key not in but else None
        if told is None or key == known.id:
            continue
        codes = tuple(label for scheme, own in told.codes for label in say(f"code.{scheme}", own, settings.codebook))
        found.append(
            SimilarRecord(
                id=key,
                name=told.name,
                accepted=told.accepted,
                codes=codes,
                words=words,
                decided_by=told.decided_by,
                decided_at=told.decided_at,
                comment=told.comment,
            )
        )
    return tuple(found)
