"""What sources state in a machine's form: values, JSON-LD that the text bears out, records as pages, the data file."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.facts.machine import read_value
from extract.nlp import load_nlp
from extract.reading import read_page
from extract.services import extract_page
from extract.snapshot import render_snapshot
from register.codes.checklist import read_checklist
from register.codes.structure import read_structure
from register.errors import ConfigError
from register.grounding import ungrounded
from register.models import DraftField, Page, PageReading

ROOT = Path(__file__).parent.parent
STRUCTURE = read_structure(ROOT / "data")
CHECKLIST = read_checklist(ROOT / "data")
NLP = load_nlp()
FETCHED = datetime(2026, 2, 1, tzinfo=UTC)


def page_of(body: bytes | str, content_type: str) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    url = "https://example.org/x"
    return read_page(raw, url=url, content_type=content_type, locality="x", fetched_at=FETCHED)


def reading_of(page: Page) -> PageReading:
    reading = extract_page(page, profile=None, checklist=CHECKLIST, nlp=NLP, structure=STRUCTURE)
    for draft in reading.drafts:
        assert ungrounded(page.text, draft.fields) == ()
    return reading


def fields_of(page: Page) -> dict[str, DraftField]:
    (draft,) = reading_of(page).drafts
    return {field.name: field for field in draft.fields}


@pytest.mark.parametrize(
    ("fact", "value", "pair", "read"),
    [
        ("weekdays", "MO,WE", "", ("mon", "wed")),
        ("weekdays", "FREQ=MONTHLY;BYDAY=1TU,-1FR", "", ("tue", "fri")),
        ("weekdays", "Thursday", "", ("thu",)),
        ("weekdays", "https://schema.org/Monday", "", ("mon",)),
        ("weekdays", "2026-03-03T10:00:00", "", ("tue",)),
        ("weekdays", "soon", "", ()),
        ("times", "10:00:00", "12:30:00", ("10:00-12:30",)),
        ("times", "2026-03-03T09:30:00+00:00", "2026-03-03T11:00:00+00:00", ("09:30-11:00",)),
        ("times", "2026-03-03T09:30:00", "2026-03-05T11:00:00", ("09:30",)),
        ("times", "2026-03-03T00:00:00", "", ()),
        ("times", "25:00", "", ()),
        ("frequency", "week", "1", ("weekly",)),
        ("frequency", "WEEKLY", "2", ("fortnightly",)),
        ("frequency", "P1M", "", ("monthly",)),
        ("frequency", "FREQ=MONTHLY;BYDAY=1TU,3TU", "", ("fortnightly",)),
        ("frequency", "FREQ=YEARLY", "", ("other",)),
        ("frequency", "whenever", "", ()),
        ("recurrence", "WEEKLY", "INTERVAL=2;BYDAY=MO,WE", ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",)),
        ("recurrence", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260707T000000Z", "", ("FREQ=WEEKLY;BYDAY=TU",)),
        ("recurrence", "MONTHLY", "BYMONTHDAY=3", ()),
        ("cost", "0.00", "", ("free",)),
        ("cost", "3.5", "", ("paid",)),
        ("cost", "Free for members, £3 for others", "", ("mixed",)),
        ("prices", "3.5", "", ("£3.50",)),
        ("prices", "0", "", ()),
        ("age_min", "18-25", "", (18,)),
        ("age_max", "18-25", "", (25,)),
        ("age_max", "65+", "", ()),
        ("age_max", "999", "", ()),
        ("postcodes", "wf1 1aa", "", ("WF1 1AA",)),
        ("phones", '"01924 496000"', "", ("01924 496000",)),
        ("charity_number", "GB-CHC-1123456", "", ("1123456",)),
        ("charity_number", "none", "", ()),
    ],
)
def test_a_machines_values_are_read_as_our_facts_hold_them(fact: str, value: str, pair: str, read: tuple) -> None:
    assert read_value(fact, value, pair=pair) == read


EVENT = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "SocialEvent",
            "name": "Canal Bank Choir",
            "startDate": "2026-03-03T10:00:00",
            "endDate": "2026-03-03T12:00:00",
            "isAccessibleForFree": True,
            "location": {"name": "The Loom", "address": {"postalCode": "WF1 1AA"}},
            "organizer": {"telephone": "01924 496 777"},
        },
        {"@type": "SocialEvent", "name": "Another thing", "location": {"address": {"postalCode": "WF2 8RR"}}},
    ],
}
PAGE = """<html><head><title>Canal Bank Choir</title>
<script type="application/ld+json">{0}</script></head><body><main><h1>Canal Bank Choir</h1>
<p>A friendly singing group for people who feel lonely or low. We sing together every Tuesday, 10am to 12 noon, at The
Loom, 1 Loom Street, WF1 1AA. It is free and there is tea afterwards. Just turn up, or call 01924 496 000.</p>
</main></body></html>"""


def test_json_ld_that_the_text_bears_out_makes_facts_surer() -> None:
    stated, plain = (
        fields_of(page_of(PAGE.format(json.dumps(EVENT)), "text/html")),
        fields_of(page_of(PAGE.format("{}"), "text/html")),
    )
    for name, path in {
        "fact.postcodes": "$.@graph[0].location.address.postalCode",
        "fact.times": "$.@graph[0].startDate",
        "fact.weekdays": "$.@graph[0].startDate",
        "fact.cost": "$.@graph[0].isAccessibleForFree",
    }.items():
        assert stated[name].value == plain[name].value
        assert stated[name].evidence[0].rule == f"json-ld:{path}"
        assert stated[name].score > plain[name].score


def test_json_ld_that_the_text_does_not_say_is_not_proposed() -> None:
    fields = fields_of(page_of(PAGE.format(json.dumps(EVENT)), "text/html"))
    assert fields["fact.phones"].value == ("01924 496 000",), "the organiser's number stands nowhere"
    assert fields["fact.postcodes"].value == ("WF1 1AA",), "the other event's does neither"


@pytest.mark.parametrize(
    "script", ["", "{", "[1, 2", '"text"', "null", "[" * 5000, '{"@type": ["Event"], "startDate": {}}']
)
def test_json_ld_that_is_none_costs_nothing(script: str) -> None:
    assert fields_of(page_of(PAGE.format(script), "text/html"))["fact.postcodes"].value == ("WF1 1AA",)


RECORD = {
    "id": "1",
    "name": "Loom Street Shed",
    "description": "<p>A shed for men.</p><script>alert(1)</script><p>Tea &amp; tools <b>provided</b>.</p>",
    "url": "https://example.org/shed",
    "regular_schedules": [
        {"weekday": "Thursday", "freq": "week", "interval": 2, "opens_at": "14:00", "closes_at": "16:00"}
    ],
    "cost_options": [{"amount": 2.0}, {"amount": 0, "option": "Free to members"}],
    "eligibilitys": [{"eligibility": "Men only", "minimum_age": 18, "maximum_age": 99}],
    "languages": [{"language": "Urdu"}],
    "contacts": [{"name": "Reception", "phones": [{"number": "01924 496 000"}]}],
    "service_at_locations": [{"location": {"name": "The Loom", "physical_addresses": [{"postal_code": "wf1 1aa"}]}}],
}  # fmt: skip


def test_a_record_of_version_1_is_read_by_rows_of_the_data_file() -> None:
    fields = fields_of(page_of(json.dumps(RECORD), "application/json"))
    told = {name: field.value for name, field in fields.items() if field.value is not None}
    assert told["fact.weekdays"] == ("thu",)
    assert told["fact.times"] == ("14:00-16:00",)
    assert told["fact.frequency"] == "fortnightly"
    assert told["fact.cost"] == "mixed"
    assert told["fact.prices"] == ("£2.00",)
    assert (told["fact.age_min"], told["fact.age_max"]) == (18, 99)
    assert told["fact.phones"] == ("01924 496 000",)
    assert told["fact.postcodes"] == ("WF1 1AA",)
    assert told["tidier.tailoring"] == "Men only Urdu"
    assert fields["fact.age_min"].evidence[0].rule == "oruk:$.eligibilitys[0].minimum_age"
    assert "tidier.modifications" not in told


def test_a_record_is_shown_as_readable_text_with_its_marks_and_nothing_that_acts() -> None:
    body = json.dumps(RECORD).encode()
    page = page_of(body, "application/json")
    assert "alert" not in page.text
    assert "Tea & tools provided." in page.text
    start = page.text.index("Loom Street Shed")
    shown = render_snapshot(
        body, content_type="application/json", marks=[(start, start + 16, "tidier.brief_name", "1")]
    )
    assert 'data-mark="1" id="mark-1">Loom Street Shed</mark>' in shown
    assert "<h2>Cost options</h2>" in shown
    hostile = json.dumps({"name": "<img src=x onerror=alert(1)>", "<b onclick=x>": "&lt;script&gt;alert(2)"}).encode()
    shown = render_snapshot(hostile, content_type="application/json", marks=[])
    assert "<img" not in shown
    assert "<script" not in shown
    assert "<b " not in shown


def test_the_order_of_a_feeds_keys_changes_nothing() -> None:
    turned = dict(reversed(RECORD.items()))
    assert page_of(json.dumps(turned), "application/json").text == page_of(json.dumps(RECORD), "application/json").text


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"name": " "}', b'{"a": ' * 3000, b"\xff\xfe{", b'{"name": {"x": 1}}', b'{"n": 1e999}'],
)
def test_json_that_is_no_service_has_no_draft_and_is_no_error(body: bytes) -> None:
    assert reading_of(page_of(body, "application/json")).drafts == ()


@pytest.mark.parametrize(
    "body", [b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:zz\nEND:VEVENT"]
)
def test_a_broken_calendar_has_no_draft_and_is_no_error(body: bytes) -> None:
    assert reading_of(page_of(body, "text/calendar")).drafts == ()


def test_a_calendar_goes_on_until_its_rule_ends() -> None:
    event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20200107T100000Z\nRRULE:FREQ=WEEKLY{}\nEND:VEVENT\n"
    event += "END:VCALENDAR"
    going, ended = (page_of(event.format(end), "text/calendar") for end in ("", ";UNTIL=20210101T000000Z"))
    assert len(reading_of(going).drafts) == 1
    assert reading_of(ended).drafts == ()
    later = replace(ended, fetched_at=datetime(2020, 6, 1, tzinfo=UTC))
    assert len(reading_of(later).drafts) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'to = "tidier.brief_name"',
            'to = "tidier.nmae"',
            "to: found 'tidier.nmae', expected one of tidier.brief_name",
        ),
        ('phone = "phone"', 'phone = "fon"', "means.phone: found 'fon', expected one of in_person_group"),
        ("pair = ", "piar = ", "piar"),
    ],
)
def test_a_fault_in_the_data_file_is_told_with_its_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    shutil.copy(ROOT / "data" / "structure.toml", tmp_path)
    path = tmp_path / "structure.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ConfigError) as refused:
        read_structure(tmp_path)
    assert says in str(refused.value)
    assert "structure.toml" in str(refused.value)
