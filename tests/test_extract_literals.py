"""Literals that a pattern needs: a text without them cannot match, whatever the pattern."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.facts.patterns import read_rules
from extract.literals import gate, needed, quick

KINDS = ("delivery", "referral", "frequency", "seasons", "accessibility", "provider_kind")
RULES = [rule for kind in KINDS for rule in read_rules(kind)]


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        (r"\bdrop[ -]?in\b", ("drop",)),
        (r"\b(?:yoga|pilates)\b", ("pilates", "yoga")),
        (r"\b(?:yoga|\d+)\b", ()),
        (r"(?:free)?", ()),
        (r"(?:free)+ of", ("free",)),
        (r"£\d", ("£",)),
        (r"x", ()),
        (r"Caf[eé]", ("caf",)),
        (r"\d{1,3}p\b(?= per| each)", ("each", "per")),
    ],
)
def test_what_a_pattern_needs(source: str, literals: tuple[str, ...]) -> None:
    assert needed(source, re.IGNORECASE) == literals


def test_a_gate_is_open_where_one_of_its_patterns_needs_nothing() -> None:
    assert gate(re.compile("tea"), re.compile("bun")) == ("bun", "tea")
    assert gate(re.compile("tea"), re.compile(r"\d")) == ()


WORDS = [
    "Drop in",
    "ON-LINE",
    "group",
    "1:1",
    "every",
    "other",
    "Monday",
    "self-refer",
    "no",
    "parking",
    "1st",
    "term",
    "GP",
    "£3",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=8).map(" ".join))
def test_no_match_is_lost_by_looking_for_literals_first(text: str) -> None:
    for rule in RULES:
        plain = rule.pattern.pattern.search(text)
        if plain and "ſ" not in text and "\u212a" not in text:  # two letters that match s and k, and no page holds
            assert quick(rule.pattern.pattern).search(text, text.lower()), (rule.name, text)
