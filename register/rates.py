"""Exact intervals, at 95%, of rates and shares that rest on small counts."""

from __future__ import annotations

from scipy.special import betaincinv, gammaincinv

TAIL = 0.025


def poisson_interval(count: int) -> tuple[float, float]:
    """Garwood's interval for the mean of a Poisson count: the bounds that the gamma distribution gives."""
    low = float(gammaincinv(count, TAIL)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - TAIL))


def share_interval(part: int, whole: int) -> tuple[float, float]:
    """Clopper and Pearson's interval for a share (0-1); (0, 1) where there is nothing to have a share of."""
    low = float(betaincinv(part, whole - part + 1, TAIL)) if part else 0.0
    return low, float(betaincinv(part + 1, whole - part, 1 - TAIL)) if part < whole else 1.0
