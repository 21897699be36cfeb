"""The pictures: whole files with their words, told apart without colour; and the pages as PDF."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from flows.reporting.printing import find_browser, print_page
from flows.reporting.report import Report, take_survey, write_map
from register.errors import TidiermapError
from register.report.atlas import Spot, draw_map, fifths, view_of
from register.report.bars import Portion, columns, flow, heat, stacked
from register.report.charts import Beside, beside, fitted
from register.report.glance import build_glance
from register.report.printed import printable
from register.report.survey import Survey
from register.store import Store
from tests.mapped import DATA, NOW, Laid, Value, lay_records

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> & "Tea"'


def records() -> list[Laid]:
    told: dict[str, Value] = {
        "code.type": ("peer_support_mentoring",),
        "code.factor": ("social_isolation",),
        "tidier.why": "Company",
    }
    here = [Laid(id=f"a{n}", name=HOSTILE if not n else "", told=told) for n in range(5)]
    return [*here, Laid(id="b0", locality="northam", gss_code="E06000002")]


def survey_of(path: Path) -> Survey:
    laid = lay_records(path, records())
    with Store(laid.register, clock=lambda: NOW) as store:
        store.db.execute(
            "INSERT INTO public_points (n, postcode, east, north) SELECT n, '', 450000, 532000 FROM public_services"
        )
        return take_survey(store, DATA)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 (ours)


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in parsed(svg).iter(f"{SVG}text")]


def check_whole(svg: str) -> None:
    """A file by itself: well-formed, with a title, without a script or anything from elsewhere."""
    root = parsed(svg)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title") is not None
    assert not re.search(r"<script|href|@import|url\((?!#)", svg)


def test_every_picture_is_whole_and_leads_to_its_numbers(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db")
    for area in (*survey.areas, survey.everywhere):
        part = build_glance(survey, area)
        keys = {table.key for table in part.tables} | {"tidier", "cross-type-factor"}
        assert {picture.key for picture in part.pictures} == {"map", "heat", "tidier", "freshness"}
        for picture in part.pictures:
            check_whole(picture.svg)
            assert picture.table in keys
            assert len(picture.alt) > len(picture.title), "the text says what the picture shows"


def test_a_hostile_name_stays_text(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db")
    svg = next(p for p in build_glance(survey, survey.areas[0]).pictures if p.key == "map").svg
    check_whole(svg)


def test_the_map_shades_by_fifths_and_counts_what_lies_together(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db")
    shades = fifths(survey.need.orders["imd_average_score"])
    assert sorted(set(shades.values())) == [0, 1, 2, 3, 4]
    assert abs(sum(n == 4 for n in shades.values()) - len(shades) / 5) <= 1
    assert shades["E06000002"] == 4, "Middlesbrough is among the most deprived"
    rings = survey.outlines.rings("E06000001")
    spots = [
        Spot(east=450_000, north=532_000, count=1, title="A"),
        Spot(east=450_010, north=532_000, count=1, title="B"),
    ]
    view = view_of(rings, spots)
    assert view is not None
    svg = draw_map(survey.outlines, view, shades, own=("E06000001",), spots=spots, title="T", about="A")
    circles = parsed(svg).iter(f"{SVG}circle")
    assert len(list(circles)) == 1
    assert "2 services" in svg


def test_there_is_no_map_of_nothing() -> None:
    assert view_of((), ()) is None


def test_a_heat_map_has_every_number_and_a_dot_for_nought() -> None:
    svg = heat(["Row"], ["One", "Two"], [[7, 0]], title="T")
    check_whole(svg)
    assert {"7", "·"} <= set(texts(svg))


def test_parts_are_told_apart_by_pattern() -> None:
    portions = [
        Portion(label=look, number=n, look=look) for n, look in enumerate(("full", "lines", "dots", "empty"), 3)
    ]
    svg = stacked([("Why", portions)], title="T")
    check_whole(svg)
    fills = {rect.get("fill") for rect in parsed(svg).iter(f"{SVG}rect")}
    assert {"url(#lines)", "url(#dots)", "#fff", "#0b4f8a"} <= fills
    assert {"full", "lines", "dots", "empty"} <= set(texts(svg)), "the key names each"


def test_a_gap_is_told_in_bold_and_in_numbers() -> None:
    svg = beside(
        [Beside(label="Men", share=0.1, low=0.05, high=0.2, other=0.5, gap=True)], title="T", one="a", other="b"
    )
    check_whole(svg)
    assert "Men: 10.0% of a (5.0% to 20.0%), 50.0% of b" in svg
    assert 'class="bold">Men' in svg


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=6, max_size=6), st.text(min_size=1, max_size=40))
def test_pictures_of_any_numbers_and_words_are_whole(numbers: list[int], words: str) -> None:
    label = "".join(c for c in words if c.isprintable()) or "-"
    parts = [Portion(label=label, number=n, look="full") for n in numbers]
    for svg in (columns(parts, title=label), flow([(label, parts[:3]), (label, parts[3:])], title=label)):
        check_whole(svg)
        assert "nan" not in svg


def test_labels_that_begin_alike_stay_apart() -> None:
    one, other = (fitted(f"Stigma, discrimination and marginalisation: {who}", 160) for who in ("LGBTQ+", "migration"))
    assert one != other
    assert len(one) <= 22


def test_on_paper_links_are_notes_and_numbers_are_numbers() -> None:
    page = '<nav><a href="#x">In</a></nav><main><a href="../lists/a.html#b">7</a> <a href="../tables/t.csv">CSV</a> '
    page += '<a href="https://example.org/?a=1&amp;b=2">There</a> <a href="#gaps">below</a></main>'
    told = printable(page)
    assert told.startswith('<main>7 CSV&nbsp;<sup>1</sup> There&nbsp;<sup>2</sup> <a href="#gaps">below</a>')
    assert "<ol><li>tables/t.csv</li><li>https://example.org/?a=1&amp;b=2</li></ol>" in told


def test_a_browser_that_prints_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    laid = lay_records(tmp_path / "r.db", records())
    report = write_map(settings=laid, folder=Path("map"), browser=sys.executable)
    assert report.printed == ()
    assert report.unprinted.startswith(f"report.pdf: {sys.executable} wrote no PDF")
    assert (report.folder / "index.html").exists(), "the report stands all the same"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    browser = find_browser()
    if browser is None:
        pytest.skip("Chromium is not installed")
    folder = tmp_path_factory.mktemp("printed")
    laid = lay_records(folder / "r.db", [one for one in records() if one.locality == "fenmarsh"])
    return write_map(settings=laid, folder=folder / "map", browser=browser)


def test_the_pdf_is_a4_with_page_numbers_and_names_no_file_of_this_host(printed: Report) -> None:
    assert (printed.printed, printed.unprinted) == (("report.pdf",), "")
    pdf = PdfReader(printed.folder / "report.pdf")
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages}
    assert sizes <= {(595, 842), (842, 595)}
    words = [page.extract_text() for page in pdf.pages]
    assert all(f"{n} of {len(words)}" in text for n, text in enumerate(words, 1))
    assert "file://" not in "".join(words)
    targets = [str(note.get_object().get("/A")) for page in pdf.pages for note in page.get("/Annots") or ()]
    assert not [target for target in targets if "file:" in target or str(printed.folder) in target]
    assert not list(printed.folder.rglob(".*")), "what was made for printing is gone"


def test_a_page_that_is_not_there_cannot_be_printed(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<main></main>", encoding="utf-8")
    with pytest.raises(TidiermapError, match="wrote no PDF"):
        print_page(page, tmp_path / "gone" / "report.pdf", browser="/bin/false")
