"""Whether what was learned from decisions is better than the model in use, on sites that it was not learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classify.codes import shown_codes
from classify.learning import DecidedService, Laid, learn, losses
from classify.model import CodeModel
from classify.pairs import SCHEMES, Array

FOLDS = 5
FEWEST_SERVICES, FEWEST_SITES = 30, 5  # below, an interval says nothing
DRAWS, SEED = 2000, 0
MIXTURES = 5  # models that learned nothing but chance: what was learned has to beat the luckiest
SURE = (2.5, 97.5)  # percentiles of the 95% interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95% interval, from drawing sites with their services again."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How the shown codes of a scheme stand to the decisions: their precision, and F1."""

    scheme: str
    precision: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The learned model against the one in use, each service by weights that never saw its site.

    `gain` is what it lowers the log loss of a service's codes by (natural logarithm, summed over the codes judged),
    `over_chance` the same against the luckiest of MIXTURES models that learned each service's answers from another's
    words, `f1` how much more F1 the shown codes have, all schemes together.
    """

    services: int
    sites: int
    gain: Interval
    over_chance: Interval
    f1: Interval
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]

    @property
    def better(self) -> bool:
        return not self.doubt

    @property
    def doubt(self) -> str:
        """Why the learned model is not to be trusted above the one in use; empty where it is better."""
        if self.over_chance.low <= 0:
            return "the decisions cannot be told from chance by the words of the pages"
        if self.gain.low <= 0:
            return "not better beyond noise"
        if self.f1.mean < 0:
            return "its scores are truer, but fewer of the codes that it shows are right"
        return ""


def fold_of(site: str) -> int:
    """The part of the sites, of FOLDS, that a site is held back with: by its name alone, today and in a year."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def too_few(decided: Sequence[DecidedService]) -> bool:
    return len(decided) < FEWEST_SERVICES or len({service.site for service in decided}) < FEWEST_SITES


def compare(decided: Sequence[Laid], before: Sequence[Laid], *, prior: CodeModel) -> Comparison:
    """What is learned from `decided` against what was learned from `before`, the services behind the model in use
    (none: that is `prior` itself). Each part of the sites is held back in turn from both."""
    tested = [one.service for one in decided]
    new, old = ([np.zeros(0)] * len(tested) for _ in range(2))
    chance = [[np.zeros(0)] * len(tested) for _ in range(MIXTURES)]
    shown_new, shown_old = ([frozenset[str]()] * len(tested) for _ in range(2))
    for fold in sorted({fold_of(service.site) for service in tested}):
        taught = [one for one in decided if fold_of(one.service.site) != fold]
        standing = [one for one in before if fold_of(one.service.site) != fold]
        fresh = learn(taught, prior=prior) if taught else prior
        by_chance = [learn(_mixed_up(taught, seed), prior=prior) if taught else prior for seed in range(MIXTURES)]
        current = learn(standing, prior=prior) if standing else prior
        for n, service in enumerate(tested):
            if fold_of(service.site) == fold:
                scores, known = fresh.scores(service.features), current.scores(service.features)
                new[n], old[n] = losses(service, scores), losses(service, known)
                for mixed, model in zip(chance, by_chance, strict=True):
                    mixed[n] = losses(service, model.scores(service.features))
                shown_new[n], shown_old[n] = shown_codes(scores, fresh), shown_codes(known, current)
    draw = _draws([service.site for service in tested])
    return Comparison(
        services=len(tested),
        sites=len({service.site for service in tested}),
        gain=_of_means(_summed(old) - _summed(new), draw),
        over_chance=_of_means(min(map(_summed, chance), key=np.sum) - _summed(new), draw),
        f1=_of_f1(_tallies(tested, shown_new), _tallies(tested, shown_old), draw),
        before=tuple(_shown(scheme, tested, shown_old) for scheme in SCHEMES),
        after=tuple(_shown(scheme, tested, shown_new) for scheme in SCHEMES),
    )


def _summed(losses: Sequence[Array]) -> Array:
    return np.array([float(loss.sum()) for loss in losses])


def _mixed_up(decided: Sequence[Laid], seed: int) -> list[Laid]:
    """The same services, each with the answers to another: as many of each code, and nothing that words could tell."""
    others = np.random.default_rng(seed).permutation(len(decided))
    return [
        replace(one, service=replace(one.service, answers=other.answers, unseen=other.unseen))
        for one, other in zip(decided, (decided[n].service for n in others), strict=True)
    ]


def _draws(sites: Sequence[str]) -> Array:
    """DRAWS rows of how often each service counts when sites are drawn again with all of their services."""
    names = sorted(set(sites))
    drawn = np.random.default_rng(SEED).multinomial(len(names), [1 / len(names)] * len(names), size=DRAWS)
    return np.asarray(drawn[:, [names.index(site) for site in sites]], dtype=np.float64)


def _interval(mean: float, drawn: Array) -> Interval:
    low, high = np.percentile(drawn, SURE)
    return Interval(mean=mean, low=float(low), high=float(high))


def _of_means(gains: Array, draw: Array) -> Interval:
    return _interval(float(gains.mean()), (draw @ gains) / draw.sum(axis=1))


def _tallies(services: Sequence[DecidedService], shown: Sequence[frozenset[str]], scheme: str = "") -> Array:
    """A row for each service: how many shown codes are right, how many were judged, how many are right in all."""
    rows = []
    for service, keys in zip(services, shown, strict=True):
        judged = {key: right for key, right in service.answers.items() if key.startswith(scheme)}
        told = [judged[key] for key in keys if key in judged]
        rows.append((sum(told), len(told), sum(judged.values())))
    return np.array(rows, dtype=np.float64)


def _f1(sums: Array) -> Array:
    return np.asarray(2 * sums[..., 0] / np.maximum(1.0, sums[..., 1] + sums[..., 2]), dtype=np.float64)


def _of_f1(new: Array, old: Array, draw: Array) -> Interval:
    gained: Callable[[Array], Array] = lambda weights: _f1(weights @ new) - _f1(weights @ old)  # noqa: E731
    return _interval(float(gained(np.ones(len(new)))), gained(draw))


def _shown(scheme: str, services: Sequence[DecidedService], shown: Sequence[frozenset[str]]) -> Shown:
    sums = _tallies(services, shown, scheme).sum(axis=0)
    return Shown(scheme=scheme, precision=float(sums[0] / max(1.0, sums[1])), f1=float(_f1(sums)))
