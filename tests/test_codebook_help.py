"""The codebook beside a record: definitions, words, what of the page speaks for a code, and how it was decided last."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from register.codes.codebook import Code, read_codebook
from review.record.codebook_help import LONGEST_QUOTE, readable, sentence_for
from tests.forms import press
from tests.seeding import TEXT, Desk, draft

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft())
    return desk


def known(desk: Desk):
    with desk.store() as store:
        return store.queue.get("shed")


def code(include: str, exclude: str = "") -> Code:
    return Code(scheme="type", code="x", label="X", origin="proposed", include=include, exclude=exclude)


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        ("gloves", "", "Tools and gloves are lent."),
        ("GLOVES?", "", "Tools and gloves are lent."),
        ("gloves", "tools", ""),
        ("zebra", "", ""),
        ("", "", ""),
    ],
)
def test_a_code_is_spoken_for_by_the_first_sentence_with_its_words(desk: Desk, include, exclude, found: str) -> None:
    assert sentence_for(code(include, exclude), known(desk)) == found


def test_a_long_sentence_is_cut_at_words_around_the_hit(tmp_path: Path) -> None:
    desk, text = (
        Desk(tmp_path),
        TEXT + " We " + "dig and plant and " * 40 + "drink tea together " + "and sing " * 40 + ".",
    )
    desk.queue(draft(text=text), text=text)
    found = sentence_for(code("drink tea"), known(desk))
    assert "drink tea together" in found
    assert found in text
    assert len(found) <= LONGEST_QUOTE
    assert f" {found} " in text


@pytest.mark.parametrize(
    ("cue", "plain"),
    [
        (r"\bold(er)? people\b", ("older people",)),
        (r"befriend\w*", ("befriend…",)),
        (r"(care|info) ?line\b", ("care / info line",)),
        ("bread | cake", ("bread", "cake")),
        ("", ()),
    ],
)
def test_patterns_are_told_as_words(cue: str, plain: tuple[str, ...]) -> None:
    assert readable(cue) == plain


def test_no_pattern_of_the_real_codebook_is_told_with_signs_of_its_grammar() -> None:
    book = read_codebook(DATA)
    for one in book.codes:
        for words in (*readable(one.include), *readable(one.exclude)):
            assert not set(words) & set("\\[]{}*^$"), (one.key, words)


def helps(page) -> dict[str, Tag]:
    return {one["data-code"]: one for one in BeautifulSoup(page.text, "lxml").select("[data-code]")}


def test_each_code_is_shown_with_what_speaks_for_it_and_who_decided_so(desk: Desk) -> None:
    desk.queue(draft("other", name="Other Shed", score=0.1))
    ada = desk.visitor()
    desk.similar = lambda store, known: (("other", ("seedlings",)),)
    codes = {"value": ["nature"], "quotes": "old nursery", "comment": "it is in a garden"}
    press(ada, ada.get("/candidate/other"), button="edit", field="code.type", **codes)
    page = desk.visitor().get("/candidate/shed/codebook/type")
    nature = " ".join(helps(page)["nature"].text.split())
    assert "Gardening Outdoors." in nature
    assert "On this page:" in nature
    assert "Mill Lane" in helps(page)["nature"].select_one(".told")["data-words"]
    assert "Other Shed (similar to this one; ada, 2 Mar 2026: it is in a garden)" in nature
    assert next(iter(helps(page))) == "nature", "what the page speaks for comes first"
    assert "Nobody has decided so yet" in helps(page)["social_befriending"].text
    ada = desk.visitor()
    press(ada, ada.get("/candidate/other"), button="undo", field="code.type")
    assert "Other Shed" not in desk.visitor().get("/candidate/shed/codebook/type").text


def test_a_record_is_no_precedent_of_itself_and_what_is_no_scheme_is_not_found(desk: Desk) -> None:
    ada = desk.visitor()
    press(ada, ada.get("/candidate/shed"), button="approve", field="code.type")
    assert "Decided so" not in ada.get("/candidate/shed/codebook/type").text
    assert ada.get("/candidate/shed/codebook/weather").status_code == 404
    assert ada.get("/candidate/none/codebook/type").status_code == 404
