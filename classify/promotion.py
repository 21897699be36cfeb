"""Whether what was learned from decisions is better than the model in use, on sites that it was not learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from classify.codes import shown_codes
from classify.learning import DecidedService, Laid, learn, losses
from classify.model import CodeModel
from classify.pairs import Array
from register.codes.vocabulary import SCHEMES

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

    @property
    def decisive(self) -> Interval:
        """What is told beside the verdict: `over_chance` where that is the doubt, else `gain`."""
        return self.over_chance if self.over_chance.low <= 0 else self.gain


def fold_of(site: str) -> int:
    """The part of the sites, of FOLDS, that a site is held back with: by its name alone, today and in a year."""
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS


def too_few(decided: Sequence[DecidedService]) -> bool:
    return len(decided) < FEWEST_SERVICES or len({service.site for service in decided}) < FEWEST_SITES


def compare(decided: Sequence[Laid], before: Sequence[Laid], *, prior: CodeModel) -> Comparison:
    """What is learned from `decided` against what was learned from `before`, the services behind the model in use
    (none: that is `prior` itself). Each part of the sites is held back in turn from both."""
    tested = [one.service for one in decided]
    new, shown_new = _held_back(tested, decided, prior)
    old, shown_old = _held_back(tested, before, prior)
    by_chance = [_held_back(tested, decided, prior, mix=partial(_mixed_up, seed=seed))[0] for seed in range(MIXTURES)]
    draw = _draws([service.site for service in tested])
    return Comparison(
        services=len(tested),
        sites=len({service.site for service in tested}),
        gain=_of_means(old - new, draw),
        over_chance=_of_means(min(by_chance, key=np.sum) - new, draw),
        f1=_of_f1(_tallies(tested, shown_new), _tallies(tested, shown_old), draw),
        before=tuple(_shown(scheme, tested, shown_old) for scheme in SCHEMES),
        after=tuple(_shown(scheme, tested, shown_new) for scheme in SCHEMES),
    )


def _held_back(
    tested: Sequence[DecidedService],
    decided: Sequence[Laid],
    prior: CodeModel,
    *,
    mix: Callable[[Sequence[Laid]], Sequence[Laid]] = lambda taught: taught,
) -> tuple[Array, list[frozenset[str]]]:
    """For each tested service the summed log loss of its codes, and the codes that are shown, by what was learned from
    those of `decided` that stand in the other parts of the sites; `mix` is done to these first."""
    lost = np.zeros(len(tested))
    shown = [frozenset[str]()] * len(tested)
    for fold in sorted({fold_of(service.site) for service in tested}):
        taught = [one for one in decided if fold_of(one.service.site) != fold]
        model = learn(mix(taught), prior=prior) if taught else prior
        for n, service in enumerate(tested):
            if fold_of(service.site) == fold:
                scores = model.scores(service.features)
                lost[n], shown[n] = losses(service, scores).sum(), shown_codes(scores, model)
    return lost, shown


def _mixed_up(decided: Sequence[Laid], *, seed: int) -> list[Laid]:
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
