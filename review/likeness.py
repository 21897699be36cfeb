"""Which candidates are likely the same service or programme: found by what they share, scored by learned weights.

Candidate in, likely pairs out; who knows a better way puts another `likely_pairs` in the place of this one.
"""

from __future__ import annotations

from register.datafile import find_data
from register.matching.comparing import Ground
from register.matching.model import read_matcher
from register.matching.scoring import Matcher
from register.matching.traits import Traits, traits_of
from register.models import Candidate
from register.store import Store
from register.store.pairs import LikelyPair

SHOWN_FROM = 0.5  # how likely one service, or one programme, a pair is that is asked about
MOST_ASKED = 12  # pairs of one candidate; the likeliest are asked about first, and the others when those are judged


def likely_pairs(
    store: Store, candidate: Candidate, *, matcher: Matcher | None = None, ground: Ground | None = None
) -> tuple[LikelyPair, ...]:
    """The candidates that are likely one service, or one programme, with this one, the likeliest first.

    Keeps by what this one is found, so that those that come after it are compared with it. How many are looked at does
    not grow with the register. `ground` may be kept from one candidate to the next.
    """
    matcher = matcher or read_matcher(find_data())
    mine = traits_of(candidate, matcher.words)
    store.traits.keep(candidate.key, mine, matcher)
    return among(store, candidate.key, mine, matcher, ground or store.traits.ground(matcher))


def among(store: Store, key: str, mine: Traits, matcher: Matcher, ground: Ground) -> tuple[LikelyPair, ...]:
    """The same for traits that are kept already."""
    found = []
    for other, theirs in store.traits.like(
        mine, matcher, but=key, worth=lambda name: matcher.may_be(mine.name, name, ground)
    ):
        told = matcher.likeness(mine, theirs, ground, shown_from=SHOWN_FROM)
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
