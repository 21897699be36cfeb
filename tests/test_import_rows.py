"""Spreadsheets of statements: what people send is read, what is wrong is told by row, what is hostile refused."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from register.errors import TidiermapError
from register.reviewing.intake import read_intake
from review.intake.import_rows import Reading, Source, read_rows, rejected_csv
from review.intake.sheets import MOST_COLUMNS, MOST_ROWS, read_sheets

RULES = read_intake(Path(__file__).parent.parent / "data")
SHEET = "xl/worksheets/sheet1.xml"
NEVER_RECKONED = "a formula that was never worked out; open the file in a spreadsheet program and save it"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = Source(locality="fenmarsh", route=RULES.offered[0], typed_by="ada", said_at=NOW)


def read(body: bytes | str, name: str = "list.csv") -> Reading:
    data = body.encode() if isinstance(body, str) else body
    return read_rows(read_sheets(data, file_name=name), RULES, SOURCE)


def packed(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_columns_are_known_by_the_names_that_people_give_them() -> None:
    found = read(
        "Title of this list;;;\n\nService Name;Day and time;E-Mail;Informant;Date of interview;Route;Colour\n"
        "Tea at Four;Mondays 4pm;tea@example.org;Bo Peep;3/2/2026;peer researcher;red\n"
    )
    (row,) = found.good
    assert row.where == "row 4"
    assert row.statement.body == "Tea at Four\n\nWhen: Mondays 4pm\n\nContact: tea@example.org\n"
    assert (row.statement.who, row.statement.route) == ("Bo Peep", "peer_researcher")
    assert row.statement.said_at.date() == date(2026, 2, 3)
    assert found.unknown == ("Colour",)


def test_who_said_it_stands_in_no_text() -> None:
    (row,) = read("name,description,informant,informant contact\nTea,They drink tea.,Bo Peep,01632 960001\n").good
    assert "Bo Peep" not in row.statement.body + repr(row.statement)
    assert "960001" not in row.statement.body + repr(row.statement)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",They drink tea.,,", "what the service is called"),
        ("Tea,,,", "at least one thing that was said"),
        ("Tea,They drink tea.,3/13/2026,", "is not a day"),
        ("Tea,They drink tea.,1/1/2031,", "expected today or a day before"),
        ("Tea,They drink tea.,,by carrier pigeon", "expected one of Key informant"),
        ("Tea,They drink tea.,,,more", "cells more than there are headings"),
        (f"{'T' * 300},They drink tea.,,", "expected at most 200"),
    ],
)
def test_a_bad_row_is_told_by_place_and_reason_and_the_others_are_read(line: str, reason: str) -> None:
    found = read(f"name,description,date,route\n{line}\nKnitting,They knit.,,\n")
    assert [row.statement.about for row in found.good] == ["Knitting"]
    (bad,) = found.bad
    assert bad.where == "row 2"
    assert reason in bad.reason


def test_refused_rows_come_back_as_a_file_that_reads_again_once_mended() -> None:
    bad = read("name,description,=cmd()\n,=HYPERLINK(1),2\n").bad
    written = rejected_csv([(one.where, one.reason, dict(one.cells)) for one in bad]).decode("utf-8-sig")
    headings, row = written.splitlines()
    assert headings == "row in the file,why it was refused,name,description,'=cmd()", "no heading runs either"
    assert row == 'row 2,"found no name, expected what the service is called",,\'=HYPERLINK(1),2', "no formula runs"
    mended = read(written.replace(",,", ",Tea,"))
    assert mended.good[0].statement.about == "Tea"
    assert "'" not in mended.good[0].statement.body
    assert "=HYPERLINK(1)" in mended.good[0].statement.body, "and it reads as it was typed"
    assert mended.unknown == ("row in the file", "why it was refused", "=cmd()")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheet_programs(encoding: str) -> None:
    found = read("name\tdescription\nCafé Môr\tThey’re open – £2\n".encode(encoding))
    assert found.good[0].statement.body == "Café Môr\n\nThey’re open – £2\n"


def test_a_workbook_with_dates_numbers_merged_cells_and_formulas() -> None:
    book = Workbook()
    first = book.active
    first.title = "Read me"
    first["A1"] = "This sheet says how to fill in the next one."
    sheet = book.create_sheet("March")
    sheet.append(["Our list of March"])
    sheet.append(["Name", "Run by", "When", "Cost", "Date", "Notes"])
    sheet.append(["Tea", "Chapel", time(14, 0), 2.0, date(2026, 2, 1), "Tea and talk"])
    sheet.append(["Knit", None, "Fridays", "=1+1", NOW.replace(tzinfo=None), "They knit"])
    sheet.append(["Sing", None, "Mondays", "#REF!", None, "They sing"])
    sheet["D5"].data_type = "e"
    sheet.merge_cells("B3:B5")
    sheet.append(["Walk", "Ramblers", "Sundays", True, None, "They walk"])
    hidden = book.create_sheet("Old")
    hidden.append(["Name", "Notes"])
    hidden.append(["Gone", "Gone long ago"])
    hidden.sheet_state = "hidden"
    found = read(packed(book), "list.xlsx")
    assert found.passed_over == ("Read me",)
    by_name = {row.statement.about: row.statement for row in found.good}
    assert sorted(by_name) == ["Tea", "Walk"]
    assert "When: 14:00\n" in by_name["Tea"].body
    assert "Cost: 2\n" in by_name["Tea"].body
    assert by_name["Tea"].said_at.date() == date(2026, 2, 1)
    assert {bad.where: bad.reason.partition(",")[0] for bad in found.bad} == {
        "March row 4": f"Cost: found {NEVER_RECKONED}",
        "March row 5": "Cost: found the error #REF!",
    }
    assert dict(found.bad[0].cells)["Run by"] == "Chapel", "a merged cell counts for each of its rows"


def test_a_sheet_that_says_it_is_a_million_rows_long_is_read_all_the_same() -> None:
    book = Workbook()
    book.active.append(["Name", "Notes"])
    book.active.append(["Tea", "Tea and talk"])
    book.active.cell(1_048_576, 40).number_format = "0.00"
    assert len(read(packed(book), "list.xlsx").good) == 1


def rewritten(body: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.infolist():
            kept = source.read(one)
            target.writestr(one.filename, change(kept) if one.filename == part else kept)
    return out.getvalue()


def far_apart() -> bytes:
    """Two rows, of which the second says that it is the nine thousand millionth."""
    book = Workbook()
    book.active.append(["Name", "Notes"])
    book.active.append(["Tea", "Tea and talk"])
    far = re.compile(rb'r="([AB]?)2"')
    return rewritten(packed(book), SHEET, lambda sheet: far.sub(rb'r="\g<1>9000000000"', sheet))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


def other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def entities() -> bytes:
    """A workbook whose text is an entity that stands for ten of another, and so on."""
    book = Workbook()
    book.active.append(["Name", "Notes"])
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    return rewritten(packed(book), SHEET, lambda sheet: evil.encode() + sheet.replace(b"Notes", b"&l9;"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "found nothing in it"),
        (b"name,notes\n" + b"x,y\n" * (MOST_ROWS + 5), "split the file"),
        (b"\xd0\xcf\x11\xe0old", "old Excel file"),
        (b"PK\x03\x04torn", "broken file"),
        (b"\x00\x01\x02\x03" * 50, "found no text"),
        (b"colour,shape\nred,round\n", "expected a column with the services' names"),
        (b"x" * 5_000_001, "expected at most 5,000,000"),
        (bomb(), "once unpacked"),
        (other_zip(), "another kind of file"),
        (entities(), "may do harm"),
        (far_apart(), "cells far apart"),
    ],
    ids=["empty", "rows", "xls", "torn", "bytes", "headings", "large", "bomb", "docx", "entities", "far"],
)
def test_what_is_no_list_of_services_is_refused_with_what_to_do(body: bytes, reason: str) -> None:
    with pytest.raises(TidiermapError, match=r"list\.xlsx|headings") as refused:
        read(body, "list.xlsx")
    assert reason in str(refused.value)


def test_a_row_of_very_many_cells_is_a_bad_row() -> None:
    wide = ",".join(["x"] * (MOST_COLUMNS + 10))
    found = read(f"name,notes\n{wide}\nTea,They drink tea\n")
    assert len(found.good) == len(found.bad) == 1
