"""Fits linear models from labelled features (scikit-learn; prediction does not need it)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from extract.linear import SIZE, Features, LinearModel, chances, place

FEWEST_ROWS = 2  # a feature of one row alone says nothing about other sites
FEWEST_SITES = 2  # nor does one that a single site's pages share


def to_matrix(rows: Sequence[Features], size: int = SIZE) -> csr_matrix:
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in rows:
        columns.extend(place(f, size) for f in row)
        values.extend(row.values())
        ends.append(len(columns))
    matrix = csr_matrix((values, columns, ends), shape=(len(rows), size), dtype=np.float64)
    matrix.sum_duplicates()
    return matrix


def fit(
    rows: Sequence[Features] | csr_matrix,
    labels: Sequence[str],
    truth: NDArray[np.bool_],
    *,
    strength: float = 1.0,
    weights: NDArray[np.float64] | None = None,
    balanced: bool = False,
    sites: Sequence[str] = (),
) -> LinearModel:
    """One logistic regression a label; `truth` is (rows, labels), `strength` the inverse of regularisation.

    `rows` may be their matrix (`to_matrix`) already, which folds of the same rows share. Where `sites` names the site
    of each row, a feature that one site alone has is left out.
    """
    matrix = rows if isinstance(rows, csr_matrix) else to_matrix(rows)
    enough = np.asarray((matrix != 0).sum(axis=0)).ravel() >= FEWEST_ROWS
    if sites:
        enough &= _sites_seen(matrix, sites) >= FEWEST_SITES
    kept = np.flatnonzero(enough)
    dense = matrix[:, kept]
    coefficients = np.zeros((SIZE, len(labels)), dtype=np.float32)
    bias = np.full(len(labels), -8.0, dtype=np.float32)
    for n in range(len(labels)):
        if truth[:, n].any() and not truth[:, n].all():
            model = LogisticRegression(
                C=strength, solver="newton-cg", max_iter=300, class_weight="balanced" if balanced else None
            )
            with threadpool_limits(limits=1, user_api="blas"):  # its sums are short: threads would wait for each other
                model.fit(dense, truth[:, n], sample_weight=weights)
            coefficients[kept, n] = model.coef_[0]
            bias[n] = model.intercept_[0]
        elif truth[:, n].all():
            bias[n] = 8.0
    return LinearModel(
        labels=tuple(labels), weights=coefficients, bias=bias, cuts=np.full(len(labels), 0.5, dtype=np.float32)
    )


def scores_of_matrix(model: LinearModel, matrix: csr_matrix) -> NDArray[np.float64]:
    """`LinearModel.scores_of` for rows whose matrix is there already (`to_matrix`)."""
    return chances(np.asarray(matrix @ model.weights.astype(np.float64) + model.bias))


def _sites_seen(matrix: csr_matrix, sites: Sequence[str]) -> NDArray[np.int64]:
    """For each feature on how many sites it occurs."""
    seen = np.zeros(matrix.shape[1], dtype=np.int64)
    named = np.array(sites)
    for site in sorted(set(sites)):
        seen += np.asarray((matrix[named == site] != 0).sum(axis=0)).ravel() > 0
    return seen
