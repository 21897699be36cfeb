"""A queue simulated on labelled candidates: how much reading is saved when 95 in 100 of the includes are found."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB

from benchmarks.figures import Figure

RECALL, REACH = 0.95, 0.50
RUNS = 20  # of what is random


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A candidate's own text, the score that orders our queue, and whether the labels include it (wide)."""

    text: str
    score: float
    relevant: bool


def figures(queue: Sequence[Queued]) -> Iterator[Figure]:
    relevant = np.array([one.relevant for one in queue])
    ours = wss(np.argsort([-one.score for one in queue], kind="stable"), relevant)
    chance = random.Random(0)  # noqa: S311 (a simulation)
    by_chance = np.mean([wss(np.array(chance.sample(range(len(queue)), len(queue))), relevant) for _ in range(RUNS)])
    peer = np.mean([wss(by_active_learning(queue, seed), relevant) for seed in range(RUNS)])
    best = wss(np.argsort(~relevant, kind="stable"), relevant)
    yield Figure(
        name="queue.wss_at_95",
        value=ours,
        reach=REACH,
        note=f"{relevant.sum()} of {len(queue)} candidates are includes, so no order saves more than {best:.3f}; "
        f"random {by_chance:.3f}; active learning as ASReview's classic default (TF-IDF, naive Bayes, most likely "
        f"first, in scikit-learn) {peer:.3f}",
    )


def wss(order: np.ndarray, relevant: np.ndarray) -> float:
    """Work saved over sampling: the share left unread when 95 in 100 includes are found, less the 5 given up."""
    found = np.cumsum(relevant[order])
    read = int(np.searchsorted(found, np.ceil(RECALL * relevant.sum()))) + 1
    return float((len(order) - read) / len(order) - (1 - RECALL))


def by_active_learning(queue: Sequence[Queued], seed: int) -> np.ndarray:
    """The order in which a learner that starts from one include and one exclude asks for the candidates."""
    words = TfidfVectorizer(stop_words="english").fit_transform([one.text for one in queue])
    relevant = np.array([one.relevant for one in queue])
    chance = np.random.default_rng(seed)
    order = [int(chance.choice(np.flatnonzero(relevant))), int(chance.choice(np.flatnonzero(~relevant)))]
    left = set(range(len(queue))) - set(order)
    while left:
        model = MultinomialNB(alpha=3.822).fit(words[order], relevant[order])
        waiting = sorted(left)
        likely = model.predict_proba(words[waiting])[:, 1]
        order.append(waiting[int(np.argmax(likely))])
        left.discard(order[-1])
    return np.array(order)
