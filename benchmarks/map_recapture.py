"""Capture-recapture against populations that are known, because they are made here: 1,000 of them, and some more in
which what it takes for granted is broken. The peer is what is done by hand: Chapman's estimate from the two largest
lists."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure
from register.recapture.checks import Bearing
from register.recapture.discovery import next_found
from register.recapture.estimate import Estimate, chapman, estimate
from register.recapture.overlaps import Overlaps

SEED = 20261122
RUNS = 200  # of each of the five scenarios that count together
BROKEN = 50  # of each in which something is broken
LISTS = ("desk", "directories", "registers", "informants", "fieldwork")
Held = NDArray[np.bool_]
Draw = Callable[[np.random.Generator, int], Held]


def independent(*shares: float) -> Draw:
    return lambda chance, many: chance.random((many, len(shares))) < np.array(shares)


def leading(*shares: float, odds: float) -> Draw:
    """What the first list found the second finds with so many times the odds."""

    def draw(chance: np.random.Generator, many: int) -> Held:
        held = independent(*shares)(chance, many)
        own = shares[1] / (1 - shares[1]) * np.where(held[:, 0], odds, 1)
        held[:, 1] = chance.random(many) < own / (1 + own)
        return held

    return draw


def unequal(*shares: float, spread: float) -> Draw:
    """Services differ: the log odds of each with all lists are spread normally."""

    def draw(chance: np.random.Generator, many: int) -> Held:
        own = np.log(np.array(shares) / (1 - np.array(shares))) + spread * chance.normal(size=(many, 1))
        return np.asarray(chance.random(own.shape) < 1 / (1 + np.exp(-own)))

    return draw


def two_kinds(*shares: float, hard: float, factor: float) -> Draw:
    """A share of the services is found by each list with `factor` of the chance of the others."""

    def draw(chance: np.random.Generator, many: int) -> Held:
        own = np.array(shares) * np.where(chance.random((many, 1)) < hard, factor, 1)
        return np.asarray(chance.random(own.shape) < own)

    return draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    many: int
    draw: Draw


ESTIMABLE = (
    Scenario(name="independent", many=300, draw=independent(0.5, 0.3, 0.25, 0.2)),
    Scenario(name="one_list_leads_to_another", many=300, draw=leading(0.45, 0.35, 0.3, 0.25, odds=4.5)),
    Scenario(name="services_differ", many=400, draw=unequal(0.45, 0.35, 0.3, 0.25, spread=1.0)),
    Scenario(name="small", many=40, draw=independent(0.5, 0.4, 0.3, 0.3)),
    Scenario(name="two_lists", many=150, draw=independent(0.5, 0.35)),
)
# Harder ones, printed for themselves.
HARDER = (
    Scenario(name="two_kinds_of_services", many=400, draw=two_kinds(0.55, 0.4, 0.35, 0.3, hard=0.4, factor=0.4)),
    Scenario(name="one_list_avoids_another", many=300, draw=leading(0.45, 0.35, 0.3, 0.25, odds=0.3)),
    Scenario(name="three_lists_services_differ", many=300, draw=unequal(0.5, 0.4, 0.3, spread=1.0)),
    Scenario(name="five_lists", many=300, draw=independent(0.5, 0.3, 0.25, 0.2, 0.1)),
)


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    yield from _coverage()
    yield from _broken()
    yield from _next_hour()


def _coverage() -> Iterator[Figure]:
    chance = np.random.default_rng(SEED)
    hits, peer, took = [], [], 0.0
    for scenario in ESTIMABLE:
        own, widths = [], []
        for _ in range(RUNS):
            seen = counted(scenario.draw(chance, scenario.many))
            begun = time.process_time()
            told = estimate(seen)
            took += time.process_time() - begun
            own.append(holds(told, scenario.many))
            widths.append((told.high - told.low) / scenario.many if told.high and told.low else np.inf)
            peer.append(_by_hand(seen, scenario.many))
        hits += own
        note = f"of {RUNS} with {scenario.many} services, interval {np.median(widths):.0%} of the truth wide (median)"
        yield Figure(name=f"truth in interval, {scenario.name}", value=float(np.mean(own)), reach=0.9, note=note)
    yield Figure(name="truth in interval, all", value=float(np.mean(hits)), reach=0.93, note=f"of {len(hits)}")
    by_hand = f"Chapman from the two largest lists: {np.mean(peer):.3f} of the same"
    yield Figure(
        name="truth in interval, over the peer's", value=float(np.mean(hits) - np.mean(peer)), reach=0, note=by_hand
    )
    yield Figure(name="seconds an estimate, of one core", value=took / len(hits), reach=0.25, bound="most")
    for scenario in HARDER:
        own = [holds(estimate(counted(scenario.draw(chance, scenario.many))), scenario.many) for _ in range(BROKEN * 2)]
        yield Figure(name=f"truth in interval, {scenario.name}", value=float(np.mean(own)), reach=0.85, note="harder")


def _broken() -> Iterator[Figure]:
    """Populations in which an assumption does not hold: the share in which it is said."""
    chance = np.random.default_rng(SEED + 1)
    cases: tuple[tuple[str, str, Bearing, Draw], ...] = (
        ("one list", "lists", Bearing.FAILS, independent(0.4)),
        ("no overlap", "overlap", Bearing.FAILS, _disjoint),
        ("one of two lists within the other", "subset", Bearing.FAILS, _nested(2)),
        ("one of four lists within another", "subset", Bearing.DOUBT, _nested(4)),
        ("few overlaps", "overlap", Bearing.DOUBT, independent(0.1, 0.08)),
        ("services differ much", "heterogeneity", Bearing.DOUBT, unequal(0.4, 0.35, 0.3, 0.25, spread=1.5)),
        ("two lists, untestable", "independence", Bearing.DOUBT, independent(0.4, 0.4)),
    )
    for name, about, bearing, draw in cases:
        said = 0
        for _ in range(BROKEN):
            told = estimate(counted(draw(chance, 300)))
            # Two lists that happen to share nothing fail for that: a stronger word for the same.
            said += any(r.about == about and r.bearing in (bearing, Bearing.FAILS) for r in told.remarks)
        yield Figure(name=f"said: {name}", value=said / BROKEN, reach=0.95 if bearing is Bearing.FAILS else 0.9)
    dependent = [estimate(counted(leading(0.45, 0.35, 0.3, 0.25, odds=8)(chance, 300))) for _ in range(BROKEN)]
    named = [any("not independent" in r.words for r in told.remarks) for told in dependent]
    yield Figure(name="said: one list leads to another", value=float(np.mean(named)), reach=0.9)
    calm = [estimate(counted(independent(0.5, 0.4, 0.35, 0.3)(chance, 300))) for _ in range(BROKEN)]
    false = [
        any(
            "not independent" in r.words or (r.about == "heterogeneity" and r.bearing is Bearing.DOUBT)
            for r in t.remarks
        )
        for t in calm
    ]
    yield Figure(name="said though nothing is broken", value=float(np.mean(false)), reach=0.1, bound="most")


def _next_hour() -> Iterator[Figure]:
    """Searches whose yield dries up at known rates: whether what the next hour found lies in what was foretold."""
    chance = np.random.default_rng(SEED + 2)
    hits = []
    for drying in (0.0, 0.3, 1.0):
        for _ in range(RUNS):
            hours = 5.0
            total = 60 if drying else 12 * (hours + 1)
            if drying:
                at = chance.exponential(1 / drying, size=chance.poisson(total))
            else:
                at = chance.uniform(0, hours + 1, size=chance.poisson(total))
            told = next_found(tuple(float(t) for t in at[at <= hours]), effort=hours, more=1.0)
            came = int(((at > hours) & (at <= hours + 1)).sum())
            hits.append(told.low <= came <= told.high)
    yield Figure(name="next hour's finds in interval", value=float(np.mean(hits)), reach=0.93, note=f"of {len(hits)}")


def counted(held: Held) -> Overlaps:
    names = LISTS[: held.shape[1]]
    counts: dict[frozenset[str], int] = {}
    for row in held:
        if row.any():
            found = frozenset(name for name, on in zip(names, row, strict=True) if on)
            counts[found] = counts.get(found, 0) + 1
    return Overlaps(lists=names, counts=counts)


def holds(told: Estimate, truth: int) -> bool:
    """No estimate holds nothing."""
    return told.low is not None and told.high is not None and told.low <= truth <= told.high


def _by_hand(seen: Overlaps, truth: int) -> bool:
    one, other = sorted(seen.lists, key=lambda name: -seen.size(name))[:2]
    _, low, high = chapman(seen.size(one), seen.size(other), seen.size(one, other))
    return low <= truth <= high


def _disjoint(chance: np.random.Generator, many: int) -> Held:
    which = chance.integers(0, 4, size=many)
    return np.asarray(which[:, None] == np.arange(3))


def _nested(lists: int) -> Draw:
    def draw(chance: np.random.Generator, many: int) -> Held:
        held = independent(0.5, 0.35, 0.3, 0.25)(chance, many)[:, :lists]
        held[:, 1] &= held[:, 0]
        return held

    return draw
