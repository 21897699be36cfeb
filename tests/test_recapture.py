"""How many services there are, told from lists: against published examples, and what it says where it cannot tell."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from register.recapture.averaging import Floats, average
from register.recapture.checks import Bearing
from register.recapture.discovery import next_found
from register.recapture.estimate import AVERAGED, CHAPMAN, NONE, chao, chapman, estimate
from register.recapture.graphs import decomposable
from register.recapture.overlaps import Overlaps, overlaps_of

A, B, C, D = "desk", "directories", "registers", "people"


def lists(**counts: int) -> Overlaps:
    """`AB=3`: three services on the lists A and B alone."""
    names = {"A": A, "B": B, "C": C, "D": D}
    used = tuple(names[letter] for letter in "ABCD" if any(letter in key for key in counts))
    return Overlaps(lists=used, counts={frozenset(names[one] for one in key): n for key, n in counts.items()})


def about(estimated: object) -> dict[str, Bearing]:
    return {remark.about: remark.bearing for remark in estimated.remarks}  # type: ignore[attr-defined]


def test_cells_are_the_counts_by_the_bits_of_the_lists() -> None:
    assert lists(A=1, B=2, AB=3, C=4, ABC=7).cells() == (0, 1, 2, 3, 4, 0, 0, 7)


def test_services_on_none_of_the_lists_are_not_counted() -> None:
    found = overlaps_of((A, B), [frozenset({A, "elsewhere"}), frozenset({"elsewhere"}), frozenset({A, B})])
    assert found.counts == {frozenset({A}): 1, frozenset({A, B}): 1}


def test_chapman_is_as_published() -> None:
    """The turtles by which the method is taught: 10 marked, 15 caught later, 5 of them marked."""
    assert chapman(10, 15, 5) == (28, 21, 65)  # 28.3; the interval from 21.9 to 64.9
    # Seber (1982), the example with 40 marked of whom 7 came back among 50.
    assert chapman(40, 50, 7)[0] == round(41 * 51 / 8 - 1)


def test_there_are_as_many_decomposable_graphs_as_published() -> None:
    """8, 61 and 822 for three, four and five lists (Madigan and York 1997), the complete one included."""
    assert [len(decomposable(n)) + 1 for n in (2, 3, 4, 5)] == [2, 8, 61, 822]


def test_a_posterior_is_the_sum_over_all_ways_to_fill_a_small_table() -> None:
    """Two lists: independent shares with uniform margins have a closed posterior, reckoned here by hand."""
    one_only, other_only, both = 6, 4, 5
    posterior = average((0, one_only, other_only, both), delta=0.5)
    unseen = posterior.unseen[:60]
    every = unseen + one_only + other_only + both

    def margin(held: int) -> Floats:
        return np.asarray(gammaln(held + 1) + gammaln(every - held + 1) - gammaln(every + 2))

    logs = (
        gammaln(every + 1) - gammaln(unseen + 1) - np.log(every) + margin(one_only + both) + margin(other_only + both)
    )
    by_hand = np.exp(logs - logs.max())
    told = posterior.weight[:60] / posterior.weight[:60].sum()
    assert np.allclose(told, by_hand / by_hand.sum(), rtol=1e-9)


def test_children_with_spina_bifida_are_estimated_by_the_model_that_fits() -> None:
    """Three lists, 626 children seen, an example of Madigan and York (1997). The first two lists depend on each
    other; with that line alone the likeliest number has a closed form, 379 x 513 / 266 = 731."""
    posterior = average((0, 60, 49, 4, 247, 112, 142, 12), delta=1.0, mixed=0)
    assert 626 + posterior.quantile(0.5) == pytest.approx(731, abs=3)
    assert posterior.edges[0, 1] > 0.99, "the model with this line alone fits"
    assert posterior.edges[0, 2] < 0.5
    assert posterior.edges[1, 2] < 0.5


def test_unequal_people_are_told_by_their_traces() -> None:
    """The outbreak of hepatitis A at a Taiwanese college, 271 seen on three lists and 545 known later (Chao and others,
    Statistics in Medicine 2001;20:3123-3157): independent lists say 388, and are known to be wrong."""
    seen = lists(A=69, B=55, C=63, AB=21, AC=17, BC=18, ABC=28)
    told = estimate(seen)
    assert told.method == AVERAGED
    assert told.low is not None
    assert told.high is not None
    assert told.low <= 545 <= told.high
    assert about(told)["heterogeneity"] is Bearing.DOUBT
    equal = average(seen.cells(), mixed=0)
    assert 271 + equal.quantile(0.5) == pytest.approx(388, abs=15)


def test_chaos_bound_is_reckoned_from_those_found_once_and_twice() -> None:
    """Of lists alike it is Chao's own, of two lists Lincoln and Petersen's, of unlike ones as they are, the truth."""
    alike = lists(A=30, B=30, C=30, AB=10, AC=10, BC=10, ABC=4)
    assert chao(alike) == math.floor(124 + 2 / 3 * 90 * 90 / (2 * 30))
    assert chao(lists(A=20, B=30, AB=10)) == 20 + 30 + 10 + 20 * 30 // 10
    unlike = lists(A=2000, B=500, C=100, AB=1000, AC=200, BC=50, ABC=100)  # 1000 on none; odds 2, 0.5, 0.1
    assert chao(unlike) == pytest.approx(sum(unlike.counts.values()) + 1000, abs=1)
    assert chao(lists(A=3, B=4)) is None
    assert chao(lists(AB=3, AC=4)) == 7, "nothing stands on one list alone"


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (lists(), "lists"),
        (lists(A=12), "lists"),
        (lists(A=12, B=9), "overlap"),
        (lists(A=12, AB=9), "subset"),
        (lists(A=10, B=0, AC=9), "subset"),
    ],
)
def test_it_says_why_it_cannot_tell(seen: Overlaps, reason: str) -> None:
    told = estimate(seen)
    assert (told.method, told.number, told.low, told.high, told.share) == (NONE, None, None, None, None)
    assert about(told)[reason] is Bearing.FAILS


def test_a_list_within_another_is_counted_with_it() -> None:
    told = estimate(lists(A=50, AB=30, C=20, AC=15, ABC=10))
    assert told.method == CHAPMAN
    assert told.lists == (A, C)
    assert about(told)["subset"] is Bearing.DOUBT
    assert told.observed == 125


def test_a_tiny_list_that_chance_put_within_another_stays_a_list() -> None:
    told = estimate(lists(A=50, B=5, C=20, AC=60, AB=15, BC=4, ABC=20, AD=2))
    assert D in told.lists


def test_few_overlaps_are_said() -> None:
    told = estimate(lists(A=60, B=40, AB=3))
    assert about(told)["overlap"] is Bearing.DOUBT
    assert about(told)["width"] is Bearing.DOUBT
    assert told.doubtful


def test_dependent_lists_are_named() -> None:
    told = estimate(lists(A=40, B=20, C=45, AB=60, AC=15, BC=8, ABC=22))
    named = [remark.words for remark in told.remarks if remark.about == "independence"]
    assert any(A in words and B in words and "not independent" in words for words in named)


def test_more_than_five_lists_are_for_a_person_to_join() -> None:
    names = tuple("abcdef")
    with pytest.raises(ValueError, match="6 lists, expected 5 at most"):
        estimate(Overlaps(lists=names, counts={frozenset(names): 1}))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from((0, 0, 1, 2, 3, 9, 30)), min_size=7, max_size=7))
def test_an_estimate_holds_what_was_seen_and_knows_no_order(counts: list[int]) -> None:
    held = [frozenset(n for n, on in zip((A, B, C), bits, strict=True) if on) for bits in product((0, 1), repeat=3)][1:]
    seen = Overlaps(lists=(A, B, C), counts=Counter(dict(zip(held, counts, strict=True))))
    turned = Overlaps(lists=(C, A, B), counts=seen.counts)
    told, again = estimate(seen), estimate(turned)
    assert (told.low, told.number, told.high) == (again.low, again.number, again.high)
    if told.number is not None:
        assert told.low is not None
        assert told.high is not None
        assert sum(counts) <= told.low <= told.number <= told.high
        assert told.at_least is None or told.at_least >= sum(counts)


def test_a_search_that_dried_up_is_expected_to_find_little() -> None:
    """All of twenty finds came in the first of ten hours."""
    told = next_found([n / 20 for n in range(20)], effort=10.0, more=1.0)
    assert told.high <= 1
    assert told.mean < 0.2


def test_a_search_that_goes_on_as_before_is_expected_to_find_as_before() -> None:
    told = next_found([n / 4 for n in range(40)], effort=10.0, more=1.0)
    assert told.mean == pytest.approx(3.8, abs=0.6)
    assert told.low <= 4 <= told.high


def test_nothing_found_so_far_is_no_promise_of_nothing() -> None:
    told = next_found([], effort=2.0, more=1.0)
    assert (told.low, told.high) == (0, 1)


def test_a_find_after_the_search_is_an_error() -> None:
    with pytest.raises(ValueError, match="effort of 1"):
        next_found([2.0], effort=1.0, more=1.0)
