"""Orders what waits by what the team included and rejected so far: a queue that learns as it is worked through."""

from __future__ import annotations

from register.hosts import host_of
from register.store import Store
from register.store.queue.ordering import Line

MOST_DECIDED, MOST_WAITING = 1_000, 2_000  # records learned from, and lines ordered, at once


def learn_order(store: Store, locality: str) -> int:
    """Learns the chances of what waits in the locality anew; gives from how many decided records, 0 where they are too
    few or all alike."""
    decided = store.ordering.last_decided(MOST_DECIDED)
    if len({line.included for line in decided}) < 2:
        store.ordering.set_chances(locality, (), decided=0)
        return 0
    from classify.inclusion import LEAST, learn  # numpy is loaded only where there is something to learn from

    if len(decided) < LEAST:
        store.ordering.set_chances(locality, (), decided=0)
        return 0
    waiting = store.ordering.waiting(locality, MOST_WAITING)
    told = _traits(store, (*decided, *waiting))
    chances = learn(
        [(told[line.candidate], bool(line.included)) for line in decided], [told[line.candidate] for line in waiting]
    )
    pairs = [(line.candidate, chance) for line, chance in zip(waiting, chances, strict=True)]
    store.ordering.set_chances(locality, pairs, decided=len(decided))
    return len(decided)


def _traits(store: Store, lines: tuple[Line, ...]) -> dict[str, dict[str, float]]:
    """The traits of each candidate; those that were never told of its latest draft are told and kept."""
    from classify.inclusion import traits_of

    found = {line.candidate: line.traits for line in lines if line.traits is not None}
    fresh = [
        (line, traits_of(store.ordering.draft(line), kind=line.page_kind, host=host_of(line.page_url)))
        for line in lines
        if line.traits is None
    ]
    store.ordering.keep_traits(fresh)
    return found | {line.candidate: traits for line, traits in fresh}
