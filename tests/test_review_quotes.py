"""Finding a reviewer's words on the page, and making evidence of them."""

import pytest

from register.errors import TidiermapError, UngroundedError
from register.grounding import ground
from register.models import Evidence
from review.decisions.edits import check_edit, read_value
from review.record.quotes import find_quote, mark_quotes, relocate
from tests.rulebook import CODEBOOK
from tests.seeding import TEXT

PAGE = "It’s free — come along. Knitting “for all” on Mon. Knitting is free. It's free."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Knitting is free.", "Knitting is free."),
        ("  Knitting \n is\u00a0free.", "Knitting is free."),
        ("KNITTING IS free", "Knitting is free"),
        ("it's free", "It’s free"),
        ("It's free", "It's free"),
        ('Knitting "for all"', "Knitting “for all”"),
        ("free - come along", "free — come along"),
        ("Knitting is dear.", None),
        ("", None),
        ("   ", None),
        (".*", None),
    ],
)
def test_words_are_found_as_the_page_writes_them(words: str, found: str | None) -> None:
    span = find_quote(PAGE, words)
    assert (PAGE[span[0] : span[1]] if span else None) == found


def test_words_of_the_service_itself_come_first() -> None:
    text = "Tuesday club: it is free. Friday club: it is free."
    second = text.index("Friday")
    assert find_quote(text, "it is free", spans=((second, len(text)),)) == (39, 49)
    assert find_quote(text, "it is free") == (14, 24)


def test_a_quote_is_found_again_after_the_page_moved() -> None:
    evidence = ground(TEXT, 40, 59, rule="test")
    later = "New notice. " + TEXT
    assert relocate(evidence, later) == (52, 71)
    assert relocate(evidence, "nothing of it") is None


def test_marks_have_names_of_their_own_and_leave_out_what_is_gone() -> None:
    there = ground(TEXT, 0, 7, rule="test")
    gone = Evidence(quote="zebra", start=0, end=5, rule="test")
    marks = mark_quotes([("tidier.why", (there, gone, there)), ("fact.cost", (there,))], TEXT)
    assert {mark.id for mark in marks.values()} == {"tidier-why-0", "tidier-why-2", "fact-cost-0"}


def edit(name, value, quotes, known=()):
    return check_edit(name, value, quotes, known=known, text=TEXT, spans=(), codebook=CODEBOOK)


def test_an_edit_rests_on_the_page() -> None:
    value, (evidence,) = edit("fact.cost", "free", "it costs  nothing")
    assert (value, evidence.quote, evidence.rule) == ("free", "It costs nothing", "reviewer")
    assert TEXT[evidence.start : evidence.end] == evidence.quote


def test_a_quote_that_stays_keeps_who_found_it_and_what_it_supports() -> None:
    thursday = TEXT.index("every Thursday")
    known = (ground(TEXT, thursday, thursday + 14, rule="weekdays", supports="thu"),)
    value, evidence = edit("fact.weekdays", ("thu", "mon"), "every Thursday\nAlso on Mondays in May", known)
    assert value == ("thu", "mon")
    assert [(one.rule, one.supports) for one in evidence] == [("weekdays", "thu"), ("reviewer", "")]


def test_a_value_that_no_quote_supports_is_refused() -> None:
    thursday = TEXT.index("every Thursday")
    known = (ground(TEXT, thursday, thursday + 14, rule="weekdays", supports="thu"),)
    with pytest.raises(UngroundedError, match="no quote supports mon"):
        edit("fact.weekdays", ("thu", "mon"), "every Thursday", known)
    with pytest.raises(UngroundedError, match="no value without a quote"):
        edit("fact.weekdays", ("thu",), "  \n ", known)


def test_a_repeated_line_lets_one_quote_support_a_second_value() -> None:
    thursday = TEXT.index("every Thursday")
    known = (ground(TEXT, thursday, thursday + 14, rule="weekdays", supports="thu"),)
    _, evidence = edit("fact.weekdays", ("thu", "mon"), "every Thursday\nevery Thursday", known)
    assert [one.supports for one in evidence] == ["thu", ""]


def test_a_single_value_may_change_and_keep_its_quote() -> None:
    start = TEXT.index("It costs")
    known = (ground(TEXT, start, start + 17, rule="cost", supports="free"),)
    _, (evidence,) = edit("fact.cost", "donation", "It costs nothing.", known)
    assert (evidence.rule, evidence.supports) == ("cost", "")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("fact.cost", "cheap", "expected one of free"),
        ("fact.age_min", "old", "whole number of years"),
        ("code.type", ("nonsense",), "expected one of social_befriending"),
        ("fact.weekdays", None, "one or more values"),
    ],
)
def test_a_value_that_the_field_may_not_hold_is_refused(name, value, told) -> None:
    with pytest.raises(TidiermapError, match=told):
        edit(name, value, "It costs nothing.")


@pytest.mark.parametrize(
    ("control", "typed", "value"),
    [
        ("text", ["  two\nlines "], "two lines"),
        ("lines", ["a\n\n b "], ("a", "b")),
        ("boxes", ["x", "y", "x"], ("x", "y")),
        ("boxes", [], None),
        ("choice", [""], None),
        ("years", ["18"], "18"),
    ],
)
def test_a_control_says_its_value(control, typed, value) -> None:
    assert read_value(control, typed) == value
