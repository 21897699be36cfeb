"""Cues are looked up by the letters that they need; no match is lost by it."""

import csv
import re
from pathlib import Path

import pytest

from classify.cues import compile_cues
from classify.literals import BEGIN, START, mark_starts, needed_literals
from classify.text import read_service
from register.codes.codebook import read_codebook
from tests.coding import service

HERE = Path(__file__).parent
BOOK = compile_cues(read_codebook(HERE.parent / "data"))
PATTERNS = [re.compile(rf"(?<!\w)(?:{cue.words})") for cue in BOOK.everything.cues]
EVERY = 5  # of the sentences, so that it takes a second


def sentences() -> list[str]:
    """What our tables of minimal pairs say, and the codebook's own examples."""
    told = [code.example + " " + code.counter_example for code in (*BOOK.codebook.codes, *BOOK.codebook.provision)]
    for name in ("minimal_pairs.csv", "provision_cases.csv"):
        with (HERE / name).open(encoding="utf-8", newline="") as table:
            told += [f"{row['says']} {row['denies']}" for row in csv.DictReader(table)]
    return told


def test_the_lookup_finds_each_cue_where_its_pattern_stands() -> None:
    index, matched = BOOK.everything, 0
    for said in sentences()[::EVERY]:
        draft, page = service(said)
        text = read_service(draft, page)
        for line in range(len(text.lines)):
            start, end = text.line_span(line)
            found = sorted(index._spans(text.lowered, start, end, index.loose))
            patterns = enumerate(PATTERNS)
            stands = [(n, m.span()) for n, pattern in patterns for m in pattern.finditer(text.lowered, start, end)]
            assert found == stands, said
            matched += len(stands)
    assert matched > 300


def test_what_nobody_sees_inside_a_word_hides_no_cue() -> None:
    plain, page = service("We run a befriending scheme for people who feel lonely.")
    hidden, page_of_hidden = service("We run a be\u00adfriending scheme for people who feel lo\ufeffnely.")
    told, found = (
        [hit.code for hit in BOOK.find_all(read_service(*one))] for one in ((plain, page), (hidden, page_of_hidden))
    )
    assert told == found
    assert "factor:social_isolation" in found


@pytest.mark.parametrize("quantified", ["(teas)?", "te{0,4}a", "(tea ){0,4}", "t(ea)?", "[tea]+"])
def test_what_may_be_left_out_is_not_needed(quantified: str) -> None:
    assert "tea" not in needed_literals(f"{quantified}.") | needed_literals(f"{quantified} with cake")
    assert "4" not in needed_literals(f"{quantified}.")


def test_a_brace_that_counts_nothing_hides_no_cue() -> None:
    assert needed_literals("tea{ with cake") == {" with cake"}


@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ("tea|(hot |cold )milk", "^tea|(^hot |^cold )<milk"),
        ("(hot )?milk", "(^hot )?<milk"),
        ("(over)?weight", "(^over)?weight"),
        (r"(\w+ ){0,3}tea", r"(\w+ ){0,3}<tea"),
        (r"\w+ (tea|milk)", r"\w+ (<tea|<milk)"),
        ("t?ea ?time", "t?ea ?time"),
        (r"[a-z]+\btea", r"[a-z]+\b<tea"),
        ("(?=tea)tea", "(?=tea)tea"),
    ],
)
def test_where_a_word_surely_starts(pattern: str, marked: str) -> None:
    assert mark_starts(pattern).replace(BEGIN, "^").replace(START, "<") == marked
