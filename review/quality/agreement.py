"""How far reviewers agree: percent, Cohen's kappa for two, Krippendorff's alpha with missing data and an interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000  # of the bootstrap
SEED = 2026  # the same units give the same interval
FEW = 20  # units that two saw, below which nothing is said of alpha and kappa

Unit = tuple[str | None, ...]  # what each reviewer said of one thing; None where one did not see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`units` were seen by two or more, `alone` by one only. `percent` (0-1) is the share of pairs that say the same.

    `kappa` and `alpha` are None where they are not defined: nobody, or nobody but one, said anything else. `low` and
    `high` bound 95% of the alphas of resampled units; None where alpha is.
    """

    units: int
    alone: int
    percent: float | None
    kappa: float | None
    alpha: float | None
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        return self.units < FEW


def agree(units: Sequence[Unit]) -> Agreement:
    """The agreement of reviewers on units; reviewers stand in the same place of each unit for Cohen's kappa."""
    counts = count_values(units)
    seen = counts.sum(axis=1) if counts.size else np.zeros(0)
    shared = counts[seen > 1]
    low, high = interval(shared)
    alpha = krippendorff_alpha(shared)
    return Agreement(
        units=len(shared),
        alone=int((seen == 1).sum()),
        percent=_percent(shared),
        kappa=cohen_kappa([unit for unit in units if len(unit) == 2]),
        alpha=alpha,
        low=low if alpha is not None else None,
        high=high if alpha is not None else None,
    )


def count_values(units: Sequence[Unit]) -> NDArray[np.int64]:
    """How often each value was said of each unit: units x values, the values in the order of their names."""
    values = sorted({value for unit in units for value in unit if value is not None})
    places = {value: place for place, value in enumerate(values)}
    counts = np.zeros((len(units), len(values)), dtype=np.int64)
    for row, unit in enumerate(units):
        for value, number in Counter(value for value in unit if value is not None).items():
            counts[row, places[value]] = number
    return counts


def krippendorff_alpha(counts: NDArray[np.int64]) -> float | None:
    """Nominal alpha of units x values; None where fewer than two values were said of units that two saw."""
    shared = counts[counts.sum(axis=1) > 1] if counts.size else counts
    if not shared.size or (shared.sum(axis=0) > 0).sum() < 2:
        return None
    return float(krippendorff.alpha(value_counts=shared, level_of_measurement="nominal"))


def cohen_kappa(pairs: Sequence[Unit]) -> float | None:
    """Cohen's kappa of two reviewers; units that one did not see are left out, as his table knows none."""
    both = [(first, second) for first, second in pairs if first is not None and second is not None]
    if not both:
        return None
    firsts, seconds = Counter(first for first, _ in both), Counter(second for _, second in both)
    observed = sum(first == second for first, second in both) / len(both)
    expected = sum(firsts[value] * seconds[value] for value in firsts) / len(both) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def interval(counts: NDArray[np.int64]) -> tuple[float | None, float | None]:
    """Between which values 95% of the alphas of resampled units lie (percentile bootstrap).

    The units are drawn again as a whole, with all that was said of each. A draw in which only one value is left has no
    alpha, and is left out.
    """
    shared = counts[counts.sum(axis=1) > 1] if counts.size else counts
    if len(shared) < 2:
        return None, None
    raters = shared.sum(axis=1, keepdims=True).astype(float)
    same = (shared * (shared - 1) / (raters - 1)).sum(axis=1)  # of each unit: the diagonal of its coincidences
    weights = np.random.default_rng(SEED).multinomial(len(shared), [1 / len(shared)] * len(shared), size=DRAWS)
    margins = (weights @ shared).astype(float)
    total = margins.sum(axis=1)
    disagreed = total - weights @ same
    expected = (total**2 - (margins**2).sum(axis=1)) / (total - 1)
    told = expected > 0
    if not told.any():
        return None, None
    low, high = np.percentile(1 - disagreed[told] / expected[told], (2.5, 97.5))
    return float(low), float(high)


def _percent(shared: NDArray[np.int64]) -> float | None:
    if not len(shared):
        return None
    raters = shared.sum(axis=1)
    return float((shared * (shared - 1)).sum() / (raters * (raters - 1)).sum())
