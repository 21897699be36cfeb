"""How promising a link is, and how relevant a page that was read: a small linear model over words that people edit."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from math import exp, log1p
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field

from crawlers.visits import Link
from register.datafile import DataModel, read_toml

MODEL_FILE = Path(__file__).parent / "models" / "focus.toml"
UNTOLD = 0.5  # the score of what nothing is known of

_TOKEN = re.compile(r"[a-zé]+(?:'[a-z]+)?|£|\d[\d:.]*(?:am|pm)?")
_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d\d)?(?:am|pm)|\d{1,2}:\d\d")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")  # aboutUs
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")  # page.html, page.aspx
_MOST_COUNTED = 6  # times that a group of words counts on one page
_DATED = re.compile(r"(?:^|[/_-])(?:19|20)\d\d(?:[/_-]\d\d?)?")


def _each_once(groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    counts = Counter(word for words in groups.values() for word in words)
    if twice := [word for word, count in counts.items() if count > 1]:
        raise ValueError(f"each word once ({', '.join(twice)})")
    if odd := [word for word in counts if not _TOKEN.fullmatch(word)]:
        raise ValueError(f"single words in lower case ({', '.join(odd)})")
    return groups


class Words(DataModel):
    """`data/focus.toml`: groups of words, by the name of the group; the words are lower case, one token each."""

    group: Annotated[dict[str, tuple[str, ...]], AfterValidator(_each_once)] = Field(default_factory=dict)


class Weights(DataModel):
    """A linear model: the log-odds that each feature adds; a feature without a weight adds nothing."""

    bias: float = 0.0
    weight: dict[str, float] = Field(default_factory=dict)

    def score(self, features: dict[str, float]) -> float:
        """A probability, 0-1."""
        total = self.bias + sum(self.weight.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


class FocusModel(DataModel):
    """`crawlers/models/focus.toml`: weights for links and for pages, as the training script writes them."""

    link: Weights = Weights()
    page: Weights = Weights()


class Focus(DataModel):
    """Scores links before they are asked for and pages once they are read; without words and weights, all alike."""

    words: Words = Words()
    model: FocusModel = FocusModel()

    def link_score(self, link: Link, url: str, *, depth: int, parent: float) -> float:
        """How likely the page behind a link is to describe services; `parent` is the relevance of its page, 0-1."""
        return self.model.link.score(self.link_features(link, url, depth=depth, parent=parent))

    def page_score(self, text: str) -> float:
        """How likely a page with this text of its own describes services."""
        return self.model.page.score(self.page_features(text))

    def link_features(self, link: Link, url: str, *, depth: int, parent: float) -> dict[str, float]:
        parts = urlsplit(url)
        path = _CAMEL.sub("-", unquote(parts.path)).lower()
        segments = [_SUFFIX.sub("", segment) for segment in path.split("/") if segment]
        last = _TOKEN.findall(segments[-1]) if segments else []
        features = {
            "parent": parent,
            "depth": min(depth, 6) / 6,
            "segments": min(len(segments), 5) / 5,
            "slug words": min(len(last), 6) / 6,
            "dated": float(bool(_DATED.search(path))),
            "query": min(parts.query.count("=") + bool(parts.query), 4) / 4,
            "numbered": float(bool(last) and last[-1].isdigit()),
        }
        anchor = _TOKEN.findall(link.anchor.lower())
        features["anchor words"] = min(len(anchor), 8) / 8
        for where, tokens in (("anchor", anchor), ("path", last), ("heading", _TOKEN.findall(link.heading.lower()))):
            for group, count in self._grouped(tokens).items():
                features[f"{where} {group}"] = min(count, 2) / 2
        above = [token for segment in segments[:-1] for token in _TOKEN.findall(segment)]
        for group, count in self._grouped(above).items():
            features[f"folder {group}"] = min(count, 2) / 2
        return features

    def page_features(self, text: str) -> dict[str, float]:
        tokens = _TOKEN.findall(text.lower())
        counts = self._grouped(tokens)
        for token in tokens:
            if token[0].isdigit():
                counts["a time"] += bool(_CLOCK.fullmatch(token))
                counts["a telephone"] += token[0] == "0" and len(token) in (5, 11)
        features = {name: log1p(min(count, _MOST_COUNTED)) for name, count in counts.items()}
        features["length"] = log1p(len(tokens)) / 7
        return features

    def _grouped(self, tokens: list[str]) -> Counter[str]:
        groups = self._group_of
        return Counter(group for token in tokens if (group := groups.get(token)) is not None)

    @cached_property
    def _group_of(self) -> dict[str, str]:
        return {word: group for group, words in self.words.group.items() for word in words}


def read_focus(data: Path) -> Focus:
    """The words of `data/focus.toml` with the trained weights; raises ConfigError where either is faulty."""
    return Focus(words=read_toml(Words, data / "focus.toml"), model=read_toml(FocusModel, MODEL_FILE))
