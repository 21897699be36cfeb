"""Trains the code model on labelled services, each site's scores made by weights that never saw the site."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression

from classify.cues import compile_cues
from classify.features import ServiceFeatures, measure
from classify.model import CodeModel, Layer
from classify.pairs import STRONGEST, Array, pair_features
from classify.text import read_service
from register.codes.codebook import Codebook
from register.codes.vocabulary import SCHEMES
from register.models import Page, ServiceDraft

WORD_SCALE, CUE_SCALE = 2.0, 0.5  # how far words and cues may move the first layer, before its penalty
FIRST_PENALTY, OUTSIDE_PENALTY, SECOND_PENALTY = 0.3, 1.0, 1.0  # sklearn's C
SITES_PER_WORD = 2  # a word of one site alone would teach the site
NEVER = -6.0  # the leaning to a code that no training service has
CUTS = tuple(n / 100 for n in range(30, 66, 5))
CUT_NOISE = 0.01  # a difference in F1 that says nothing


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


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Samples as matrices: a row is a sample; `counts` of words by place in `words`, `strengths` of cue rows, `answers`
    and `taught` (whether absence counts) by code."""

    words: Mapping[str, int]
    counts: csr_matrix
    strengths: Array
    answers: NDArray[np.bool_]
    taught: NDArray[np.bool_]
    weights: Array
    sites: NDArray[np.str_]


def train(
    labelled: Sequence[TrainingService],
    weak: Sequence[TrainingService] = (),
    invented: Sequence[TrainingService] = (),
    *,
    codebook: Codebook,
) -> CodeModel:
    """A model of `labelled` and `invented`, and of `weak` texts for the outside layer; see `fit`."""
    measured = (prepare(services, codebook=codebook) for services in (labelled, weak, invented))
    return fit(*measured, codebook=codebook)


def prepare(services: Iterable[TrainingService], *, codebook: Codebook) -> list[Sample]:
    """The services with their features measured."""
    book = compile_cues(codebook)
    return [
        Sample(measure(read_service(one.draft, one.page), book), one.codes, one.site, one.weight, one.known)
        for one in services
    ]


def fit(
    labelled: Sequence[Sample], weak: Sequence[Sample] = (), invented: Sequence[Sample] = (), *, codebook: Codebook
) -> CodeModel:
    """A model whose scores are probabilities on sites that it does not know; needs at least two sites.

    The second layer and the cuts are fitted on leanings from first layers that left each service's site out. `weak`
    teaches the outside layer, once: its texts are of none of the sites. `invented` services teach the first layers and
    nothing else: how sure a score may be is learned from real pages.
    """
    book = compile_cues(codebook)
    codes, rows = book.codes, (*book.codes, *book.signals)
    everything = [*labelled, *invented]
    words = _vocabulary(everything)
    table = _tabulate(everything, words, codes, rows)
    outside = _fit_layer(_tabulate(weak, words, codes, rows), strength=OUTSIDE_PENALTY, without="", absent=0.0)
    pairs: list[Array] = [np.zeros(0)] * len(labelled)
    real = slice(len(labelled))
    for site in np.unique(table.sites[real]):
        own = _fit_layer(table, strength=FIRST_PENALTY, without=site, absent=NEVER)
        blank = _model(own, outside, codes, rows, words, np.zeros(0), {})
        for n in np.flatnonzero(table.sites[real] == site).tolist():
            features = labelled[n].features
            pairs[n] = pair_features(features, codes, *blank.leanings(features))
    second = LogisticRegression(C=SECOND_PENALTY, max_iter=2000, fit_intercept=False)
    weights = np.repeat(table.weights[real], len(codes))
    second.fit(np.concatenate(pairs), table.answers[real].ravel(), weights)
    pair_weights = np.asarray(second.coef_[0], dtype=np.float64)
    chances = [1 / (1 + np.exp(-(pair @ pair_weights))) for pair in pairs]
    cuts = {scheme: _best_cut(scheme, codes, chances, list(table.answers[real])) for scheme in SCHEMES}
    own = _fit_layer(table, strength=FIRST_PENALTY, without="", absent=NEVER)
    return _model(own, outside, codes, rows, words, pair_weights, cuts)


def _model(
    own: Layer,
    outside: Layer,
    codes: tuple[str, ...],
    rows: tuple[str, ...],
    words: Mapping[str, int],
    pair_weights: Array,
    cuts: Mapping[str, float],
) -> CodeModel:
    return CodeModel(
        codes=codes, rows=rows, words=words, own=own, outside=outside, pair_weights=pair_weights, cuts=cuts
    )


