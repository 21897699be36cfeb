"""How likely a team is to include what waits, learned from what it has included and rejected so far.

The register's own chance (register/reviewing/chance.py) knows nothing of the team or of the place. What is learned here
takes its place, the more so the more was decided: a logistic regression over what the drafts propose and the words
that they quote. It orders the queue and does nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classify.features import WORD
from register.codes.vocabulary import Status
from register.models import Candidate
from register.reviewing.chance import chance_of

Array = NDArray[np.float64]
Traits = Mapping[str, float]

CHANCE: Final = "chance"  # the trait that is the chance before anything was learned
LEAST: Final = 10  # decisions, of both kinds, before anything is learned
TRUSTED_HALF: Final = 30  # decisions at which what is learned counts half of what it says
RIDGE: Final = 10.0  # against believing in what few decisions say
OF_WORD: Final = "word "  # so begin the traits that are words
OF_WORDS: Final = 4.0  # the weight of all words of a draft together, beside traits of 1 at most
FEWEST_WITH, MOST_WORDS = 2, 2_000  # decisions that have a word, and words, that are learned from
OF_SITE: Final = 0.5  # the weight of whose page it is, beside traits of 1 at most
SUREST_OUT: Final = 0.01  # the least chance that is believed
SHOWN: Final = 0.4  # the score from which a code is counted
ROUNDS, CLOSE = 25, 1e-6  # of Newton's method


def traits_of(draft: Candidate, *, kind: str, host: str) -> dict[str, float]:
    """What a draft from a page of that kind at that host proposes, by name, and its CHANCE; what is not there is 0."""
    told = {
        CHANCE: chance_of(draft, kind=kind),
        f"kind {kind}": 1.0,
        f"site {host}": OF_SITE,
        "score": draft.score,
        f"scope {draft.scope.value}": 1.0,
    }
    for code in draft.codes:
        if code.scheme in ("type", "factor", "population"):
            told[f"{code.scheme} {code.code}"] = code.score
            told[f"best {code.scheme}"] = max(told.get(f"best {code.scheme}", 0.0), code.score)
            told[f"many {code.scheme}"] = told.get(f"many {code.scheme}", 0.0) + (code.score >= SHOWN)
        elif code.shown:
            told[f"{code.scheme} {code.code}"] = 1.0
    for field in draft.fields:
        if field.status is Status.REPORTED:
            verdict = f" {field.value}" if field.name.startswith("eligibility.") else ""
            told[f"has {field.name}{verdict}"] = field.score if field.name.startswith("tidier.") else 1.0
    told |= {f"rule {one.rule} {one.outcome.value}": 1.0 for one in draft.rules}
    told |= {f"{OF_WORD}{word}": 1 + math.log(often) for word, often in Counter(_words(draft)).items()}
    return told | {"long": math.log1p(sum(end - start for start, end in draft.spans))}


def _words(draft: Candidate) -> Iterator[str]:
    """The words of the name and of all quotes, each quote once."""
    evidence = (*(field.evidence for field in draft.fields), *(code.evidence for code in draft.codes))
    quotes = {one.quote for many in evidence for one in many}
    for text in sorted({draft.name, *quotes}):
        yield from WORD.findall(text.lower())


def learn(decided: Sequence[tuple[Traits, bool]], waiting: Sequence[Traits]) -> tuple[float, ...]:
    """The chance of each of `waiting` to be included: the one that it had until enough was decided, in both ways."""
    before = np.array([traits[CHANCE] for traits in waiting])
    included = np.array([right for _, right in decided], dtype=bool)
    if not waiting or len(decided) < LEAST or included.all() or not included.any():
        return tuple(before.tolist())
    known, asked = _tabulate([traits for traits, _ in decided], waiting)
    weights = _fit(known, included)
    trust = len(decided) / (len(decided) + TRUSTED_HALF)
    bounded = np.clip(before, SUREST_OUT, 1 - SUREST_OUT)
    odds = (1 - trust) * np.log(bounded / (1 - bounded)) + trust * (asked @ weights[1:] + weights[0])
    return tuple((1 / (1 + np.exp(-odds))).tolist())


def _tabulate(decided: Sequence[Traits], waiting: Sequence[Traits]) -> tuple[Array, Array]:
    """A row each, a column for each trait that a decided one has, scaled to 1 at most, and for the words that several
    have."""
    with_it = Counter(name for traits in decided for name in traits)
    words = [(name, many) for name, many in with_it.items() if name.startswith(OF_WORD) and many >= FEWEST_WITH]
    words = sorted(words, key=lambda one: (-one[1], one[0]))[:MOST_WORDS]
    plain = sorted(name for name in with_it if not name.startswith(OF_WORD))
    table = np.zeros((len(decided) + len(waiting), len(plain) + len(words)))
    places = {name: at for at, name in enumerate((*plain, *(name for name, _ in words)))}
    for row, traits in zip(table, (*decided, *waiting), strict=True):
        for name, value in traits.items():
            if name in places:
                row[places[name]] = value
    largest = np.maximum(np.abs(table[:, : len(plain)]).max(axis=0), 1e-9)
    largest[[places[name] for name in plain if name.startswith("site ")]] = 1.0
    table[:, : len(plain)] /= largest
    table[:, len(plain) :] = _weigh_words(table[:, len(plain) :])
    return table[: len(decided)], table[len(decided) :]


def _weigh_words(counts: Array) -> Array:
    """TF-IDF of each row, brought to the length OF_WORDS; a row without words stays without."""
    weighed = counts * np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0)))
    length = np.sqrt((weighed**2).sum(axis=1, keepdims=True))
    return np.asarray(OF_WORDS * weighed / np.where(length > 0, length, 1.0), dtype=np.float64)


def _fit(table: Array, included: NDArray[np.bool_]) -> Array:
    """Intercept and weights of a ridge regression on the log odds, both kinds of decision weighing as much together."""
    if table.shape[1] > len(table):  # in as many directions as there are decisions it is the same, and quicker
        basis, part = np.linalg.qr(table.T)
        within = _fit(part.T, included)
        return np.concatenate([within[:1], basis @ within[1:]])
    rows = np.hstack([np.ones((len(table), 1)), table])
    share = np.where(included, included.mean(), 1 - included.mean())
    counts, ridge = 0.5 / share, np.full(rows.shape[1], RIDGE)
    ridge[0] = CLOSE
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (chance - included)) + ridge * weights
        curve = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < CLOSE:
            break
    return weights
