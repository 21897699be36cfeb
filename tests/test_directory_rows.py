"""Other people's data sets become statements for the queue: our own table of records, and Open Referral UK."""

import json
from datetime import UTC, datetime

import pytest

from register.errors import TidiermapError
from register.formats import render as render_formats
from register.publishing.export import render
from register.reviewing.intake import read_intake
from review.intake.directory_rows import read_any
from review.intake.import_rows import Source, read_rows
from tests.editions import DATA, edition_of, record_of

RULES = read_intake(DATA)


def statements(body: bytes, name: str) -> list[str]:
    route = RULES.route("directory")
    assert route is not None
    source = Source(locality="sample", route=route, typed_by="ada", said_at=datetime(2026, 11, 22, tzinfo=UTC))
    reading = read_rows(read_any(body, RULES, file_name=name), RULES, source)
    assert not reading.bad
    assert {row.statement.route for row in reading.good} == {"directory"}
    return [row.statement.body for row in reading.good]


def test_our_own_table_is_read_as_what_somebody_tells_without_codes_or_absences() -> None:
    body = render((record_of(1),))["records.csv"]
    (told,) = statements(body, "records.csv")
    assert told.startswith("Potting Shed Pals\n\nPeople pot seedlings, drink tea and talk.")
    assert "When: every Thursday at 10.30am" in told
    assert "social_befriending" not in told
    assert "not_reported" not in told


def test_our_own_feed_is_read_with_places_times_and_contacts() -> None:
    body = render_formats(edition_of((record_of(1),)), formats=("oruk",))["oruk_services.json"]
    (told,) = statements(body, "services.json")
    assert "Where: Mill Lane, Fenmarsh, Rochdale, OL16 1AB" in told or "OL16 1AB" in told
    assert "When: every Thursday at 10.30am" in told
    assert "Run by: Fenmarsh Growers" in told
    assert "01706 000000" in told


def test_a_service_of_version_1_is_read() -> None:
    address = {"address_1": "1 Fen Way", "postal_code": "ZZ99 4AB"}
    service = {
        "id": "a",
        "name": "Tea at Ten",
        "description": "Tea for all.",
        "eligibilitys": [{"eligibility": "Adults", "minimum_age": 18}],
        "service_at_locations": [{"location": {"name": "Hall", "physical_addresses": [address]}}],
        "regular_schedules": [{"freq": "WEEKLY", "interval": "2", "byday": "TU", "opens_at": "10:00:00"}],
        "cost_options": [{"option": "A cup", "amount": 1.5}],
        "contacts": [{"name": "A Person", "phones": [{"number": "01706 000001"}]}],
    }
    (told,) = statements(json.dumps({"content": [service], "totalElements": 1}).encode(), "v1.json")
    for words in ("Tea at Ten", "Adults", "Hall, 1 Fen Way, ZZ99 4AB", "every 2 weeks on Tuesday, 10:00", "A cup £1.5"):
        assert words in told
    assert "A Person" not in told, "no person's name is taken over"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"contents": 3}', b"[1, 2]"])
def test_a_file_without_a_service_is_refused(body: bytes) -> None:
    with pytest.raises(TidiermapError, match=r"x\.json: found"):
        read_any(body, RULES, file_name="x.json")


def test_a_service_without_a_name_is_a_refused_row() -> None:
    sheets = read_any(b'{"contents": [{"id": "x", "description": "Tea."}]}', RULES, file_name="x.json")
    route = RULES.route("directory")
    assert route is not None
    source = Source(locality="sample", route=route, typed_by="ada", said_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert [row.where for row in read_rows(sheets, RULES, source).bad] == ["service 1"]
