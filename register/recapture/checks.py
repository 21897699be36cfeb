"""What an estimate from overlapping lists takes for granted, looked for in the counts, and said in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations

from register.counts import plural
from register.recapture.averaging import Posterior
from register.recapture.overlaps import Overlaps

FEW = 7  # services on both of two lists: below, Chapman's estimate is too low by more than 2% (Robson and Regier 1964)
BY_CHANCE = 0.01  # how likely it is at most that a list lies within another though they are independent
LIKELY = 0.8  # from which on we say that lists depend on each other, or that services differ
WIDE = 3.0  # times the lower end: an interval whose upper end lies beyond says little
CLOSED = "That holds if no service opened or closed between the searches, and if each service was recognised wherever "
CLOSED += "it was found: two entries for one service make the estimate too high."
UNEQUAL = "Some services are easier to find than others, whoever looks"
UNSEEN = (
    "The estimate allows for it, and rests on how they differ, which the counts hardly show. Services that none of "
)
UNSEEN += "these routes could ever find are not in it: read the lower end as what is there at least."


class Bearing(StrEnum):
    """What a remark means for the estimate."""

    FINE = "fine"  # looked for and not found, or taken into account
    DOUBT = "doubt"  # the interval may be off, and which way
    FAILS = "fails"  # no estimate can be made


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """An assumption (`about`: lists, overlap, subset, independence, heterogeneity, closure, width) in a sentence."""

    about: str
    bearing: Bearing
    words: str


def within(overlaps: Overlaps) -> tuple[str, str] | None:
    """A list that lies within another one, and that other, unless the list is so small that chance may have done it."""
    for inner, outer in permutations(overlaps.lists, 2):
        size = overlaps.size(inner)
        if not size or overlaps.size(inner, outer) < size:
            continue
        others = sum(count for held, count in overlaps.counts.items() if inner not in held and held != {outer})
        shared = sum(
            count for held, count in overlaps.counts.items() if inner not in held and outer in held and len(held) > 1
        )
        if len(overlaps.lists) == 2 or not others or (shared / others) ** size < BY_CHANCE:
            return inner, outer
    return None


def of_two(overlaps: Overlaps) -> Iterator[Remark]:
    """What has to be said of an estimate from two lists."""
    one, other = overlaps.lists
    both = overlaps.size(one, other)
    if both < FEW:
        few = (
            f"Only {plural(both, 'service')} stand on both lists, so the interval is wide and the estimate rather low."
        )
        yield Remark(about="overlap", bearing=Bearing.DOUBT, words=few)
    told = (
        f"Two lists cannot show whether they are independent. If {one} leads to {other}, or both find the well-known "
    )
    told += "services, the true number is higher; if each looks where the other does not, it is lower."
    yield Remark(about="independence", bearing=Bearing.DOUBT, words=told)


def of_many(overlaps: Overlaps, posterior: Posterior) -> Iterator[Remark]:
    """What has to be said of an average over the models of three lists or more."""
    times = overlaps.found_times
    if (twice := sum(times.values()) - times[1]) < FEW:
        few = f"Only {plural(twice, 'service was', 'services were')} found more than once: the estimate is a rough one."
        yield Remark(about="overlap", bearing=Bearing.DOUBT, words=few)
    edges = sorted(posterior.edges.items())
    depend = [(overlaps.lists[a], overlaps.lists[b], share) for (a, b), share in edges if share >= LIKELY]
    for one, other, share in depend:
        told = f"{one} and {other} are not independent (a chance of {_percent(share)}): the estimate allows for it."
        yield Remark(about="independence", bearing=Bearing.FINE, words=told)
    if not depend:
        fine = "No two lists clearly depend on each other; the interval allows for each pair that may."
        yield Remark(about="independence", bearing=Bearing.FINE, words=fine)
    if posterior.mixed >= LIKELY:
        told = f"{UNEQUAL} (a chance of {_percent(posterior.mixed)}). {UNSEEN}"
        yield Remark(about="heterogeneity", bearing=Bearing.DOUBT, words=told)
    else:
        fine = "That some services are easier to find than others, whoever looks, does not show clearly."
        yield Remark(about="heterogeneity", bearing=Bearing.FINE, words=fine)


def of_width(low: int, high: int) -> Iterator[Remark]:
    if high > WIDE * low:
        told = f"The lists have too little in common to tell more than that there are between {low:,} and {high:,}."
        yield Remark(about="width", bearing=Bearing.DOUBT, words=told)


def listed(names: Sequence[str], last: str = "and") -> str:
    """The names as one reads them: "a, b and c"."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def fails(about: str, words: str) -> Remark:
    return Remark(about=about, bearing=Bearing.FAILS, words=words)


def _percent(share: float) -> str:
    return "over 99%" if share > 0.99 else f"{share:.0%}"
