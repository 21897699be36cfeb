"""Trains the code model on labelled services, each site's scores made by weights that never saw the site."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from classify.cues import compile_cues
from classify.features import ServiceFeatures, measure
from classify.model import CodeModel, weigh_words
from classify.pairs import SCHEMES, STRONGEST, Array, pair_features
from classify.text import read_service
from register.codebook import Codebook
from register.models import Page, ServiceDraft

WORD_SCALE, CUE_SCALE = 2.0, 0.5  # how far words and cues may move the first layer, before its penalty
FIRST_PENALTY, SECOND_PENALTY = 0.3, 1.0  # sklearn's C
SITES_PER_WORD = 2  # a word of one site alone would teach the site
NEVER = -6.0  # the leaning to a code that no training service has
CUTS = tuple(n / 100 for n in range(30, 66, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingService:
    """A service whose codes people gave. `codes` are keys (`scheme:code`); `site` is what is left out together.

    `weight` is below 1 for weak labels. `known` are the codes that the labeller could have given: of these alone does
    absence count as wrong; None is all.
    """

    draft: ServiceDraft
    page: Page
    codes: frozenset[str]
    site: str
    weight: float = 1.0
    known: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A training service with its features measured, so that folds need not measure it again."""

    features: ServiceFeatures
    codes: frozenset[str]
    site: str
    weight: float
    known: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _FirstLayer:
    words: Mapping[str, int]
    idf: Array
    word_weights: Array
    cue_weights: Array
    intercept: Array


def train(
    labelled: Sequence[TrainingService], weak: Sequence[TrainingService] = (), *, codebook: Codebook
) -> CodeModel:
    """A model of `labelled`, and of `weak` texts for the words alone; see `fit`."""
    return fit(prepare(labelled, codebook=codebook), prepare(weak, codebook=codebook), codebook=codebook)


def prepare(services: Iterable[TrainingService], *, codebook: Codebook) -> list[Sample]:
    """The services with their features measured."""
    book = compile_cues(codebook)
    return [
        Sample(measure(read_service(one.draft, one.page), book), one.codes, one.site, one.weight, one.known)
        for one in services
    ]


def fit(labelled: Sequence[Sample], weak: Sequence[Sample] = (), *, codebook: Codebook) -> CodeModel:
    """A model whose scores are probabilities on sites that it does not know; needs at least two sites.

    The second layer and the cuts are fitted on leanings from first layers that left each service's site out.
    """
    book = compile_cues(codebook)
    codes, rows = book.codes, (*book.codes, *book.signals)
    pairs, answers, weights = [], [], []
    for site in sorted({sample.site for sample in labelled}):
        first = _fit_first([s for s in labelled if s.site != site], weak, codes, rows)
        blank = _model(first, codes, rows, np.zeros(0), {})
        for sample in (s for s in labelled if s.site == site):
            pairs.append(pair_features(sample.features, codes, blank.leaning(sample.features)))
            answers.append(_answers(sample, codes))
            weights.append(np.full(len(codes), sample.weight))
    second = LogisticRegression(C=SECOND_PENALTY, max_iter=2000, fit_intercept=False)
    second.fit(np.concatenate(pairs), np.concatenate(answers), np.concatenate(weights))
    pair_weights = np.asarray(second.coef_[0], dtype=np.float64)
    chances = [1 / (1 + np.exp(-(pair @ pair_weights))) for pair in pairs]
    cuts = {scheme: _best_cut(scheme, codes, chances, answers) for scheme in SCHEMES}
    return _model(_fit_first(labelled, weak, codes, rows), codes, rows, pair_weights, cuts)


def _answers(sample: Sample, codes: Sequence[str]) -> Array:
    return np.array([code in sample.codes for code in codes], dtype=np.float64)


def _model(
    first: _FirstLayer, codes: tuple[str, ...], rows: tuple[str, ...], pair_weights: Array, cuts: Mapping[str, float]
) -> CodeModel:
    return CodeModel(
        codes=codes,
        rows=rows,
        words=first.words,
        idf=first.idf,
        word_weights=first.word_weights,
        cue_weights=first.cue_weights,
        intercept=first.intercept,
        pair_weights=pair_weights,
        cuts=cuts,
    )


def _fit_first(
    samples: Sequence[Sample], weak: Sequence[Sample], codes: Sequence[str], rows: Sequence[str]
) -> _FirstLayer:
    """One balanced logistic regression a code, over words (TF-IDF) and the strength of every cue row."""
    words, idf = _vocabulary(samples)
    everyone = [*samples, *weak]
    vectorizer = DictVectorizer(sort=False)
    vectorizer.fit([{f"w{n}": 1.0 for n in range(len(words))} | dict.fromkeys(rows, 1.0)])
    design = vectorizer.transform([_row(sample, words, idf, rows) for sample in everyone])
    weights = np.array([sample.weight for sample in everyone])
    columns, intercept = [], []
    for code in codes:
        taught = np.array([s.known is None or code in s.known for s in everyone])
        answers = np.array([code in s.codes for s in everyone])[taught]
        if answers.any() and not answers.all():
            fitted = LogisticRegression(C=FIRST_PENALTY, solver="liblinear", class_weight="balanced", max_iter=300)
            fitted.fit(design[taught], answers, sample_weight=weights[taught])
            columns.append(fitted.coef_[0])
            intercept.append(float(fitted.intercept_[0]))
        else:
            columns.append(np.zeros(design.shape[1]))
            intercept.append(NEVER)
    table = np.array(columns).T
    return _FirstLayer(
        words=words,
        idf=idf,
        word_weights=table[: len(words)] * WORD_SCALE,
        cue_weights=table[len(words) :] * CUE_SCALE,
        intercept=np.array(intercept),
    )


def _row(sample: Sample, words: Mapping[str, int], idf: Array, rows: Sequence[str]) -> dict[str, float]:
    weighed = weigh_words(sample.features.words, words, idf)
    row = {f"w{place}": weight * WORD_SCALE for place, weight in weighed.items()}
    return row | {name: min(sample.features.cue(name).strength, STRONGEST) * CUE_SCALE for name in rows}


def _vocabulary(samples: Sequence[Sample]) -> tuple[dict[str, int], Array]:
    sites: dict[str, set[str]] = defaultdict(set)
    documents: Counter[str] = Counter()
    for sample in samples:
        documents.update(sample.features.words.keys())
        for word in sample.features.words:
            sites[word].add(sample.site)
    kept = sorted(word for word in documents if len(sites[word]) >= SITES_PER_WORD and documents[word] > SITES_PER_WORD)
    idf = [math.log((1 + len(samples)) / (1 + documents[word])) + 1 for word in kept]
    return {word: place for place, word in enumerate(kept)}, np.array(idf, dtype=np.float64)


def _best_cut(scheme: str, codes: Sequence[str], chances: Sequence[Array], answers: Sequence[Array]) -> float:
    """The cut with the best F1 over services of unseen sites; of equals the higher, which is the more precise."""
    places = [n for n, code in enumerate(codes) if code.startswith(f"{scheme}:")]
    given = np.array(chances)[:, places]
    right = np.array(answers)[:, places] > 0

    def f1(cut: float) -> float:
        shown = given >= cut
        found = float((shown & right).sum())
        return 2 * found / max(1.0, float(shown.sum() + right.sum()))

    return max(CUTS, key=lambda cut: (round(f1(cut), 3), cut))
