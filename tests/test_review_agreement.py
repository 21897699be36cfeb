"""Agreement against the worked examples of those who made the measures."""

import krippendorff
import numpy as np
import pytest

from review.quality.agreement import agree, cohen_kappa, count_values, interval, krippendorff_alpha

GONE = "."


def units(*coders: str):
    """Each coder's values as a string of characters, a dot where the coder did not see the unit."""
    return [tuple(None if value == GONE else value for value in unit) for unit in zip(*coders, strict=True)]


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): A, two observers and two values; B, two observers and
# five values; C, four observers with missing data.
BINARY = units("0100000010", "1110010000")
NOMINAL = units("aabbdcccedda", "babbbcccEddd".lower())
MISSING = units("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


@pytest.mark.parametrize(("example", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743)])
def test_alpha_is_what_krippendorff_worked_out(example, alpha: float) -> None:
    found = agree(example)
    assert found.alpha == pytest.approx(alpha, abs=5e-4)
    assert found.low < found.alpha < found.high


def test_kappa_is_what_cohen_worked_out() -> None:
    """A Coefficient of Agreement for Nominal Scales (1960): two judges, 200 cases, 70% agreed, kappa .492."""
    table = {"aa": 88, "ab": 10, "ac": 2, "ba": 14, "bb": 40, "bc": 6, "ca": 18, "cb": 10, "cc": 12}
    pairs = [tuple(pair) for pair, number in table.items() for _ in range(number)]
    found = agree(pairs)
    assert found.percent == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_what_only_one_saw_is_counted_and_weighs_nothing() -> None:
    alone = [("a", None), (None, "b"), (None, None)]
    without, found = agree(NOMINAL), agree([*NOMINAL, *alone])
    assert (found.alone, found.units) == (2, 12)
    assert (found.alpha, found.kappa, found.percent) == (without.alpha, without.kappa, without.percent)
    assert (found.low, found.high) == (without.low, without.high)


def test_percent_of_more_than_two_is_of_their_pairs() -> None:
    assert agree([("a", "a", "b", None)]).percent == pytest.approx(1 / 3)


@pytest.mark.parametrize("same", [[], [("a", None)], [("a", "a")] * 30])
def test_where_nobody_said_anything_else_there_is_no_alpha_and_no_kappa(same) -> None:
    found = agree(same)
    assert (found.alpha, found.kappa, found.low, found.high) == (None, None, None, None)


def test_the_interval_is_of_the_same_alpha_as_the_estimate() -> None:
    """The resampled alphas are reckoned all at once here; each is what krippendorff's package gives for that draw."""
    counts = count_values(MISSING)
    shared = counts[counts.sum(axis=1) > 1]
    draws = np.random.default_rng(2026).multinomial(len(shared), [1 / len(shared)] * len(shared), size=1000)
    alphas = []
    for weights in draws:
        drawn = np.repeat(shared, weights, axis=0)
        if (drawn.sum(axis=0) > 0).sum() > 1:
            alphas.append(krippendorff.alpha(value_counts=drawn, level_of_measurement="nominal"))
    assert interval(counts) == pytest.approx(tuple(np.percentile(alphas, (2.5, 97.5))))


def test_few_is_said_and_the_numbers_are_there() -> None:
    assert agree(NOMINAL).few
    assert not agree(NOMINAL * 2).few
    assert cohen_kappa([("a", "b"), ("b", "a")]) == -1
    assert krippendorff_alpha(count_values([("a", "b"), ("b", "a")])) == pytest.approx(-0.5)
