"""A page that says that it closes is told, with its words; one that is closed on Mondays is not."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.closing import Closing, ClosingReader
from extract.reading import read_page
from register.staleness.closing import read_closing

ROOT = Path(__file__).parent.parent
NAMES = ("Fenmarsh Befrienders", "Tea and Company")
with (Path(__file__).parent / "closings.csv").open(encoding="utf-8", newline="") as rows:
    SENTENCES = tuple((row["sentence"], row["about"]) for row in csv.DictReader(rows))


@pytest.fixture(scope="module")
def reader() -> ClosingReader:
    return ClosingReader(read_closing(ROOT / "data"), NAMES, providers=NAMES[:1])


def read(reader: ClosingReader, *blocks: str) -> tuple[Closing, ...]:
    body = "".join(f"<p>{block}</p>" for block in blocks)
    page = read_page(
        f"<html><body><main><h1>News</h1>{body}</main></body></html>".encode(),
        url="https://a.example/",
        content_type="text/html",
        locality="town",
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    found = reader.read(page)
    assert all(page.text[one.evidence.start : one.evidence.end] == one.evidence.quote for one in found)
    return found


@pytest.mark.parametrize(("sentence", "about"), SENTENCES)
def test_a_sentence_is_a_notice_or_it_is_not(reader: ClosingReader, sentence: str, about: str) -> None:
    assert [one.about for one in read(reader, sentence)] == ([about] if about else [])


def test_the_quote_is_the_sentence_alone_and_told_once(reader: ClosingReader) -> None:
    notice = "Tea and Company has now closed."
    found = read(reader, f"We met for years. {notice} Thank you to all who came.", notice)
    assert [one.evidence.quote for one in found] == [notice]
    assert found[0].names == ("tea and company",)


def test_a_notice_of_many_years_ago_is_history(reader: ClosingReader) -> None:
    assert not read(reader, "The group closed in May 2009.")
    assert read(reader, "The group closed in May 2025.")
