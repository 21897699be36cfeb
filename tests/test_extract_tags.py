"""An entry's tags are among its words, where a page has them as a list of links; a menu beside the entries is not."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from extract.nlp import load_nlp
from extract.reading import read_page
from extract.services import extract_page
from register.codes.checklist import read_checklist
from register.models import PageReading

DATA = Path(__file__).parent.parent / "data"
PLACE = "<dl><dt>Telephone</dt><dd>01632 960001</dd><dt>Where</dt><dd>Otterby Hall, 3 Mill Lane, Otterby</dd></dl>"


def links(name: str, *words: str) -> str:
    return f"<ul class='{name}'>" + "".join(f"<li><a href='/{name}/{word}'>{word}</a></li>" for word in words) + "</ul>"


def entry(name: str, *tags: str, after: bool) -> str:
    own = links("tags", *tags)
    return f"<section><h3><a href='/d/{name}'>{name}</a></h3>{PLACE + own if after else own + PLACE}</section>"


@cache
def reading(*, after: bool) -> PageReading:
    """A directory's page of three entries, their tags `after` their lines or before, and a menu below the entries."""
    entries = [
        entry("Willow House Centre", "Befriending", "Dementia", "Home care", after=after),
        entry("Otterby Health Trainers", "Fitness", "Stop smoking", after=after),
        entry("Mill Lane Club", "Carers", "Lunch club", "Day trips", after=after),
    ]
    menu = links("side", "Debt", "Housing", "Legal")
    page = read_page(
        f"<html><body><main><h1>Wellbeing directory</h1>{''.join(entries)}{menu}</main></body></html>".encode(),
        url="https://directory.example/tags/wellbeing",
        content_type="text/html",
        locality="otterby",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return extract_page(page, profile=None, checklist=read_checklist(DATA), nlp=load_nlp())


def words_of_entries(*, after: bool) -> dict[str, str]:
    read = reading(after=after)
    return {d.name: " ".join(read.page.text[start:end] for start, end in d.spans) for d in read.drafts}


@pytest.mark.parametrize("after", [False, True])
def test_an_entry_keeps_its_own_tags(after: bool) -> None:
    words = words_of_entries(after=after)
    assert list(words) == ["Willow House Centre", "Otterby Health Trainers", "Mill Lane Club"]
    assert all(tag in words["Willow House Centre"] for tag in ("Befriending", "Dementia", "Home care"))
    assert "Fitness" in words["Otterby Health Trainers"]
    assert "Fitness" not in words["Willow House Centre"]


@pytest.mark.parametrize("after", [False, True])
def test_a_menu_beside_the_entries_is_none_of_theirs(after: bool) -> None:
    assert not any(word in words for words in words_of_entries(after=after).values() for word in ("Debt", "Housing"))


def test_tags_report_no_item() -> None:
    quotes = [e.quote for draft in reading(after=False).drafts for field in draft.fields for e in field.evidence]
    assert quotes
    assert not any("Befriending" in quote or "Stop smoking" in quote for quote in quotes)
