"""Trains the code model on labelled services, each site's scores made by weights that never saw the site."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    return Folds(labelled, weak, invented, codebook=codebook).fit()


class Folds:
    """Models of the same samples with a site left out each; what two of them have in common is fitted once."""

    def __init__(
        self, labelled: Sequence[Sample], weak: Sequence[Sample], invented: Sequence[Sample], *, codebook: Codebook
    ) -> None:
        book = compile_cues(codebook)
        self._labelled = labelled
        self._codes, self._rows = book.codes, (*book.codes, *book.signals)
        self._table = _with_known_words(_tabulate([*labelled, *invented], self._codes, self._rows))
        self._weak = _tabulate(weak, self._codes, self._rows, words=self._table.words)
        self._own: dict[frozenset[str], Layer] = {}

    def fit(self, *, without: str = "") -> CodeModel:
        """A model that saw nothing of the site `without` ("" for none), neither weights nor cuts."""
        own = self._without(without)
        everywhere = np.arange(len(self._weak.sites))
        words = (own.idf > 0) & (_spread(self._weak, everywhere) >= SITES_PER_WORD)
        outside = _fit_layer(self._weak, everywhere, words=words, strength=OUTSIDE_PENALTY, absent=0.0)
        seen = [n for n, sample in enumerate(self._labelled) if sample.site != without]
        pairs = [self._pairs(n, outside, without) for n in seen]
        answers, weights = self._table.answers[seen], self._table.weights[seen]
        second = LogisticRegression(C=SECOND_PENALTY, max_iter=2000, fit_intercept=False)
        second.fit(np.concatenate(pairs), answers.ravel(), np.repeat(weights, len(self._codes)))
        pair_weights = np.asarray(second.coef_[0], dtype=np.float64)
        chances = [1 / (1 + np.exp(-(pair @ pair_weights))) for pair in pairs]
        cuts = {scheme: _best_cut(scheme, self._codes, chances, list(answers)) for scheme in SCHEMES}
        return self._model(own, outside, pair_weights, cuts)

    def _pairs(self, n: int, outside: Layer, without: str) -> Array:
        """The pair features of this sample, by layers that saw neither its site nor `without`."""
        sample = self._labelled[n]
        blank = self._model(self._without(without, sample.site), outside, np.zeros(0), {})
        return pair_features(sample.features, self._codes, *blank.leanings(sample.features))

    def _without(self, *sites: str) -> Layer:
        key = frozenset(sites) - {""}
        if key not in self._own:
            chosen = np.flatnonzero(~np.isin(self._table.sites, sorted(key)))
            words = _known(self._table, chosen)
            self._own[key] = _fit_layer(self._table, chosen, words=words, strength=FIRST_PENALTY, absent=NEVER)
        return self._own[key]

    def _model(self, own: Layer, outside: Layer, pair_weights: Array, cuts: Mapping[str, float]) -> CodeModel:
        return CodeModel(
            codes=self._codes,
            rows=self._rows,
            words=self._table.words,
            own=own,
            outside=outside,
            pair_weights=pair_weights,
            cuts=cuts,
        )


def _tabulate(
    samples: Sequence[Sample], codes: Sequence[str], rows: Sequence[str], *, words: Mapping[str, int] | None = None
) -> _Table:
    """The samples as matrices, over these `words` or all that they have."""
    if words is None:
        words = _numbered(sorted({word for sample in samples for word in sample.features.words}))
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


def _with_known_words(table: _Table) -> _Table:
    known = np.flatnonzero(_known(table, np.arange(len(table.sites))))
    names = list(table.words)
    return replace(table, words=_numbered([names[n] for n in known.tolist()]), counts=table.counts[:, known])


def _numbered(words: Sequence[str]) -> dict[str, int]:
    return {word: place for place, word in enumerate(words)}


def _fit_layer(
    table: _Table, chosen: NDArray[np.intp], *, words: NDArray[np.bool_], strength: float, absent: float
) -> Layer:
    """One balanced logistic regression a code, over these of the table's words (TF-IDF) and the strength of every cue
    row, learned from the `chosen` samples.

    `absent` is the leaning to a code that no sample has, or all.
    """
    counts, known = table.counts[chosen], table.taught[chosen]
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    idf = np.where(words & (documents > 0), np.log((1 + len(chosen)) / (1 + documents)) + 1, 0.0)
    weighed = counts.multiply(idf).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = diags(WORD_SCALE / np.where(length > 0, length, 1.0))
    design = hstack([scale @ weighed, csr_matrix(table.strengths[chosen] * CUE_SCALE)]).tocsr()
    design.eliminate_zeros()
    size, codes = len(table.words), table.answers.shape[1]
    weights, intercept = np.zeros((design.shape[1], codes)), np.full(codes, absent)
    for code in range(codes):
        taught = known[:, code]
        answers = table.answers[chosen, code][taught]
        if answers.any() and not answers.all():
            fitted = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", max_iter=300)
            rows = design if taught.all() else design[taught]
            fitted.fit(rows, answers, sample_weight=table.weights[chosen][taught])
            weights[:, code], intercept[code] = fitted.coef_[0], float(fitted.intercept_[0])
    return Layer(
        idf=idf, word_weights=weights[:size] * WORD_SCALE, cue_weights=weights[size:] * CUE_SCALE, intercept=intercept
    )


def _known(table: _Table, chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which words the chosen samples make known by themselves: those that several of them have, on several sites."""
    documents = np.asarray((table.counts[chosen] > 0).sum(axis=0)).ravel()
    return np.asarray((_spread(table, chosen) >= SITES_PER_WORD) & (documents > SITES_PER_WORD))


def _spread(table: _Table, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    """On how many sites of the chosen samples each word stands."""
    names, places = np.unique(table.sites[chosen], return_inverse=True)
    of_site = csr_matrix((np.ones(len(chosen)), (places, np.arange(len(chosen)))), shape=(len(names), len(chosen)))
    return np.asarray(((of_site @ table.counts[chosen]) > 0).sum(axis=0)).ravel()


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
