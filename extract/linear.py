"""A linear model over hashed features: scores of several labels at once, kept as plain arrays."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Features = Mapping[str, float]
SIZE = 1 << 15


def place(feature: str, size: int = SIZE) -> int:
    return crc32(feature.encode()) % size


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """`weights` is (features, labels), `bias` and `cuts` (labels): a label is proposed from its cut upwards."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    cuts: NDArray[np.float32]

    def scores(self, features: Features) -> NDArray[np.float64]:
        """Probability-like scores (0-1) of all labels, each on its own."""
        total = self.bias.astype(np.float64)
        if features:
            rows = np.fromiter((place(f, len(self.weights)) for f in features), dtype=np.intp, count=len(features))
            values = np.fromiter(features.values(), dtype=np.float64, count=len(features))
            # Not a matrix product: its last bits depend on where the arrays happen to lie in memory.
            total = total + np.add.reduce(values[:, None] * self.weights[rows].astype(np.float64), axis=0)
        return chances(total)

    def scores_of(self, rows: Sequence[Features]) -> NDArray[np.float64]:
        """The scores of several rows at once, (rows, labels): much faster than one by one."""
        size = len(self.weights)
        places = np.array([place(f, size) for row in rows for f in row], dtype=np.intp)
        values = np.array([v for row in rows for v in row.values()], dtype=np.float64)
        counts = np.array([len(row) for row in rows], dtype=np.intp)
        total = np.tile(self.bias.astype(np.float64), (len(rows), 1))
        if len(places):
            filled = np.flatnonzero(counts)  # of a row without features there is nothing to add up
            starts = (np.cumsum(counts) - counts)[filled]
            total[filled] += np.add.reduceat(values[:, None] * self.weights[places].astype(np.float64), starts, axis=0)
        return chances(total)

    def dump(self) -> bytes:
        out = io.BytesIO()
        used = np.flatnonzero(np.abs(self.weights).max(axis=1) > 1e-4).astype(np.int32)
        np.savez_compressed(
            out,
            labels=np.array(self.labels),
            size=np.array(len(self.weights)),
            rows=used,
            weights=self.weights[used].astype(np.float16),
            bias=self.bias,
            cuts=self.cuts,
        )
        return out.getvalue()

    @classmethod
    def load(cls, body: bytes) -> LinearModel:
        with np.load(io.BytesIO(body), allow_pickle=False) as data:
            weights = np.zeros((int(data["size"]), len(data["labels"])), dtype=np.float32)
            weights[data["rows"]] = data["weights"].astype(np.float32)
            return cls(
                labels=tuple(str(label) for label in data["labels"]),
                weights=weights,
                bias=data["bias"].astype(np.float32),
                cuts=data["cuts"].astype(np.float32),
            )


def chances(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds as chances, rounded so that the same page has the same bytes in any process."""
    rounded: NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))), 9)
    return rounded
