"""Learns from what reviewers decided: the shipped model, moved as far as the decisions carry it and no further."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from classify.features import ServiceFeatures
from classify.model import LEANING_SCALE, CodeModel, Layer, known_words
from classify.pairs import PAIR_FEATURES, Array, pair_features
from register.models import DecisionVerdict

# How strongly each part is held where the shipped model had it: what all codes share, each code, each word and code.
# Few decisions teach what is shared; many, or a team that reads codes in its own way, move the codes and words too.
HOLDS = ((8.0, 40.0, 40.0), (8.0, 4.0, 2.0))
CERTAIN = 1e-4  # no answer costs more than a score that is so far off
UNSEEN = 0.5  # the weight of a "no" to a code that the reviewer was not shown, and could have added
SITES_PER_WORD = 2  # a word of one site alone would teach the site
STEPS, NEAR = 200, 1e-7  # of the solver: its steps at most, and the share of the loss that a step must still win
# A cut moves only where that wins so much F1: scores that tell less than the shipped ones did stand lower in all.
CUTS, CUT_GAIN = tuple(n / 100 for n in range(20, 66, 5)), 0.02

Hold = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedService:
    """A service with what reviewers said of its codes: `answers` by key (`scheme:code`), True where it is right; what
    nobody judged is absent. `unseen` are the keys of a "no" that follows from silence. `site` is left out together."""

    features: ServiceFeatures
    answers: Mapping[str, bool]
    site: str
    unseen: frozenset[str] = frozenset()

    def weight(self, key: str) -> float:
        """How much the answer to that code counts; 0 where nobody judged it."""
        if key not in self.answers:
            return 0.0
        return UNSEEN if key in self.unseen else 1.0


def answers_of(
    verdict: DecisionVerdict, *, shown: frozenset[str], final: frozenset[str], scheme: frozenset[str]
) -> tuple[dict[str, bool], frozenset[str]]:
    """What a decision on the codes of one scheme says of each of them, and which of the noes follow from silence.

    `shown` are the codes that were proposed, `final` those that stand after the decision, all keys. A rejection says
    that what was shown is wrong, and nothing of the others.
    """
    if verdict is DecisionVerdict.REJECT:
        return dict.fromkeys(sorted(shown), False), frozenset()
    answers = {key: key in final for key in sorted(scheme)}
    silent = scheme - shown - final if verdict is DecisionVerdict.APPROVE else frozenset()
    return answers, silent


Trial = tuple[DecidedService, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A decided service with what the prior knows of it and each code together (see `pair_features`)."""

    service: DecidedService
    pairs: Array


def lay_out(decided: Sequence[DecidedService], *, prior: CodeModel) -> tuple[Laid, ...]:
    """The services as they are learned from; services whose codes nobody judged are left out."""
    return tuple(
        Laid(service=s, pairs=pair_features(s.features, prior.codes, *prior.leanings(s.features)))
        for s in decided
        if s.answers
    )


def learn(laid: Sequence[Laid], *, prior: CodeModel) -> CodeModel:
    """`prior` with weights moved by the decisions: those of the second layer, one for each code, one for each word and
    code. How far each may move, and from which score a code is shown, is settled on sites that were left out; the same
    input gives the same weights."""
    halves = _halves(laid)
    with threadpool_limits(limits=1, user_api="blas"):  # the sums of a fit are short: threads would wait for each other
        trials = [[trial for half in halves for trial in _tried(laid, half, prior, hold)] for hold in HOLDS]
        lost = [sum(float(losses(one, scores).sum()) for one, scores in trial) for trial in trials]
        best = lost.index(min(lost))
        return replace(_fit(laid, prior, HOLDS[best]), cuts=_cuts(trials[best], prior.cuts))


def losses(service: DecidedService, scores: Mapping[str, float]) -> Array:
    """The log loss of each code that was judged, and that has a score."""
    judged = [key for key in service.answers if key in scores]
    right = np.array([service.answers[key] for key in judged], dtype=np.bool_)
    weights = np.array([service.weight(key) for key in judged])
    chances = np.clip(np.array([scores[key] for key in judged]), CERTAIN, 1 - CERTAIN)
    return np.asarray(-weights * np.log(np.where(right, chances, 1 - chances)), dtype=np.float64)


def _halves(laid: Sequence[Laid]) -> tuple[frozenset[str], ...]:
    """The sites in two parts, by their names; none where there are not two."""
    sites = sorted({one.service.site for one in laid}, key=lambda site: hashlib.sha256(site.encode()).digest())
    return (frozenset(sites[::2]), frozenset(sites[1::2])) if len(sites) > 1 else ()


def _tried(laid: Sequence[Laid], half: frozenset[str], prior: CodeModel, hold: Hold) -> list[Trial]:
    """The services of the sites of `half`, scored by what was learned from the others."""
    model = _fit([one for one in laid if one.service.site not in half], prior, hold)
    return [(one.service, model.scores(one.service.features)) for one in laid if one.service.site in half]


def _cuts(trials: Sequence[Trial], cuts: Mapping[str, float]) -> dict[str, float]:
    """For each scheme the cut that it has, unless another gives clearly more F1; of these the highest: few, precise."""
    return {scheme: _cut([_judged(scheme, *trial) for trial in trials], cut) for scheme, cut in cuts.items()}


def _judged(scheme: str, service: DecidedService, scores: Mapping[str, float]) -> list[tuple[float, bool]]:
    answers = service.answers.items()
    return [(scores[key], right) for key, right in answers if key.startswith(f"{scheme}:") and key in scores]


