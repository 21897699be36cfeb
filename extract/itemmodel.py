"""The model of TIDieR items: a score for each unit, the cuts from which units are quoted, and how sure that makes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.linear import LinearModel

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemModel:
    """`first` is the score from which an item's best unit is quoted, `further` that of the units after it;
    `slope` and `offset` turn the best unit's score into the probability that a labeller finds the item reported.
    All are (labels) in the order of `linear.labels`."""

    linear: LinearModel
    first: Floats
    further: Floats
    slope: Floats
    offset: Floats

    def place(self, item: str) -> int:
        return self.linear.labels.index(item)

    def cuts(self, item: str) -> tuple[float, float]:
        return float(self.first[self.place(item)]), float(self.further[self.place(item)])

    def certainty(self, item: str, best: float) -> float:
        """The probability (0-1) that the item is reported by a service whose best unit scores `best`."""
        n, kept = self.place(item), min(0.999, max(0.001, best))
        return float(1 / (1 + np.exp(-(self.slope[n] * np.log(kept / (1 - kept)) + self.offset[n]))))

    def dump(self) -> bytes:
        out = io.BytesIO()
        linear = np.frombuffer(self.linear.dump(), dtype=np.uint8)
        np.savez(out, linear=linear, first=self.first, further=self.further, slope=self.slope, offset=self.offset)
        return out.getvalue()

    @classmethod
    def load(cls, body: bytes) -> ItemModel:
        with np.load(io.BytesIO(body), allow_pickle=False) as data:
            return cls(
                linear=LinearModel.load(data["linear"].tobytes()),
                first=data["first"],
                further=data["further"],
                slope=data["slope"],
                offset=data["offset"],
            )
