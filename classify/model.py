"""The linear model over cues and words: scores that are probabilities, weights that hold no sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.features import ServiceFeatures
from classify.pairs import PAIR_FEATURES, STRONGEST, Array, pair_features
from classify.text import ServiceText
from register.codes.vocabulary import SCHEMES
from register.errors import ConfigError

MODEL_FILE = Path(__file__).parent / "models" / "codes.npz"
LEANING_SCALE = 0.5
WORDS_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The words of a service that a model knows: their `places` in its list, and 1 + the logarithm of their counts."""

    places: NDArray[np.intp]
    often: Array

    def weigh(self, idf: Array) -> Array:
        """TF-IDF of each word, brought to length 1."""
        weights = self.often * idf[self.places]
        return weights / (float(np.linalg.norm(weights)) or 1.0)


def known_words(counts: Mapping[str, int], words: Mapping[str, int]) -> Known:
    known = [(place, count) for word, count in counts.items() if (place := words.get(word)) is not None]
    places = np.array([place for place, _ in known], dtype=np.intp)
    return Known(places=places, often=1 + np.log(np.array([count for _, count in known], dtype=np.float64)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What words and cues say for each code: `word_weights` has a row for each word, `cue_weights` one for each row of
    the codebook; a column is a code. A code that the layer was not taught has zeros."""

    idf: Array
    word_weights: Array
    cue_weights: Array
    intercept: Array

    def leaning(self, known: Known, strengths: Array) -> Array:
        """A scaled logit for each code, before calibration."""
        logits = self.intercept.copy()
        if len(known.places):
            logits += known.weigh(self.idf) @ self.word_weights[known.places]
        return np.asarray((logits + strengths @ self.cue_weights) * LEANING_SCALE, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeModel:
    """Two linear layers. The first leans to each code (`scheme:code`) by `words` and the cues of `rows`: `own` as
    labelled services taught it, `outside` as weakly labelled texts did. The second, `pair_weights`, weighs both
    leanings with how the code's own cue stands, the same for all codes, into a calibrated logit. `learned` adds what
    reviewers' decisions taught, where there were any. `cuts` are the chances, one a scheme, from which a code is
    shown."""

    codes: tuple[str, ...]
    rows: tuple[str, ...]
    words: Mapping[str, int]
    own: Layer
    outside: Layer
    pair_weights: Array
    cuts: Mapping[str, float]
    learned: Layer | None = None

    def scores(self, features: ServiceFeatures) -> dict[str, float]:
        """The chance of each code, by key."""
        logits = pair_features(features, self.codes, *self.leanings(features)) @ self.pair_weights
        if self.learned:
            logits = logits + self.learned.leaning(known_words(features.words, self.words), np.zeros(len(self.rows)))
        chances = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return dict(zip(self.codes, map(float, chances), strict=True))

    def leanings(self, features: ServiceFeatures) -> tuple[Array, Array]:
        """What the words and all cues together say for each code, by the own and by the outside layer."""
        cues = features.cues
        strengths = np.array([min(cues[row].strength, STRONGEST) if row in cues else 0.0 for row in self.rows])
        known = known_words(features.words, self.words)
        return self.own.leaning(known, strengths), self.outside.leaning(known, strengths)

    def cut(self, key: str) -> float:
        return self.cuts[key.split(":")[0]]


@dataclass(frozen=True, kw_only=True, eq=False)
class TellingLines:
    """The words of a service that a model knows, by line; laid out when the first code is asked for."""

    model: CodeModel
    text: ServiceText
    features: ServiceFeatures

    def of(self, key: str) -> tuple[int, tuple[str, ...]]:
        """The line whose words speak most for a code, and the words that do; line -1 where none does."""
        code = self.model.codes.index(key)
        places = np.fromiter(self._known.values(), dtype=np.intp)
        layers = (self.model.own, self.model.learned) if self.model.learned else (self.model.own,)
        weights = np.sum([layer.word_weights[places, code] * layer.idf[places] for layer in layers], axis=0)
        lines, numbers = self._stands[:, 0], self._stands[:, 1]
        said = np.maximum(weights, 0)[numbers]
        if not said.any():
            return -1, ()
        best = int(np.bincount(lines, weights=said).argmax())
        speaking = [number for number in numbers[lines == best].tolist() if weights[number] > 0]
        speaking.sort(key=lambda number: -weights[number])
        words = tuple(self._known)
        return best, tuple(words[number] for number in speaking[:WORDS_TOLD])

    @cached_property
    def _known(self) -> Mapping[str, int]:
        """The words that the model knows, with their places in its list."""
        return {word: self.model.words[word] for word in self.features.words if word in self.model.words}

    @cached_property
    def _stands(self) -> NDArray[np.intp]:
        """Rows of a line and the number of a known word that stands in it, once each."""
        numbers = {word: number for number, word in enumerate(self._known)}
        stands = [
            (line, numbers[word])
            for line, (words, where) in enumerate(zip(self.features.words_by_line, self.text.lines, strict=False))
            if where.start >= 0
            for word in dict.fromkeys(words)
            if word in numbers
        ]
        return np.array(stands, dtype=np.intp).reshape(-1, 2)


@cache
def load_model(path: Path = MODEL_FILE) -> CodeModel | None:
    """The committed model, None where its file is absent: then the cues alone decide.

    Raises ConfigError where it was trained for other pair features than this version measures.
    """
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as kept:
        if len(kept["pair_weights"]) != len(PAIR_FEATURES):
            expected = f"{len(PAIR_FEATURES)} weights, one a pair feature: train it again"
            raise ConfigError(str(path), "pair_weights", len(kept["pair_weights"]), expected)
        return CodeModel(
            codes=tuple(kept["codes"].tolist()),
            rows=tuple(kept["rows"].tolist()),
            words={word: place for place, word in enumerate(kept["words"].tolist())},
            own=_layer("own", kept),
            outside=_layer("outside", kept),
            pair_weights=kept["pair_weights"].astype(np.float64),
            cuts=dict(zip(SCHEMES, kept["cuts"].tolist(), strict=True)),
            learned=_layer("learned", kept) if "learned_idf" in kept else None,
        )


def save_model(model: CodeModel, path: Path = MODEL_FILE) -> None:
    """Writes the weights as plain arrays (npz), readable without unpickling."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "codes": np.array(model.codes),
        "rows": np.array(model.rows),
        "words": np.array(sorted(model.words, key=lambda word: model.words[word])),
        "pair_weights": model.pair_weights.astype(np.float32),
        "cuts": np.array([model.cuts[scheme] for scheme in SCHEMES]),
    }
    layers = {"own": model.own, "outside": model.outside} | ({"learned": model.learned} if model.learned else {})
    for name, layer in layers.items():
        arrays |= _arrays(name, layer)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _layer(name: str, kept: Mapping[str, Array]) -> Layer:
    return Layer(**{field.name: kept[f"{name}_{field.name}"].astype(np.float64) for field in fields(Layer)})


def _arrays(name: str, layer: Layer) -> dict[str, NDArray[Any]]:
    """Half precision for the words, of which there are many."""
    arrays = {field.name: getattr(layer, field.name) for field in fields(Layer)}
    return {f"{name}_{key}": a.astype(np.float16 if key == "word_weights" else np.float32) for key, a in arrays.items()}
