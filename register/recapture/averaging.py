"""Bayesian averages over log-linear models, after Madigan and York (Biometrika 1997;84:19-31), with further models in
which services differ in how easily they are found (the quasi-symmetric ones that Rcapture offers: Baillargeon and
Rivest, Journal of Statistical Software 2007;19:5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import gammaln, log_ndtr, logsumexp

from register.recapture.graphs import Edge, Graph, decomposable

Floats = NDArray[np.float64]
DENSE = 80  # numbers of unseen services that are weighed one by one; beyond, the steps grow
STEPS = 100  # of those beyond
POINTS = 48  # at which models without a closed form are reckoned
FARTHEST = 50  # times the services seen: as many unseen ones are thought possible
MIXED_SHARE = 0.4  # of belief, before the counts, in that services differ in how easily they are found
SPREAD = 3.0  # of the log odds that a list finds a service, before the counts
SPREAD_MIXED = 1.0  # of the strength in which they differ
NEWTON, HALVES, NEAR = 40, 10, 1e-7  # steps at most, how often one is halved, and the gain at which they end


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """How likely each number of unseen services is (`unseen`, `weight`; the weights sum to 1), how likely it is that
    two lists depend on each other, by their places, and that services differ in how easily they are found."""

    unseen: Floats
    weight: Floats
    edges: Mapping[Edge, float]
    mixed: float

    def quantile(self, share: float) -> int:
        """The number of unseen services below which this share of the weight lies."""
        return round(float(np.interp(share, np.cumsum(self.weight), self.unseen)))


def average(cells: Sequence[int], *, delta: float | None = None, mixed: float = MIXED_SHARE) -> Posterior:
    """What the counts of all sets of lists (2^k of them, as `Overlaps.cells` gives them) say of the empty set's.

    `delta` is what each cell holds before the counts, 2^-k where it is not given. Every graph is as likely as another
    before the counts, and the number of all services has the scale prior, 1/N.
    """
    lists, counts = len(cells).bit_length() - 1, np.asarray(cells, dtype=float)
    unseen, width = _grid(sum(cells))
    every = sum(cells) + unseen
    # The multinomial coefficient without what nothing here changes; the prior 1/N; the steps.
    common = gammaln(every + 1) - gammaln(unseen + 1) - np.log(np.maximum(every, 1)) + np.log(width)
    graphs = decomposable(lists)
    differs = lists > 2 and mixed > 0
    told = _closed_forms(counts, lists, delta or 2.0**-lists, unseen, graphs)
    rows = [one + np.log((1 - mixed * differs) / len(graphs)) for one in told]
    unequal = []
    for bend in BENDS if differs else ():
        likely, evident = _between(counts, lists, unseen, bend)
        rows.append(likely + np.log(mixed / len(BENDS)))
        unequal.append(evident)
    table = common + np.array(rows)
    table = np.exp(table - logsumexp(table))
    shares = table.sum(axis=1)
    edges = {(a, b): 0.0 for a in range(lists) for b in range(a + 1, lists)}
    for graph, share in zip(graphs, shares, strict=False):
        for edge in graph.edges:
            edges[edge] += float(share)
    found = sum(float((row * one).sum()) for row, one in zip(table[len(graphs) :], unequal, strict=True))
    return Posterior(unseen=unseen, weight=table.sum(axis=0), edges=edges, mixed=found)


def _grid(seen: int) -> tuple[Floats, Floats]:
    """Numbers of unseen services, and how many numbers each one stands for."""
    far = np.geomspace(DENSE, max(FARTHEST * seen, 10 * DENSE), STEPS)
    return np.concatenate([np.arange(DENSE, dtype=float), far]), np.concatenate([np.ones(DENSE), np.gradient(far)])


def _closed_forms(cells: Floats, lists: int, delta: float, unseen: Floats, graphs: Sequence[Graph]) -> list[Floats]:
    """The integrated log likelihood of each graph at each number of unseen services."""
    parts = {part for graph in graphs for part in (*graph.cliques, *graph.separators)}
    known = {part: _margin(cells, lists, delta, unseen, part) for part in parts}
    zero = np.zeros_like(unseen)
    return [sum((known[p] for p in g.cliques), zero) - sum((known[p] for p in g.separators), zero) for g in graphs]


def _margin(cells: Floats, lists: int, delta: float, unseen: Floats, part: int) -> Floats:
    """The log likelihood of the counts by some of the lists alone, their shares integrated out (Dirichlet)."""
    before = delta * 2.0 ** (lists - part.bit_count())
    held = np.arange(len(cells)) & part
    sums = np.array([cells[held == one].sum() for one in np.unique(held)])
    total = before * len(sums)
    fixed = (gammaln(sums[1:] + before) - gammaln(before)).sum() + gammaln(total) - gammaln(before)
    return np.asarray(fixed - gammaln(total + cells.sum() + unseen) + gammaln(sums[0] + unseen + before))


def _between(cells: Floats, lists: int, unseen: Floats, bend: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """As `_mixed_log_likelihood`, reckoned at some of the numbers, and with a smooth line between them."""
    some: Floats = np.unique(np.round(np.expm1(np.linspace(0.0, float(np.log1p(unseen[-1])), POINTS)))).astype(float)
    likely, evident = _mixed_log_likelihood(cells, lists, some, bend)
    at, near = np.log1p(unseen), np.log1p(some)
    return np.asarray(CubicSpline(near, likely)(at)), np.interp(at, near, evident)


def _mixed_log_likelihood(
    cells: Floats, lists: int, unseen: Floats, bend: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """A quasi-symmetric model at each number of unseen services, its parameters integrated out (Laplace), and how
    likely it then is that its bend is above nought.

    A set of s lists has the log share sum(b of its lists) + c bend(s). c is above nought where a service that one list
    found is easier to find for all others too; below it is nothing that could come of different services.
    """
    held = np.arange(len(cells))[:, None] >> np.arange(lists) & 1
    design = np.column_stack([held, _straightened(bend, held.sum(axis=1).astype(float))])
    precision = np.diag([1 / SPREAD**2] * lists + [1 / SPREAD_MIXED**2])
    counts = np.repeat(cells[None, :], len(unseen), axis=0)
    counts[:, 0] = unseen
    every, sizes = counts.sum(axis=1), cells @ held
    # As if lists were independent: from there a few steps are all it takes.
    start = np.log(sizes + 0.5) - np.log(every[:, None] - sizes + 0.5)
    beta = np.column_stack([start, np.zeros(len(unseen))])
    fit = _fit(design, precision, counts, beta)
    for _ in range(NEWTON):
        shares = np.exp(_log_shares(design, beta))
        mean = shares @ design
        gradient = counts @ design - every[:, None] * mean - beta @ precision
        spread = (design.T * shares[:, None, :]) @ design - mean[:, :, None] * mean[:, None, :]
        curve = every[:, None, None] * spread + precision
        step = np.linalg.solve(curve, gradient[:, :, None])[:, :, 0]
        beta, fit, gained = _stepped(design, precision, counts, beta, step, fit)
        if gained < NEAR:
            break
    volume = 0.5 * (np.linalg.slogdet(precision)[1] - np.linalg.slogdet(curve)[1])
    wide = np.sqrt(np.linalg.inv(curve)[:, -1, -1])
    above = log_ndtr(beta[:, -1] / wide)
    # Savage and Dickey: how dense c = 0 is after the counts, against before.
    against = -0.5 * (beta[:, -1] / wide) ** 2 - np.log(wide) - above - np.log(2 / SPREAD_MIXED)
    return np.asarray(fit + volume + above + np.log(2)), 1 / (1 + np.exp(np.clip(against, -500, 500)))


def _stepped(
    design: Floats, precision: Floats, counts: Floats, beta: Floats, step: Floats, fit: Floats
) -> tuple[Floats, Floats, float]:
    """The parameters after Newton's step, halved wherever it leads down; how well they fit, and what was gained."""
    for _ in range(HALVES):
        tried = beta + step
        told = _fit(design, precision, counts, tried)
        worse = told < fit
        if not worse.any():
            break
        step = np.where(worse[:, None], step / 2, step)
    return np.where(worse[:, None], beta, tried), np.maximum(told, fit), float(np.maximum(told - fit, 0).max())


def _fit(design: Floats, precision: Floats, counts: Floats, beta: Floats) -> Floats:
    """The log likelihood of the counts, with the prior of the parameters."""
    likely = (counts * _log_shares(design, beta)).sum(axis=1)
    return np.asarray(likely - 0.5 * ((beta @ precision) * beta).sum(axis=1))


def _log_shares(design: Floats, beta: Floats) -> Floats:
    told = beta @ design.T
    told = told - told.max(axis=1, keepdims=True)
    return np.asarray(told - np.log(np.exp(told).sum(axis=1, keepdims=True)))


def _straightened(bend: Callable[[Floats], Floats], times: Floats) -> Floats:
    """The bend as it is nought at none and one, and one at two: its slope belongs to the lists."""
    none, one, two = bend(np.arange(3.0))
    return np.asarray((bend(times) - none - (one - none) * times) / (two - 2 * one + none))


def _darroch(times: Floats) -> Floats:
    return times**2


def _poisson(times: Floats) -> Floats:
    return np.asarray(2.0**times)


def _gamma(times: Floats) -> Floats:
    return np.asarray(-np.log(3.5 + times))


BENDS = (_poisson, _darroch, _gamma)  # from the smallest correction to the largest
