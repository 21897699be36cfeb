"""The number of services from the lists that hold them: Chapman's estimate from two, averaged models from more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from register.recapture.averaging import average
from register.recapture.checks import CLOSED, Bearing, Remark, fails, listed, of_many, of_two, of_width, within
from register.recapture.overlaps import MOST_LISTS, Overlaps

Z = 1.959964  # of an interval of 95%
STEPS, EXACT = 400, 1e-6  # of the iteration for the lower bound
NONE, CHAPMAN, AVERAGED = "none", "chapman", "averaged"
METHODS = {
    NONE: "no estimate",
    CHAPMAN: "Chapman's estimate with Sadinle's transformed-logit interval",
    AVERAGED: "average over log-linear models (Madigan and York 1997), dependent lists and unequal services among them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How many services there are, those seen included: the middle of what is likely, and where it lies with 95%.

    All three are None where `method` is none. `lists` are those that were used; `at_least` is Chao's lower bound, None
    where too little was found twice; `remarks` say what the estimate rests on, or why there is none.
    """

    observed: int
    lists: tuple[str, ...]
    method: str
    number: int | None = None
    low: int | None = None
    high: int | None = None
    at_least: int | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def share(self) -> tuple[float, float, float] | None:
        """Which share of all services is known, with its interval (0-1); None where nobody can tell."""
        if self.number is None or self.low is None or self.high is None or not self.number:
            return None
        return self.observed / self.number, self.observed / self.high, min(1.0, self.observed / self.low)

    @property
    def doubtful(self) -> bool:
        return any(remark.bearing is not Bearing.FINE for remark in self.remarks)


def estimate(overlaps: Overlaps) -> Estimate:
    """Raises ValueError for more than five lists: which of them belong together is for a person to say."""
    return _estimate(overlaps.lists, frozenset(overlaps.counts.items()))


@lru_cache(maxsize=4096)
def _estimate(lists: tuple[str, ...], counts: frozenset[tuple[frozenset[str], int]]) -> Estimate:
    """The same counts come again: on the page of a locality, in its tables, and in those of all localities."""
    overlaps = Overlaps(lists=lists, counts=dict(counts))
    if len(overlaps.lists) > MOST_LISTS:
        raise ValueError(f"{len(overlaps.lists)} lists, expected {MOST_LISTS} at most: join those of one kind")
    told: list[Remark] = []
    for name in overlaps.lists:
        if not overlaps.size(name):
            overlaps = overlaps.without(name)
    while len(overlaps.lists) > 2 and (nested := within(overlaps)):
        inner, outer = nested
        words = f"All that {inner} found stands in {outer} too: the two are counted as one list."
        told.append(Remark(about="subset", bearing=Bearing.DOUBT, words=words))
        overlaps = overlaps.without(inner, into=outer)
    if reason := _reason_for_none(overlaps):
        return Estimate(observed=overlaps.observed, lists=overlaps.lists, method=NONE, remarks=(*told, reason))
    made = _of_two(overlaps) if len(overlaps.lists) == 2 else _of_many(overlaps)
    closed = Remark(about="closure", bearing=Bearing.FINE, words=CLOSED)
    return Estimate(
        observed=overlaps.observed,
        lists=overlaps.lists,
        method=made.method,
        number=made.number,
        low=made.low,
        high=made.high,
        at_least=chao(overlaps),
        remarks=(*told, *made.remarks, closed),
    )


def _reason_for_none(overlaps: Overlaps) -> Remark | None:
    if not overlaps.lists:
        return fails("lists", "No service was found yet: nothing can be said of those that were not.")
    if len(overlaps.lists) == 1:
        return fails(
            "lists", f"All services come from {overlaps.lists[0]}: nobody can tell from one list what it lacks."
        )
    if not any(len(held) > 1 for held in overlaps.counts):
        told = (
            f"Nothing that one of {listed(overlaps.lists)} found was found by another: what all missed cannot be told."
        )
        return fails("overlap", told)
    if len(overlaps.lists) == 2 and (nested := within(overlaps)):
        words = (
            f"All that {nested[0]} found stands in {nested[1]} too. Where one list follows from another, they cannot "
        )
        return fails("subset", words + "show what both missed.")
    return None


def _of_two(overlaps: Overlaps) -> Estimate:
    number, low, high = chapman(*_two_counts(overlaps))
    remarks = (*of_two(overlaps), *of_width(low, high))
    lists, observed = overlaps.lists, overlaps.observed
    return Estimate(observed=observed, lists=lists, method=CHAPMAN, number=number, low=low, high=high, remarks=remarks)


def _two_counts(overlaps: Overlaps) -> tuple[int, int, int]:
    one, other = overlaps.lists
    return overlaps.size(one), overlaps.size(other), overlaps.size(one, other)


def chapman(one: int, other: int, both: int) -> tuple[int, int, int]:
    """Chapman's estimate from the sizes of two lists and of what they share, and Sadinle's interval for it.

    Sadinle, Communications in Statistics: Simulation and Computation 2009;38:1909-1924.
    """
    number = (one + 1) * (other + 1) / (both + 1) - 1
    alone, apart, shared = one - both + 0.5, other - both + 0.5, both + 0.5
    spread = math.exp(Z * math.sqrt(1 / shared + 1 / alone + 1 / apart + shared / (alone * apart)))
    seen, unseen = one + other - both, alone * apart / shared
    low, high = (seen - 0.5 + unseen * times for times in (1 / spread, spread))
    return round(number), max(seen, math.floor(low)), math.ceil(high)


def _of_many(overlaps: Overlaps) -> Estimate:
    posterior, seen = average(overlaps.cells()), overlaps.observed
    low, number, high = (seen + posterior.quantile(share) for share in (0.025, 0.5, 0.975))
    return Estimate(
        observed=seen,
        lists=overlaps.lists,
        method=AVERAGED,
        number=number,
        low=low,
        high=high,
        remarks=(*of_many(overlaps, posterior), *of_width(low, high)),
    )


def chao(overlaps: Overlaps) -> int | None:
    """Chao's lower bound for lists of different reach (Rivest and Baillargeon, Biometrics 2007;63:999-1006): about how
    many there are at least, however services differ, if the lists are independent for each of them. None where nothing
    stands on just two lists.

    It asks only those on one list and on two: with odds o of each list, they are u o_i and u o_i o_j, u those on none.
    """
    times = overlaps.found_times
    if not times[2]:
        return None
    if not times[1]:
        return overlaps.observed
    few = {held: count for held, count in overlaps.counts.items() if len(held) <= 2}
    held_by = {name: sum(count for held, count in few.items() if name in held) for name in overlaps.lists}
    unseen, odds = float(times[1]), dict.fromkeys(overlaps.lists, 1.0 / len(overlaps.lists))
    for _ in range(STEPS):
        whole = sum(odds.values())
        told = {name: held_by[name] / (unseen * (1 + whole - odds[name])) for name in odds}
        odds = {name: (odds[name] * told[name]) ** 0.5 for name in odds}  # half way: the whole step may swing
        whole = sum(odds.values())
        pairs = (whole**2 - sum(one**2 for one in odds.values())) / 2
        unseen = (times[1] + times[2]) / (whole + pairs)
    return math.floor(overlaps.observed + unseen + EXACT)
