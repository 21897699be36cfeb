"""Compares what is new or changed in a locality's queue with all the rest: what is likely the same service twice."""

from __future__ import annotations

from pathlib import Path

from register.datafile import find_data
from register.matching.model import read_matcher
from register.store import Store
from review.pairs.likeness import likely_pairs_of

AT_ONCE = 200  # candidates in one transaction: reviewers who save meanwhile wait no longer than for these


def find_likely(store: Store, locality: str, *, data: Path | None = None) -> int:
    """Finds the likely pairs of every candidate whose latest revision was not compared yet; gives how many wait to be
    judged. What was compared stays so: an interrupted search goes on where it was."""
    waiting = 0
    keys = store.traits.to_compare(locality)
    matcher = read_matcher(data or find_data())
    for start in range(0, len(keys), AT_ONCE):
        with store.transaction():
            drafts = [store.queue.get(key).draft for key in keys[start : start + AT_ONCE]]
            for draft, pairs in zip(drafts, likely_pairs_of(store, drafts, matcher=matcher), strict=True):
                waiting += store.pairs.keep(draft.key, pairs)
    return waiting