def _tabulate(samples: Sequence[Sample], words: Mapping[str, int], codes: Sequence[str], rows: Sequence[str]) -> _Table:
    found = [
        (n, words[word], 1 + math.log(count))
        for n, sample in enumerate(samples)
        for word, count in sample.features.words.items()
        if word in words
    ]
    lines, places, counts = zip(*found, strict=True) if found else ((), (), ())
    strengths = [[min(s.features.cue(row).strength, STRONGEST) for row in rows] for s in samples]
    answers = [[code in s.codes for code in codes] for s in samples]
    taught = [[s.known is None or code in s.known for code in codes] for s in samples]
    return _Table(
        words=words,
        counts=csr_matrix((counts, (lines, places)), shape=(len(samples), len(words))),
        strengths=np.array(strengths, dtype=np.float64).reshape(len(samples), len(rows)),
        answers=np.array(answers, dtype=np.bool_).reshape(len(samples), len(codes)),
        taught=np.array(taught, dtype=np.bool_).reshape(len(samples), len(codes)),
        weights=np.array([sample.weight for sample in samples]),
        sites=np.array([sample.site for sample in samples], dtype=np.str_),
    )


def _fit_layer(table: _Table, *, strength: float, without: str, absent: float) -> Layer:
    """One balanced logistic regression a code, over words (TF-IDF) and the strength of every cue row.

    `absent` is the leaning to a code that no sample has, or all.
    """
    chosen = np.flatnonzero(table.sites != without) if without else np.arange(len(table.sites))
    idf = _weights_of_words(table, chosen)
    weighed = table.counts[chosen].multiply(idf).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = diags(WORD_SCALE / np.where(length > 0, length, 1.0))
    design = hstack([scale @ weighed, csr_matrix(table.strengths[chosen] * CUE_SCALE)]).tocsr()
    size, codes = len(table.words), table.answers.shape[1]
    weights, intercept = np.zeros((design.shape[1], codes)), np.full(codes, absent)
    for code in range(codes):
        taught = table.taught[chosen, code]
        answers = table.answers[chosen, code][taught]
        if answers.any() and not answers.all():
            fitted = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", max_iter=300)
            fitted.fit(design[taught], answers, sample_weight=table.weights[chosen][taught])
            weights[:, code], intercept[code] = fitted.coef_[0], float(fitted.intercept_[0])
    return Layer(
        idf=idf, word_weights=weights[:size] * WORD_SCALE, cue_weights=weights[size:] * CUE_SCALE, intercept=intercept
    )


def _weights_of_words(table: _Table, chosen: NDArray[np.intp]) -> Array:
    """The inverse document frequency of each word; 0 for one that a single site of several has."""
    there = table.counts[chosen] > 0
    documents = np.asarray(there.sum(axis=0)).ravel()
    idf = np.log((1 + len(chosen)) / (1 + documents)) + 1
    sites = np.unique(table.sites[chosen])
    if len(sites) < len(chosen):  # charities are sites of their own: a word of one alone tells nothing of a site
        spread = sum(np.asarray(there[table.sites[chosen] == site].sum(axis=0)).ravel() > 0 for site in sites)
        return np.where(spread >= SITES_PER_WORD, idf, 0.0)
    return np.where(documents > 0, idf, 0.0)


def _vocabulary(samples: Sequence[Sample]) -> dict[str, int]:
    sites: dict[str, set[str]] = defaultdict(set)
    documents: Counter[str] = Counter()
    for sample in samples:
        documents.update(sample.features.words.keys())
        for word in sample.features.words:
            sites[word].add(sample.site)
    kept = sorted(word for word in documents if len(sites[word]) >= SITES_PER_WORD and documents[word] > SITES_PER_WORD)
    return {word: place for place, word in enumerate(kept)}


def _best_cut(scheme: str, codes: Sequence[str], chances: Sequence[Array], answers: Sequence[Array]) -> float:
    """The highest cut whose F1 over services of unseen sites cannot be told from the best: few, precise proposals."""
    places = [n for n, code in enumerate(codes) if code.startswith(f"{scheme}:")]
    given = np.array(chances)[:, places]
    right = np.array(answers)[:, places] > 0

    def f1(cut: float) -> float:
        shown = given >= cut
        found = float((shown & right).sum())
        return 2 * found / max(1.0, float(shown.sum() + right.sum()))

    best = max(map(f1, CUTS))
    return max(cut for cut in CUTS if f1(cut) >= best - CUT_NOISE)
