"""How likely inclusion is, learned from what was included and rejected: pure, of invented traits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.inclusion import CHANCE, LEAST, OF_WORD, Traits, learn, traits_of
from register.codes.vocabulary import Status
from register.models import Candidate, DraftField, Evidence

GARDENS = {CHANCE: 0.2, "type nature": 0.9, "site a.example": 0.5}
CHOIRS = {CHANCE: 0.8, "type arts": 0.9, "site b.example": 0.5}


def test_until_enough_was_decided_in_both_ways_the_chances_stand() -> None:
    waiting = [GARDENS, CHOIRS]
    assert learn([], waiting) == (0.2, 0.8)
    assert learn([(GARDENS, True)] * LEAST, waiting) == (0.2, 0.8)
    assert learn([(GARDENS, True), (CHOIRS, False)] * (LEAST // 2 - 1), waiting) == (0.2, 0.8)
    assert learn([(GARDENS, True), (CHOIRS, False)] * LEAST, []) == ()


def test_what_the_team_includes_comes_to_the_front_the_more_the_more_was_decided() -> None:
    few = learn([(GARDENS, True), (CHOIRS, False)] * 5, [GARDENS, CHOIRS])
    many = learn([(GARDENS, True), (CHOIRS, False)] * 50, [GARDENS, CHOIRS])
    assert 0.2 < few[0] < many[0]
    assert many[1] < few[1] < 0.8
    assert many[0] > many[1]


def test_a_trait_that_nobody_decided_on_says_nothing() -> None:
    decided = [(GARDENS, True), (CHOIRS, False)] * 20
    plain, odd = learn(decided, [GARDENS, {**GARDENS, "type never seen": 1.0}])
    assert plain == odd


def test_words_that_the_team_includes_come_to_the_front_where_nothing_else_tells() -> None:
    plain = {CHANCE: 0.5, "type arts": 0.9}
    choirs, drills = ({**plain, f"{OF_WORD}{word}": 1.0, f"{OF_WORD}friday": 1.0} for word in ("choir", "dentist"))
    singing, teeth = learn([(choirs, True), (drills, False)] * 20, [choirs, drills])
    assert singing > 0.7
    assert teeth < 0.3


def test_the_words_of_a_draft_are_those_of_its_name_and_of_its_quotes_each_once() -> None:
    quote = Evidence(quote="Tea and tea, in March.", start=0, end=22, rule="x")
    fields = tuple(
        DraftField(name=name, status=Status.REPORTED, value="x", evidence=(quote,))
        for name in ("tidier.why", "tidier.how")
    )
    draft = Candidate(
        key="k",
        locality="l",
        page_url="http://x.example/",
        name="Tea Room",
        text_hash="h",
        fields=fields,
        codes=(),
        spans=((0, 22),),
    )
    told = traits_of(draft, kind="service", host="x.example")
    words = {name.removeprefix(OF_WORD): value for name, value in told.items() if name.startswith(OF_WORD)}
    assert words.keys() == {"tea", "room", "and", "in", "march"}
    assert words["tea"] == 1 + math.log(3)


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(("a", "b", "word c", "word d")), st.floats(-5, 5)).map(
                lambda t: {**t, CHANCE: 0.5}
            ),
            st.booleans(),
        ),
        min_size=LEAST,
        max_size=40,
    )
)
def test_chances_are_chances_and_the_same_in_any_order(decided: list[tuple[Traits, bool]]) -> None:
    asked = [{CHANCE: chance, "a": 1.0} for chance in (0.0, 0.3, 1.0)]
    found = learn(decided, asked)
    assert all(0 <= one <= 1 for one in found)
    assert learn(decided[::-1], asked) == pytest.approx(found, abs=1e-6)
