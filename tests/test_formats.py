"""What is given out: each format holds what was published, says it plainly, runs nothing, and is the same each time."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
import rdflib
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from rdflib.compare import isomorphic

from register.codes.vocabulary import FIELD_NAMES
from register.dictionary_page import dictionary_page
from register.formats import render as render_formats
from register.formats import write
from register.formats.oruk_rules import schema_of
from register.formats.workbook import _SheetNames
from register.localities.grid import national_grid
from register.models import ServiceRecord
from register.publishing.export import EVIDENCE_COLUMNS, RECORD_COLUMNS, TOMBSTONE_COLUMNS, render
from register.publishing.presentation import read_presentation
from register.publishing.publication import Edition
from tests.editions import DATA, THEN, TOLD, codebook, edition_of, presentation, record_of

FORMULA = '=HYPERLINK("http://evil.example","free")'
NOWHERE = {**TOLD, "fact.postcodes": None, "fact.addresses": None}


@pytest.fixture(scope="module")
def edition() -> Edition:
    gone = record_of(9, told=TOLD | {"tidier.brief_name": "Closed Club"})

    return edition_of(
        (
            record_of(1),
            record_of(2, days=380, told=TOLD | {"tidier.brief_name": FORMULA}),
            record_of(3, days=900, told=NOWHERE),
            record_of(4, locality="odd", told=TOLD | {"fact.websites": ("javascript:alert(1)",)}),
            replace(gone, withdrawn_at=THEN, merged_into="tm-00000001"),
        )
    )


@pytest.fixture(scope="module")
def folder(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    write(edition, out)
    return out


def test_the_same_edition_gives_the_same_bytes(edition: Edition, folder: Path) -> None:
    again = render_formats(edition)
    assert {name: body for name, body in again.items() if (folder / name).read_bytes() != body} == {}


def test_tables_written_row_by_row_are_those_written_at_once(edition: Edition, folder: Path) -> None:
    at_once = render(tuple(edition.records))
    for name in ("records.csv", "evidence.csv", "tombstones.csv", "records.json"):
        assert (folder / name).read_bytes() == at_once[name]


def test_every_published_column_is_told_of(folder: Path) -> None:
    told = json.loads((folder / "datapackage.json").read_text())
    tables = {one["name"]: one for one in told["resources"] if "schema" in one}
    for name, columns in (
        ("records", (*RECORD_COLUMNS, *FIELD_NAMES)),
        ("evidence", EVIDENCE_COLUMNS),
        ("tombstones", TOMBSTONE_COLUMNS),
    ):
        fields = tables[name]["schema"]["fields"]
        assert tuple(field["name"] for field in fields) == columns
        assert all(field["description"] for field in fields)
    assert tables["evidence"]["schema"]["foreignKeys"][0]["reference"] == {"resource": "records", "fields": "id"}
    assert "(not_reported)" in tables["records"]["schema"]["missingValues"]


def test_no_cell_of_the_workbook_runs(folder: Path) -> None:
    book = load_workbook(folder / "services.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    names = [cell for cell in cells if cell.value == FORMULA]
    assert len(names) == 1
    assert names[0].quotePrefix, "it stays text when somebody edits the cell"
    with ZipFile(folder / "services.xlsx") as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_workbook_is_laid_out_for_reading_and_for_paper(folder: Path) -> None:
    book = load_workbook(folder / "services.xlsx")
    assert book.sheetnames == ["Read me", "a b c", "Fenmarsh"]
    sheet = book["Fenmarsh"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:AA4")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.column_dimensions["A"].width == 26
    heads = [cell.value for cell in sheet[1]]
    row = dict(
        zip(heads, next(r for r in sheet.iter_rows(min_row=2) if r[0].value == "Potting Shed Pals"), strict=True)
    )
    assert row["Who it is for"].value == "Older people", "plain words, no codes"
    assert row["What it is for"].value == "not stated"
    assert row["Website"].hyperlink.target == "https://pals.example/"
    assert row["E-mail"].hyperlink.target == "mailto:info@pals.example"
    assert f"{row['Last checked'].value:%Y-%m-%d}" == "2026-11-20"


def test_freshness_stands_in_words_and_in_colour(folder: Path) -> None:
    sheet = load_workbook(folder / "services.xlsx")["Fenmarsh"]
    at = [cell.value for cell in sheet[1]].index("How fresh")
    told = {row[at].value: row[at].fill.fgColor.rgb[-6:] for row in sheet.iter_rows(min_row=2)}
    assert told == {band.words: band.colour for band in presentation().freshness}


def test_an_address_that_runs_is_no_link(folder: Path) -> None:
    sheet = load_workbook(folder / "services.xlsx")["a b c"]
    at = [cell.value for cell in sheet[1]].index("Website")
    assert [(row[at].value, row[at].hyperlink) for row in sheet.iter_rows(min_row=2)] == [("javascript:alert(1)", None)]


def test_sheets_have_names_that_spreadsheets_take() -> None:
    names = _SheetNames("Read me")
    told = [names.of(place) for place in ("x" * 40, "x" * 41, "read me", "a/b", "x" * 40, "''")]
    assert all(len(name) <= 31 for name in told)
    assert told[0] == told[4]
    assert len({name.casefold() for name in told}) == 5
    assert "read me" not in told


def test_points_stand_where_their_postcodes_are_and_no_place_is_no_geometry(edition: Edition, folder: Path) -> None:
    told = json.loads((folder / "services.geojson").read_text())
    shapes = {feature["id"]: feature["geometry"] for feature in told["features"]}
    assert shapes["tm-00000003"] is None
    longitude, latitude = shapes["tm-00000001"]["coordinates"]
    east, north = edition.find_postcode("OL16 1AB") or (0, 0)
    assert national_grid(latitude, longitude) == pytest.approx((east, north), abs=1)


def test_the_feed_keeps_the_rules_of_open_referral_uk(folder: Path) -> None:
    page = json.loads((folder / "oruk_services.json").read_text())
    rules = Draft202012Validator(schema_of("page", presentation().referral))
    assert [error.json_path + error.message for error in rules.iter_errors(page)] == []
    service = next(one for one in page["contents"] if one["name"] == "Potting Shed Pals")
    assert service["assured_date"] == "2026-11-20"
    schedule = service["schedules"][0]
    told = {key: schedule[key] for key in ("freq", "interval", "byday", "opens_at", "closes_at")}
    assert told == {"freq": "WEEKLY", "interval": 1, "byday": "TH", "opens_at": "10:30:00", "closes_at": "12:00:00"}
    items = {one["taxonomy_term"]["code"]: one.get("value") for one in service["attributes"]}
    assert items["what_procedures"] == "People pot seedlings, drink tea and talk."
    assert "why" not in items, "what is not told is left out"


@pytest.mark.parametrize("broken", [{"status": "open"}, {"name": None}, {"assured_date": "20 November"}, {"odd": 1}])
def test_the_rules_refuse_what_the_standard_does(folder: Path, broken: dict[str, object]) -> None:
    page = json.loads((folder / "oruk_services.json").read_text())
    page["contents"][0] |= broken
    assert list(Draft202012Validator(schema_of("page", presentation().referral)).iter_errors(page))


def test_an_assured_date_is_that_of_a_persons_decision(edition: Edition, folder: Path) -> None:
    page = json.loads((folder / "oruk_services.json").read_text())
    dates = sorted(record.verified_at.date().isoformat() for record in edition.living)
    assert sorted(one["assured_date"] for one in page["contents"]) == dates


def test_the_database_is_searched_and_keeps_absences_apart(folder: Path) -> None:
    with sqlite3.connect(folder / "dataset.db") as db:
        found = db.execute(
            "SELECT s.id FROM services s JOIN services_fts f ON f.rowid = s.rowid WHERE services_fts MATCH 'seedling'"
        ).fetchall()
        row = db.execute("SELECT fact_age_min, code_type, not_reported, not_extracted FROM services").fetchone()
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(found) == 4
    assert row[:2] == (18, '["animals_green_space", "social_befriending"]')
    assert json.loads(row[2]) == ["tidier.why"]
    assert "fact.capacity" in json.loads(row[3])


def test_the_metadata_names_columns_that_are_there(folder: Path) -> None:
    told = json.loads((folder / "metadata.json").read_text())["databases"]["dataset"]["tables"]
    with sqlite3.connect(folder / "dataset.db") as db:
        for table, about in told.items():
            columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
            assert set(about["columns"]) == columns
            facets = {facet["array"] if isinstance(facet, dict) else facet for facet in about.get("facets", ())}
            assert facets <= columns


def test_the_codebook_is_skos_and_both_files_say_the_same(edition: Edition, folder: Path) -> None:
    one = rdflib.Graph().parse(folder / "codebook.ttl")
    other = rdflib.Graph().parse(folder / "codebook.jsonld", format="json-ld")
    assert isomorphic(one, other)
    skos = rdflib.SKOS
    concepts = set(one.subjects(rdflib.RDF.type, skos.Concept))
    for concept in concepts:
        assert len(list(one.objects(concept, skos.prefLabel))) == 1
        assert list(one.objects(concept, skos.inScheme))
    for relation in (skos.broader, skos.exactMatch, skos.narrowMatch):
        assert set(one.objects(None, relation)) <= concepts
    codes = {code.code for scheme in ("type", "factor", "population") for code in edition.codebook.scheme(scheme)}
    assert codes <= {str(notation) for notation in one.objects(None, skos.notation)}
    ours = rdflib.URIRef(f"{presentation().codebook.base}type/social_befriending")
    theirs = next(one.objects(ours, skos.exactMatch))
    assert str(next(one.objects(theirs, skos.prefLabel))) == "Social activities and befriending"


def test_an_empty_dataset_is_written_too(tmp_path: Path) -> None:
    none: tuple[ServiceRecord, ...] = ()
    names = write(edition_of(none), tmp_path)
    assert json.loads((tmp_path / "services.geojson").read_text())["features"] == []
    assert json.loads((tmp_path / "records.json").read_text()) == []
    assert load_workbook(tmp_path / "services.xlsx").sheetnames == ["Read me"]
    assert "manifest.json" in names


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("columns.csv", "records,fact.cost,", "records,fact.price,", "fact.cost"),
        ("sheet.csv", ",fact.cost,", ",fact.price,", "a column of the table records"),
        ("oruk.csv", "schedules,array,,,schedule,", "schedules,array,,,time,", "an object of this file"),
        ("formats.toml", 'not_reported = "not stated"', 'unknown = "x"', "not_reported has none"),
    ],
)
def test_a_slip_in_the_data_files_is_told(tmp_path: Path, name: str, old: str, new: str, expected: str) -> None:
    for path in (DATA / "formats").iterdir():
        (tmp_path / "formats").mkdir(exist_ok=True)
        text = path.read_text()
        assert old in text or path.name != name
        (tmp_path / "formats" / path.name).write_text(text.replace(old, new, 1) if path.name == name else text)
    with pytest.raises(Exception, match=expected):
        read_presentation(tmp_path)


def test_the_data_dictionary_is_made_from_the_data_files() -> None:
    told = (DATA.parent / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    remedy = "python -m register.dictionary_page > docs/data-dictionary.md"
    assert told == dictionary_page(presentation(), codebook()), remedy
