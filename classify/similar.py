"""Which decided services are most like a new one, by the words that both use."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from classify.features import WORD
from classify.text import lower

COMMON = 0.1  # a word that stands in more of the services than this tells none of them apart
COMMON_FROM = 50  # services, below which every word counts
LEAST = 0.1  # below this two services merely share their language
WORDS_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A service that is like another: how much (0-1), and the words of both that say most, weightiest first."""

    key: str
    likeness: float
    words: tuple[str, ...]


class WordIndex:
    """Services by the words of their names and texts, which can be added and removed at any time.

    The likeness is the cosine of TF-IDF vectors, except that the services' own vectors hold no IDF (lnc.ltc in the
    notation of SMART): so adding one leaves the others as they are.
    """

    def __init__(self) -> None:
        self._places: dict[str, dict[str, float]] = defaultdict(dict)
        self._words: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._words)

    def put(self, key: str, *, name: str, text: str) -> None:
        """Adds a service, or puts what it says now in the place of what it said."""
        self.remove(key)
        weights = _weights(name, text)
        self._words[key] = tuple(weights)
        for word, weight in weights.items():
            self._places[word][key] = weight

    def remove(self, key: str) -> None:
        for word in self._words.pop(key, ()):
            places = self._places[word]
            del places[key]
            if not places:
                del self._places[word]

    def nearest(self, *, name: str, text: str, most: int, but: str = "") -> tuple[Alike, ...]:
        """The services most like one with this name and text, most alike first; `but` is left out, as itself."""
        said = self._weighed(_weights(name, text))
        length = math.sqrt(sum(weight * weight for weight in said.values())) or 1.0
        sums: dict[str, float] = defaultdict(float)
        for word, weight in said.items():
            for key, own in self._places[word].items():
                sums[key] += weight * own / length
        sums.pop(but, None)
        best = sorted(sums, key=lambda key: (-sums[key], key))[:most]
        return tuple(
            Alike(key=key, likeness=min(1.0, sums[key]), words=self._shared(key, said))
            for key in best
            if sums[key] >= LEAST
        )

    def _weighed(self, weights: Mapping[str, float]) -> dict[str, float]:
        """The words that tell services apart, each by how rare it is."""
        total = len(self._words)
        most = max(COMMON_FROM, COMMON * total)
        known = {word: len(self._places[word]) for word in weights if word in self._places}
        return {word: weights[word] * math.log(1 + total / n) for word, n in known.items() if n <= most}

    def _shared(self, key: str, said: Mapping[str, float]) -> tuple[str, ...]:
        """The weightiest words of both."""
        shares = {word: weight * self._places[word][key] for word, weight in said.items() if key in self._places[word]}
        return tuple(sorted(shares, key=lambda word: (-shares[word], word))[:WORDS_TOLD])


def _weights(name: str, text: str) -> dict[str, float]:
    """The words, the name's counted as if they stood twice, as a vector of length 1."""
    counts = Counter(WORD.findall(lower(f"{name}\n{name}\n{text}")))
    weights = {word: 1 + math.log(count) for word, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / length for word, weight in sorted(weights.items())}
