"""Learns from held-out scores from where units are quoted for each item, and how sure the item then is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from extract.itemmodel import ItemModel
from extract.items import ITEMS
from extract.linear import LinearModel
from extract.quotes import MOST_QUOTES, rank_units

GRID = np.arange(0.05, 0.8, 0.05)
STRENGTH = 1.0  # of the calibration: few services report the rare items


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One labelled service: its units' texts and lengths in words, what each reports, and what each scores when the
    service's site is held out; (units, items)."""

    texts: tuple[str, ...]
    words: NDArray[np.int64]
    truth: NDArray[np.bool_]
    scores: NDArray[np.float64]


def learn_cuts(linear: LinearModel, scored: Sequence[Scored]) -> ItemModel:
    """`linear` with the cuts that are best for items found and words quoted together, and its calibration."""
    pairs = [_best_pair(scored, n) for n in range(len(ITEMS))]
    lines = [_calibrate(scored, n) for n in range(len(ITEMS))]
    return ItemModel(
        linear=linear,
        first=np.array([first for first, _ in pairs], dtype=np.float32),
        further=np.array([further for _, further in pairs], dtype=np.float32),
        slope=np.array([slope for slope, _ in lines], dtype=np.float32),
        offset=np.array([offset for _, offset in lines], dtype=np.float32),
    )


def _best_pair(scored: Sequence[Scored], n: int) -> tuple[float, float]:
    counts = np.zeros((len(GRID), len(GRID), 6))  # right, wrong, missed: services, then words
    for service in scored:
        counts += _counts(service, n)
    right, wrong, missed = (counts[..., k::3] for k in range(3))
    quality = (2 * right / np.maximum(1, 2 * right + wrong + missed)).sum(axis=-1)
    quality[np.tril_indices(len(GRID), -1)] = -1  # a further unit needs at least what the first one needs
    first, further = np.unravel_index(int(quality.argmax()), quality.shape)
    return float(GRID[first]), float(GRID[further])


def _counts(service: Scored, n: int) -> NDArray[np.float64]:
    """For each first and further cut what is right, wrong and missed, in services and in words."""
    wanted = int(service.words[service.truth[:, n]].sum())
    counts = np.zeros((len(GRID), len(GRID), 6))
    counts[:] = (0, 0, wanted > 0, 0, 0, wanted)
    ranked = rank_units(service.texts, service.scores[:, n])[:MOST_QUOTES]
    if not ranked:
        return counts
    scores, words, true = service.scores[ranked, n], service.words[ranked], service.truth[ranked, n]
    picked = (scores[1:, None] >= GRID).sum(axis=0)  # further units of each further cut, beside the first
    size, right = np.cumsum(words)[picked], np.cumsum(words * true)[picked]
    quoted = np.zeros((len(GRID), 6))
    quoted[:, 0], quoted[:, 1] = wanted > 0, wanted == 0
    quoted[:, 3], quoted[:, 4], quoted[:, 5] = right, size - right, np.maximum(0, wanted - right)
    counts[scores[0] >= GRID] = quoted
    return counts


def _calibrate(scored: Sequence[Scored], n: int) -> tuple[float, float]:
    """Slope and offset from the best unit's score to whether the item is reported at all."""
    best = np.array([s.scores[:, n].max() for s in scored if len(s.scores)]).clip(0.001, 0.999)
    told = np.array([s.truth[:, n].any() for s in scored if len(s.scores)])
    if told.all() or not told.any():
        return 1.0, 0.0
    fitted = LogisticRegression(C=STRENGTH).fit(np.log(best / (1 - best))[:, None], told)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
