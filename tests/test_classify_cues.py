"""Cues are looked up by the letters that they need; no match is lost by it."""

import csv
from pathlib import Path

import pytest

from classify.cues import compile_cues
from classify.literals import needed_literals
from classify.text import read_service
from register.codes.codebook import read_codebook
from tests.coding import service

HERE = Path(__file__).parent
BOOK = compile_cues(read_codebook(HERE.parent / "data"))
EVERY = 5  # of the sentences, so that it takes a second


def sentences() -> list[str]:
    """What our tables of minimal pairs say, and the codebook's own examples."""
    told = [code.example + " " + code.counter_example for code in (*BOOK.codebook.codes, *BOOK.codebook.provision)]
    for name in ("minimal_pairs.csv", "provision_cases.csv"):
        with (HERE / name).open(encoding="utf-8", newline="") as table:
            told += [f"{row['says']} {row['denies']}" for row in csv.DictReader(table)]
    return told


def test_the_lookup_leaves_out_no_line_in_which_a_cue_stands() -> None:
    index, matched = BOOK.everything, 0
    for said in sentences()[::EVERY]:
        draft, page = service(said)
        text = read_service(draft, page)
        wanted = index._worth_a_search(text)
        for n, cue in enumerate(index.cues):
            for line in range(len(text.lines)):
                if cue.pattern.search(text.lowered, *text.line_span(line)):
                    assert line in wanted[n], (cue.pattern.pattern, said)
                    matched += 1
    assert matched > 300


@pytest.mark.parametrize("quantified", ["(teas)?", "te{0,4}a", "(tea ){0,4}", "t(ea)?", "[tea]+"])
def test_what_may_be_left_out_is_not_needed(quantified: str) -> None:
    assert "tea" not in needed_literals(f"{quantified}.") | needed_literals(f"{quantified} with cake")
    assert "4" not in needed_literals(f"{quantified}.")


def test_a_brace_that_counts_nothing_hides_no_cue() -> None:
    assert needed_literals("tea{ with cake") == {" with cake"}
