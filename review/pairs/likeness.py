"""Which candidates are likely the same service or programme: found by what they share, scored by learned weights.

Candidate in, likely pairs out; who knows a better way puts another `likely_pairs` in the place of this one.
"""

from __future__ import annotations

from collections.abc import Sequence

from register.datafile import find_data
from register.matching.model import read_matcher
from register.matching.scoring import SHOWN_FROM, Matcher
from register.matching.traits import Traits, traits_of
from register.models import Candidate
from register.store import Store
from register.store.matching.arrivals import Arrivals
from register.store.matching.pairs import LikelyPair

MOST_ASKED = 12  # pairs of one candidate; the likeliest are asked about first, and the others when those are judged


def likely_pairs(store: Store, candidate: Candidate, *, matcher: Matcher | None = None) -> tuple[LikelyPair, ...]:
    """The candidates that are likely one service, or one programme, with this one, the likeliest first.

    Keeps by what this one is found, so that those that come after it are compared with it. How many are looked at does
    not grow with the register.
    """
    (pairs,) = likely_pairs_of(store, [candidate], matcher=matcher)
    return pairs


def likely_pairs_of(
    store: Store, candidates: Sequence[Candidate], *, matcher: Matcher | None = None
) -> list[tuple[LikelyPair, ...]]:
    """The same of each of a batch, in their order: each is compared with those before it, as if it came alone."""
    matcher = matcher or read_matcher(find_data())
    told = [(candidate.key, traits_of(candidate, matcher.words)) for candidate in candidates]
    with store.transaction():
        return likely_among(store.traits.arriving(matcher), told, matcher)


def likely_among(
    arriving: Arrivals, told: Sequence[tuple[str, Traits]], matcher: Matcher
) -> list[tuple[LikelyPair, ...]]:
    """Keeps these (candidate, traits) and gives the pairs of each."""
    blocks = arriving.read_blocks(traits for _, traits in told)
    found = [_likely(arriving, key, mine, own, matcher) for (key, mine), own in zip(told, blocks, strict=True)]
    arriving.write()
    return found


def _likely(
    arriving: Arrivals, key: str, mine: Traits, blocks: tuple[int, ...], matcher: Matcher
) -> tuple[LikelyPair, ...]:
    ground, found = arriving.ground, []
    arriving.keep(key, mine, blocks)
    for other, theirs, names in arriving.like(
        blocks, but=key, names=lambda name: matcher.compare_names(mine.name, name, ground)
    ):
        told = matcher.likeness(mine, theirs, ground, names=names, shown_from=SHOWN_FROM)
        if told is not None:
            found.append(
                LikelyPair(
                    other=other,
                    score=told.service,
                    reasons=told.reasons,
                    organisation=told.organisation,
                    programme=told.programme,
                    place=told.place,
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.likeliest, one.other))[:MOST_ASKED])