def _cut(services: Sequence[Sequence[tuple[float, bool]]], cut: float) -> float:
    judged = np.array([pair for pairs in services for pair in pairs], dtype=np.float64).reshape(-1, 2)

    def f1(least: float) -> float:
        shown, right = judged[:, 0] >= least, judged[:, 1] > 0
        return 2 * float((shown & right).sum()) / max(1.0, float(shown.sum() + right.sum()))

    best = max(map(f1, CUTS))
    return cut if f1(cut) >= best - CUT_GAIN else max(one for one in CUTS if f1(one) >= best - CUT_GAIN / 2)


def _fit(laid: Sequence[Laid], prior: CodeModel, hold: Hold) -> CodeModel:
    decided = [one.service for one in laid]
    model = _with_words(replace(prior, learned=None), _new_words(decided, prior))
    table = _tabulate(laid, model)
    hold_pairs, hold_codes, hold_words = hold
    pairs, codes, words = len(PAIR_FEATURES), len(model.codes), len(table.taught)

    def parts(weights: Array) -> tuple[Array, Array, Array]:
        left = pairs + codes
        return weights[:pairs], weights[pairs:left], weights[left:].reshape(words, codes)

    def loss(weights: Array) -> tuple[float, Array]:
        moved, own, said = parts(weights)
        logits = table.offset + table.pairs @ moved + own + table.counts @ said
        signed = np.where(table.answers, logits, -logits)
        wrong = -table.weights / (1 + np.exp(np.clip(signed, -30, 30))) * np.where(table.answers, 1.0, -1.0)
        held = (hold_pairs * moved, hold_codes * own, hold_words * said)
        penalty = 0.5 * sum(float((a * b).sum()) for a, b in zip(held, (moved, own, said), strict=True))
        slope = (np.tensordot(wrong, table.pairs, 2), wrong.sum(axis=0), table.counts.T @ wrong)
        down = np.concatenate([(a + b).ravel() for a, b in zip(slope, held, strict=True)])
        return float((table.weights * np.logaddexp(0, -signed)).sum()) + penalty, down

    start = np.zeros(pairs + codes + words * codes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": NEAR})
    moved, own, said = parts(np.asarray(found.x, dtype=np.float64))
    word_weights = np.zeros((len(model.words), codes))
    word_weights[table.taught] = said / LEANING_SCALE
    learned = Layer(
        idf=table.idf,
        word_weights=word_weights,
        cue_weights=np.zeros((len(model.rows), codes)),
        intercept=own / LEANING_SCALE,
    )
    return replace(model, pair_weights=prior.pair_weights + moved, learned=learned)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Decided services as matrices, a row each: `offset` the logits of the prior, `pairs` its features by code,
    `counts` TF-IDF of the words whose places `taught` holds, `answers` with their `weights` by code."""

    offset: Array
    pairs: Array
    counts: csr_matrix
    idf: Array
    taught: NDArray[np.intp]
    answers: NDArray[np.bool_]
    weights: Array


def _tabulate(laid: Sequence[Laid], model: CodeModel) -> _Table:
    decided = [one.service for one in laid]
    idf = _idf(decided, model.words)
    pairs = np.array([one.pairs for one in laid])
    rows = [known_words(s.features.words, model.words) for s in decided]
    lines = np.repeat(np.arange(len(rows)), [len(row.places) for row in rows])
    places, weights = np.concatenate([row.places for row in rows]), np.concatenate([row.weigh(idf) for row in rows])
    counts, taught = csr_matrix((weights, (lines, places)), shape=(len(decided), len(model.words))), np.flatnonzero(idf)
    return _Table(
        offset=pairs @ model.pair_weights,
        pairs=pairs,
        counts=counts[:, taught],
        idf=idf,
        taught=taught,
        answers=np.array([[s.answers.get(key, False) for key in model.codes] for s in decided], dtype=np.bool_),
        weights=np.array([[s.weight(key) for key in model.codes] for s in decided]),
    )


def _idf(decided: Sequence[DecidedService], words: Mapping[str, int]) -> Array:
    """The inverse document frequency of each word among the decided services; 0 for one that a single site has."""
    idf = np.zeros(len(words))
    for word, (documents, sites) in _spread(decided).items():
        if word in words and len(sites) >= SITES_PER_WORD:
            idf[words[word]] = math.log((1 + len(decided)) / (1 + documents)) + 1
    return idf


def _new_words(decided: Sequence[DecidedService], prior: CodeModel) -> list[str]:
    return sorted(
        word
        for word, (documents, sites) in _spread(decided).items()
        if word not in prior.words and len(sites) >= SITES_PER_WORD and documents > SITES_PER_WORD
    )


def _spread(decided: Sequence[DecidedService]) -> dict[str, tuple[int, set[str]]]:
    """For each word in how many services and on which sites it stands."""
    documents: Counter[str] = Counter()
    sites: dict[str, set[str]] = defaultdict(set)
    for service in decided:
        documents.update(service.features.words.keys())
        for word in service.features.words:
            sites[word].add(service.site)
    return {word: (count, sites[word]) for word, count in documents.items()}


def _with_words(model: CodeModel, words: Sequence[str]) -> CodeModel:
    """The same model over more words, which say nothing in its shipped layers."""
    known = dict(model.words) | {word: len(model.words) + n for n, word in enumerate(words)}
    return replace(model, words=known, own=_padded(model.own, len(words)), outside=_padded(model.outside, len(words)))


def _padded(layer: Layer, more: int) -> Layer:
    return replace(
        layer,
        idf=np.concatenate([layer.idf, np.zeros(more)]),
        word_weights=np.vstack([layer.word_weights, np.zeros((more, layer.word_weights.shape[1]))]),
    )
