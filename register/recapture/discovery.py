"""What more search of one kind is expected to find, from when it found what so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

SLOWEST, FASTEST = 0.01, 20.0  # how often over, during the search so far, the yield dries up by the factor e
RATES = 120  # between those that are weighed
MOST = 400  # further finds that are weighed one by one
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of so much more search: the mean, and between which numbers it lies with 95%."""

    mean: float
    low: int
    high: int


def next_found(at: Sequence[float], *, effort: float, more: float) -> Expected:
    """`at` are the efforts spent when each find was made (hours, or requests), `effort` all that was spent, `more` what
    is to be spent. Raises ValueError where nothing was spent, or a find lies outside.

    The yield either stays as it is or dries up exponentially (Goel and Okumoto's process); how fast is weighed by the
    finds (an even prior over the logarithm), how much there is at all has Jeffreys' prior.
    """
    if effort <= 0 or more <= 0 or any(not 0 <= one <= effort for one in at):
        raise ValueError(f"effort of {effort} and {more} more, finds at {min(at, default=0)} to {max(at, default=0)}")
    finds, total = len(at), float(sum(at)) / effort
    rates = np.geomspace(SLOWEST, FASTEST, RATES)
    spent = -np.expm1(-rates)  # the share of all that is found by now
    likely = finds * (np.log(rates) - np.log(spent)) - rates * total
    weights = np.exp(likely - logsumexp(likely))
    # With Jeffreys' prior the further finds are negative binomial, by what is still to come over what came.
    to_come = np.exp(-rates) * -np.expm1(-rates * more / effort)
    odds = to_come / spent
    numbers = np.arange(max(MOST, 4 * finds + 1))
    log_chance = (
        (finds + 0.5) * -np.log1p(odds)[:, None]
        + numbers * (np.log(odds) - np.log1p(odds))[:, None]
        + gammaln(numbers + finds + 0.5)
        - gammaln(finds + 0.5)
        - gammaln(numbers + 1)
    )
    chance = weights @ np.exp(log_chance)
    upto = np.cumsum(chance / chance.sum())
    low, high = (int(np.searchsorted(upto, share)) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Expected(mean=float(weights @ ((finds + 0.5) * odds)), low=low, high=high)
