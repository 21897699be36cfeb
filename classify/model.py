"""The linear model over cues and words: scores that are probabilities, weights that hold no sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.features import ServiceFeatures
from classify.text import ServiceText

Matrix = NDArray[np.float32]

MODELS = Path(__file__).parent / "models"
FILE = "codes.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeModel:
    """Weights over cue rows and words for each code.

    `codes` are keys (`scheme:code`); `cue_weights` has a row for each of `cue_rows`, `word_weights` one for each
    word; a column is a code. `slope` and `shift` turn the sums into calibrated logits, one pair a code. `cuts` are the
    chances from which a code is shown.
    """

    codes: tuple[str, ...]
    cue_rows: tuple[str, ...]
    words: Mapping[str, int]
    cue_weights: Matrix
    word_weights: Matrix
    idf: Matrix
    intercept: Matrix
    slope: Matrix
    shift: Matrix
    cuts: Matrix
    card: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, features: ServiceFeatures) -> dict[str, float]:
        """The chance of each code, by key."""
        return {}

    def cut(self, key: str) -> float:
        return float(self.cuts[self.codes.index(key)])

    def telling_line(self, key: str, text: ServiceText) -> tuple[int, tuple[str, ...]]:
        return 0, ()


@cache
def load_model(folder: Path = MODELS) -> CodeModel | None:
    """The committed model, None where its file is absent."""
    return None
