"""How much is known: routes of all that was merged, estimates in words, and what more search is expected to find."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from flows.reporting.report import take_survey
from register.errors import ConfigError
from register.recapture.checks import Bearing
from register.recapture.estimate import CHAPMAN, estimate
from register.report.completeness import ASKED, build_completeness, overlaps, searches_of
from register.report.routes import Reading, read_route_lists
from register.report.survey import Survey
from register.report.tables import Words
from register.serial import to_text
from register.store import Store
from tests.mapped import DATA, NOW, Laid, lay_records

BEGAN = datetime.fromisoformat("2026-09-01T09:00:00+00:00")


def survey_of(path: Path, records: list[Laid], *, lay: tuple[tuple[str, list[object]], ...] = ()) -> Survey:
    settings = lay_records(path, records)
    with Store(settings.register, clock=lambda: NOW) as store:
        store.db.execute("PRAGMA foreign_keys = OFF")
        with store.transaction():
            for sql, values in lay:
                store.db.execute(sql, values)
        return take_survey(store, DATA)


def page(number: int, *, minutes: float, routes: tuple[str, ...] = (), url: str = "") -> list[tuple[str, list[object]]]:
    at = to_text(BEGAN + timedelta(minutes=minutes))
    rows: list[tuple[str, list[object]]] = [
        (
            "INSERT INTO pages (id, locality, url, fetched_at) VALUES (?, 'fenmarsh', ?, ?)",
            [number, url or f"https://services.example/{number}", at],
        )
    ]
    rows += [("INSERT INTO routes VALUES (?, ?, 'a source', ?, ?)", [number, route, at, at]) for route in routes]
    return rows


def candidate(key: str, number: int, *, merged_into: str | None = None) -> tuple[str, list[object]]:
    return (
        "INSERT INTO candidates (id, locality, page_id, name, state, revision, score, first_seen_at, last_seen_at, "
        "changed_at, merged_into) VALUES (?, 'fenmarsh', ?, 'A service', 'accepted', 1, 1.0, '', '', '', ?)",
        [key, number, merged_into],
    )


def said(url: str, route: str, about: str) -> tuple[str, list[object]]:
    return (
        "INSERT INTO statements VALUES (?, 'fenmarsh', ?, 'A service', '', 'ada', '', ?, NULL, NULL)",
        [url, route, about],
    )


def words_of(survey: Survey) -> str:
    blocks = [block for block in build_completeness(survey, survey.areas[0]).blocks if isinstance(block, Words)]
    return " ".join([*(block.text for block in blocks), *(point for block in blocks for point in block.points)])


def test_a_record_has_the_routes_of_all_that_was_merged_into_it(tmp_path: Path) -> None:
    told = "statement:1"
    lay = (
        *page(1, minutes=0, routes=("search", "charities")),
        *page(2, minutes=5, url=told),
        candidate("c-a", 1),
        candidate("c-b", 2, merged_into="c-a"),
        said(told, "key_informant", "c-b"),
    )
    survey = survey_of(tmp_path / "r.db", [Laid(id="a", routes="web_desk; key_informant")], lay=lay)
    assert set(survey.searches.routes["a"]) == {"search", "charities", "key_informant"}
    assert survey.searches.held("a", ()) == {"Desk search", "Registers", "Informants"}


def test_a_page_of_the_web_without_a_known_route_is_of_the_desk(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [Laid(id="a")], lay=(*page(1, minutes=0), candidate("c-a", 1)))
    assert survey.searches.routes["a"] == ("web_desk",)


def test_what_a_provider_says_is_no_search(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [Laid(id="a", routes="provider; fieldwork")])
    assert survey.searches.held("a", survey.areas[0].records[0].found_via) == {"Fieldwork"}


def test_a_service_counts_as_found_where_it_was_read_first(tmp_path: Path) -> None:
    lay = (
        *page(1, minutes=0, routes=("site",)),
        *page(2, minutes=2, routes=("site",)),
        *page(3, minutes=60, routes=("charities",)),
        candidate("c-a", 3),
        candidate("c-b", 2, merged_into="c-a"),
    )
    survey = survey_of(tmp_path / "r.db", [Laid(id="a")], lay=lay)
    told = [(reading.routes, reading.finds) for reading in survey.searches.readings["fenmarsh"]]
    assert told == [(("site",), 0), (("site",), 1), (("charities",), 0)]


def test_two_searches_tell_how_many_both_missed(tmp_path: Path) -> None:
    routes = ["web_desk"] * 20 + ["key_informant"] * 15 + ["web_desk; key_informant"] * 10
    survey = survey_of(tmp_path / "r.db", [Laid(id=f"{n:03}", routes=route) for n, route in enumerate(routes)])
    told = estimate(overlaps(survey, survey.areas[0].records))
    assert (told.method, told.number) == (CHAPMAN, round(31 * 26 / 11 - 1))
    words = words_of(survey)
    assert "45 services are known; there may be 72" in words
    assert "cannot show whether they are independent" in words
    table = {table.key: table for table in build_completeness(survey, survey.areas[0]).tables}["lists"]
    assert ("Desk search", "Informants", 10) in table.tidy_rows
    assert [cell.number for cell in table.rows[0].cells[:2]] == [30, 20]


def test_one_search_alone_cannot_tell(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [Laid(id=f"{n}", routes="web_desk") for n in range(9)])
    words = words_of(survey)
    assert "How many are not, cannot be told." in words
    assert "nobody can tell from one list what it lacks" in words
    by_type = {table.key: table for table in build_completeness(survey, survey.areas[0]).tables}["completeness-by-type"]
    assert by_type.tidy_rows[0][2] == "none"


def test_pairs_that_nobody_judged_are_told_beside_the_estimate(tmp_path: Path) -> None:
    routes = ["web_desk"] * 8 + ["fieldwork"] * 8 + ["web_desk; fieldwork"] * 8
    pair = "INSERT INTO pairs (first, second, score, reasons, state, first_digest, second_digest, found_at) "
    pair += "VALUES ('c-01', 'c-20', 0.9, '[]', 'open', '', '', '')"
    records = [Laid(id=f"{n:02}", routes=route) for n, route in enumerate(routes)]
    survey = survey_of(tmp_path / "r.db", records, lay=((pair, []),))
    assert "1 pair of records is likely one service each, and wait for a person" in words_of(survey)


def test_an_hour_is_one_of_search_and_a_statement_is_one(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [Laid(id="a")])
    spread = [Reading(at=BEGAN + timedelta(minutes=n), routes=("site",), finds=1) for n in range(31)]
    later = [Reading(at=BEGAN + timedelta(days=3, minutes=n), routes=("site",), finds=0) for n in range(31)]
    people = [Reading(at=BEGAN + timedelta(days=n), routes=("key_informant",), finds=n % 2) for n in range(30)]
    by_name = {one.name: one for one in searches_of(survey, [*spread, *later, *people])}
    desk, informants = by_name["Desk search"], by_name["Informants"]
    assert desk.effort == pytest.approx(0.5 + 5 / 60 + 0.5), "the days between two crawls are no search"
    assert desk.expected is not None
    assert desk.expected.mean < 15
    assert (informants.effort, len(informants.finds)) == (30, 15)
    assert informants.expected is not None
    assert informants.expected.low <= ASKED / 2 <= informants.expected.high
    assert by_name["Registers"].expected is None, "nothing was read"


def test_no_estimate_has_a_remark_that_it_fails_and_an_interval(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "r.db", [Laid(id=f"{n}", routes="web_desk") for n in range(3)])
    told = estimate(overlaps(survey, survey.areas[0].records))
    assert [remark.bearing for remark in told.remarks] == [Bearing.FAILS]
    assert told.low is None


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("charities,Registers", "charity,Registers", "found 'no charities'"),
        ("feed,Desk search", "site,Desk search", "found 'site', expected each route once"),
        ("fieldwork,Fieldwork", "fieldwork,Another", "found 'more', expected 5 lists at most"),
    ],
)
def test_a_fault_of_the_routes_is_named(tmp_path: Path, was: str, now: str, message: str) -> None:
    data = Path(copytree(DATA, tmp_path / "data"))
    path = data / "map" / "routes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_route_lists(data)
