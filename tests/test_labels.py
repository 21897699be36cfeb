"""Labels of our own: from an answer on a sheet to a row without words, and back to words with the page beside it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.extract_gold import read_written
from benchmarks.label_sheets import to_row
from benchmarks.own_labels import FILE, with_words
from extract.nlp import load_nlp
from extract.reading import read_page
from extract.units import read_units
from register.codes.codebook import read_codebook
from register.models import Page

DATA = Path(__file__).parent.parent / "data"
BODY = """<main><h1>Otter Ukuleles (Tuesdays)</h1><p>Come and strum. We meet every Tuesday at seven.</p>
<ul><li>Bring a uke</li><li>Tea is free</li></ul></main>"""
ANSWER = {
    "n": 1,
    "kind": "service",
    "services": [
        {
            "name": "Otter Ukuleles",
            "u": {"what_procedures": [2], "when_how_much": [3], "what_materials": [4]},
            "t": ["social_befriending"],
            "p": ["general"],
            "wide": "include",
        }
    ],
}


@pytest.fixture
def page() -> Page:
    return read_page(
        BODY.encode(),
        url="https://otter.example/",
        content_type="text/html",
        locality="",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_an_answer_is_kept_without_words_and_gets_them_back_from_the_page(page: Page) -> None:
    nlp, codebook = load_nlp(), read_codebook(DATA)
    row = to_row(ANSWER, "otter/index.html", read_units(page, page.passages, nlp=nlp), codebook)
    assert not re.search(r"(?i)uke|strum|tuesday|otter", json.dumps(row))
    (service,) = with_words(row, page, nlp=nlp)["services"]
    assert service["name"] == "Otter Ukuleles"
    assert service["tidier"] == {
        "what_procedures": ["Come and strum."],
        "when_how_much": ["We meet every Tuesday at seven."],
        "what_materials": ["Bring a uke"],
    }
    assert (service["types"], service["wide"], service["strict"]) == (["social_befriending"], "include", "unclear")


def test_what_is_no_more_on_the_page_is_left_out(page: Page) -> None:
    nlp, codebook = load_nlp(), read_codebook(DATA)
    row = to_row(ANSWER, "otter/index.html", read_units(page, page.passages, nlp=nlp), codebook)
    row["services"][0]["items"]["why"] = ["0000000000"]
    (service,) = with_words(row, page, nlp=nlp)["services"]
    assert "why" not in service["tidier"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"u": {"why": [9]}}, "no unit 9: the page has 1 to 5"),
        ({"u": {"wye": [1]}}, "no TIDieR item: wye"),
        ({"t": ["ukuleles"]}, "no code of types: ukuleles"),
        ({"name": "Badger"}, "no unit holds the name 'Badger'"),
    ],
)
def test_what_is_not_there_is_refused(page: Page, change: dict[str, object], says: str) -> None:
    units = read_units(page, page.passages, nlp=load_nlp())
    answer = {**ANSWER, "services": [{**ANSWER["services"][0], **change}]}
    with pytest.raises(ValueError, match=re.escape(says)):
        to_row(answer, "otter/index.html", units, read_codebook(DATA))


def test_the_kept_labels_hold_digests_and_codes_alone() -> None:
    known = {code.code for scheme in ("type", "factor", "population") for code in read_codebook(DATA).scheme(scheme)}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch("[0-9a-f]{10}", json.loads(line)["page"])
        for service in json.loads(line)["services"]:
            digests = [service["name"][0], *(key for keys in service["items"].values() for key in keys)]
            assert all(re.fullmatch("[0-9a-f]{10}", key) for key in digests)
            assert {*service["types"], *service["factors"], *service["populations"]} <= known


def test_the_names_of_invented_pages_stand_on_them() -> None:
    invented = read_written(FILE.parent / "pages", split="invented")
    assert len(invented) >= 70
    for gold in invented:
        missing = [name for name in gold.names if name not in gold.page.text]
        assert not missing, (gold.label["page"], missing)
        assert bool(gold.names) == (gold.label["page_kind"] in ("service", "listing")), gold.label["page"]
