"""What a crawl learns of a host while it reads: which shapes of address led to something, which to nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

_PRIOR_WEIGHT = 3.0  # pages' worth of trust in a link's own score
_FAMILY_WEIGHT = 1.0  # pages' worth of trust in the wider family of shapes
_MEMORY = 25.0  # pages' worth of a shape that count; more would not change with the site any more
_WORD_WEIGHT = 0.5
_LEAST_WORD_SEEN = 2.0
_MOST_WORDS = 20_000


@dataclass(slots=True)
class _Mean:
    """A mean that begins to forget once it rests on `_MEMORY` values."""

    weight: float = 0.0
    total: float = 0.0

    def add(self, value: float) -> None:
        if self.weight + 1 > _MEMORY:
            keep = (_MEMORY - 1) / self.weight
            self.weight, self.total = self.weight * keep, self.total * keep
        self.weight += 1
        self.total += value


@dataclass(slots=True)
class _Learnt:
    worth: _Mean = field(default_factory=_Mean)
    relevance: _Mean = field(default_factory=_Mean)


class Learning:
    """Means of what the pages of one host were worth, by the shape of their address and by its words.

    A page's worth is the greater of its relevance and of what it led to, 0-1.
    """

    def __init__(self) -> None:
        self._shapes: dict[str, _Learnt] = {}
        self._words: dict[str, _Mean] = {}
        self._all = _Mean()

    def note(self, url: str, *, worth: float, relevance: float) -> None:
        """Learn from a page that was read, or that people judged."""
        shape = shape_of(url)
        for name in (shape, family_of(shape)):
            learnt = self._shapes.setdefault(name, _Learnt())
            learnt.worth.add(worth)
            learnt.relevance.add(relevance)
        self._all.add(worth)
        for word in words_of(url):
            if word in self._words or len(self._words) < _MOST_WORDS:
                self._words.setdefault(word, _Mean()).add(worth)

    def prior(self, url: str, score: float) -> float:
        """`score` moved by what the words of the address were worth on this host before, within 0-1."""
        means = [self._words[w] for w in words_of(url) if w in self._words]
        told = [mean.total / mean.weight for mean in means if mean.weight >= _LEAST_WORD_SEEN]
        if not told or not self._all.weight:
            return score
        shift = sum(told) / len(told) - self._all.total / self._all.weight
        return min(1.0, max(0.0, score + _WORD_WEIGHT * shift))

    def score(self, shape: str, prior: float) -> float:
        """`prior` weighed against what addresses of this shape were worth."""
        total, weight = prior * _PRIOR_WEIGHT, _PRIOR_WEIGHT
        family = self._shapes.get(family_of(shape))
        if family is not None and family.worth.weight:
            trust = min(_FAMILY_WEIGHT, family.worth.weight)
            total, weight = total + trust * family.worth.total / family.worth.weight, weight + trust
        own = self._shapes.get(shape)
        if own is not None:
            total, weight = total + own.worth.total, weight + own.worth.weight
        return total / weight

    def relevance(self, shape: str) -> float:
        """The mean relevance of pages of this shape, 0 where none was read."""
        own = self._shapes.get(shape)
        return own.relevance.total / own.relevance.weight if own is not None and own.relevance.weight else 0.0


def shape_of(url: str) -> str:
    """The pattern of an address: its last segment left open, numbers as `#`, the names of parameters.

    >>> shape_of("https://example.org/groups/north/choir/?page=2")
    '/groups/north/*?page=#'
    """
    parts = urlsplit(url)
    segments = [re.sub(r"\d+", "#", segment) for segment in parts.path.split("/") if segment]
    if segments and segments[-1] != "#":
        segments[-1] = "*"
    query = "&".join(f"{n}={'#' if v.isdigit() else '*'}" for n, v in parse_qsl(parts.query, keep_blank_values=True))
    return "/" + "/".join(segments) + (f"?{query}" if query else "")


def family_of(shape: str) -> str:
    """The wider pattern: only how deep, and with which parameters."""
    path, _, query = shape.partition("?")
    return "~" + "/".join("#" if part == "#" else "*" for part in path.split("/")[1:]) + (f"?{query}" if query else "")


def words_of(url: str) -> list[str]:
    return [word for word in re.split(r"[^a-z]+", urlsplit(url).path.lower()) if len(word) > 2]
