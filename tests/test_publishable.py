"""What is published of a record: nothing private of a person, whatever the format, unless a person decided so."""

from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.codes.vocabulary import Status
from register.formats import write
from register.models import Evidence, RecordField, ServiceRecord, Value
from register.public.privacy import Discretion, PrivateKind, plain_form, read_discretion
from register.publishing.publishable import make_publishable, publishable_records
from tests.editions import edition_of

DATA = Path(__file__).parent.parent / "data"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
RULES = read_discretion(DATA)


@pytest.fixture(scope="module")
def discretion() -> Discretion:
    return RULES


def field(name: str, value: Value, *quotes: tuple[str, str]) -> RecordField:
    evidence = tuple(Evidence(quote=q, start=0, end=len(q), rule="test", supports=s) for q, s in quotes)
    return RecordField(
        name=name,
        status=Status.REPORTED,
        value=value,
        evidence=evidence,
        fetched_at=NOW,
        changed_at=NOW,
        verified_at=NOW,
        verified_by="ada",
    )


def record(*fields: RecordField, name: str = "Potting Shed Pals") -> ServiceRecord:
    return ServiceRecord(
        id="tm-shed",
        locality="fenmarsh",
        gss_code="E06000063",
        name=name,
        page_url="https://shed.example/",
        fields=fields,
        fetched_at=NOW,
        changed_at=NOW,
        verified_at=NOW,
    )


def test_a_mobile_is_dropped_with_its_evidence_and_the_service_s_own_number_stays(discretion: Discretion) -> None:
    words = "Ring 01632 960101 or 07700 900123"
    phones = field("fact.phones", ("01632 960101", "07700 900123"), (words, "01632 960101"), (words, "07700 900123"))
    told = make_publishable(record(phones), discretion)
    assert told.record.fields[0].value == ("01632 960101",)
    assert [e.quote for e in told.record.fields[0].evidence] == ["Ring 01632 960101 or [mobile number left out]"]
    assert {(one.field, one.kind) for one in told.left_out} == {("fact.phones", PrivateKind.MOBILE)}


def test_a_field_of_which_nothing_remains_is_withheld_and_not_told_as_an_absence(discretion: Discretion) -> None:
    email = field("fact.emails", ("jane.brook@mail.example",), ("jane.brook@mail.example", "jane.brook@mail.example"))
    (shown,) = make_publishable(record(email), discretion).record.fields
    assert (shown.status, shown.value, shown.evidence) == (Status.WITHHELD, None, ())


def test_who_verified_it_is_not_published(discretion: Discretion) -> None:
    (shown,) = make_publishable(record(field("fact.cost", "free", ("Free", ""))), discretion).record.fields
    assert shown.verified_by == ""


@pytest.mark.parametrize(
    "words",
    [
        "Contact Jane Brook, 12 Mill Lane, Fenmarsh ZZ99 4AB",
        "We meet in a member's home at 12 Mill Lane, Fenmarsh ZZ99 4AB.",
    ],
)
def test_a_home_is_left_out_of_the_words_and_of_the_facts(discretion: Discretion, words: str) -> None:
    told = make_publishable(
        record(
            field("tidier.where", words, (words, "")),
            field("fact.addresses", ("12 Mill Lane",), (words, "12 Mill Lane")),
            field("fact.postcodes", ("ZZ99 4AB",), (words, "ZZ99 4AB")),
        ),
        discretion,
    )
    shown = repr(told.record)
    assert "Mill Lane" not in shown
    assert "ZZ99" not in shown
    assert [one.status for one in told.record.fields[1:]] == [Status.WITHHELD, Status.WITHHELD]


def test_a_hall_s_address_stays(discretion: Discretion) -> None:
    words = "We meet at the Old Hall, 12 Mill Lane, Fenmarsh. Contact Jane Brook."
    told = make_publishable(record(field("tidier.where", words, (words, ""))), discretion)
    assert "12 Mill Lane" in str(told.record.fields[0].value)
    assert "Jane" not in repr(told.record)


def test_a_place_that_must_not_be_known_is_in_no_field(discretion: Discretion) -> None:
    words = "The safe house is at Elm Court, 3 Elm Road ZZ99 4AB"
    told = make_publishable(
        record(field("tidier.where", words, (words, "")), field("tidier.how", words, (words, ""))), discretion
    )
    assert told.hides_place
    assert "ZZ99" not in repr(told.record)
    assert "Elm Road" not in repr(told.record)


def test_a_record_that_is_named_as_a_person_loses_the_name_and_one_that_may_be_a_title_keeps_it(
    discretion: Discretion,
) -> None:
    assert make_publishable(record(name="Jane Brook"), discretion).record.name == "[name left out]"
    assert make_publishable(record(name="Daisy Chain"), discretion).record.name == "Daisy Chain"


def test_what_a_person_allowed_is_published_however_it_is_spelt(discretion: Discretion) -> None:
    allowed = frozenset({plain_form("07700900123"), plain_form("Jane Brook")})
    words = "Contact Jane  Brook on +44 7700 900123 or 07700 900999"
    told = make_publishable(
        record(
            field("tidier.how", words, (words, "")),
            field("fact.phones", ("+44 7700 900123", "07700 900999"), (words, "")),
        ),
        discretion,
        allowed=allowed,
    )
    assert told.record.fields[0].value == "Contact Jane  Brook on +44 7700 900123 or [mobile number left out]"
    assert told.record.fields[1].value == ("+44 7700 900123",)


FORENAMES = st.sampled_from(sorted(name.capitalize() for name, word in RULES.forenames.items() if not word))
SURNAMES = st.sampled_from(["Smith", "Okafor", "Patel", "Brook", "O’Neill", "Kaur-Singh", "Nowak"])
SPACES = st.sampled_from(["", " ", "-", " - ", ".", "  "])
MOBILES = st.builds(
    lambda begin, a, b, apart, digits: f"{begin}7{a}{apart}{b}{apart}{digits}",
    st.sampled_from(["0", "+44 ", "+44(0)", "0044 "]),
    st.integers(0, 999).map("{:03}".format),
    st.integers(0, 999).map("{:03}".format),
    SPACES,
    st.integers(0, 999).map("{:03}".format),
)
FRAMES = st.sampled_from(
    [
        "Contact {} for more.",
        "{} will tell you",
        "Call us ({}).",
        "Anna’s group: {}; all welcome",
        "The café is run by volunteers. Ring or write: {}",
    ]
)


@settings(max_examples=60, deadline=None)
@given(FRAMES, MOBILES, FORENAMES, SURNAMES, st.sampled_from(["tidier.how", "tidier.where", "tidier.who_provided"]))
def test_no_mobile_and_no_personal_address_of_a_person_passes(
    frame: str, mobile: str, forename: str, surname: str, name: str
) -> None:
    email = f"{forename}.{surname}@mail.example".lower().replace("’", "")
    for value, fact in ((mobile, "fact.phones"), (email, "fact.emails"), (f"{forename} {surname}", "fact.provider")):
        words = frame.format(value)
        told = make_publishable(
            record(
                field(name, words, (words, "")),
                field(fact, (value,) if fact != "fact.provider" else value, (words, value)),
            ),
            RULES,
        )
        assert value not in repr(told.record), words
        assert told.left_out


def test_a_name_that_the_record_tells_of_once_is_left_out_wherever_it_stands(discretion: Discretion) -> None:
    told = make_publishable(
        record(
            field("tidier.how", "Run by Xanthippe Quill on Fridays", ("Run by Xanthippe Quill on Fridays", "")),
            field("tidier.who_provided", "Xanthippe Quill", ("XANTHIPPE QUILL", "")),
        ),
        discretion,
    )
    assert "quill" not in repr(told.record).lower()
    assert told.record.fields[1].value == "[name left out]"


def test_a_personal_address_gives_its_owner_s_name_away(discretion: Discretion) -> None:
    mail = "xanthippe.quill@mail.example"
    told = make_publishable(
        record(
            field("fact.emails", (mail, "info@shed.example"), (mail, mail)),
            field("tidier.who_provided", "Xanthippe Quill and friends", ("Xanthippe Quill and friends", "")),
        ),
        discretion,
    )
    assert "quill" not in repr(told.record).lower()
    assert told.record.fields[0].value == ("info@shed.example",)


def test_no_file_of_any_format_holds_what_is_private(tmp_path: Path) -> None:
    """Every format, unpacked: whatever a format adds, it is made from records that hold nothing private."""
    mail, mobile, name = "xanthippe.quill@mail.example", "07700 900123", "Xanthippe Quill"
    words = f"Run by {name} from her home at 12 Mill Lane, ZZ99 4AB. Ring {mobile} or write to {mail}."
    private = record(
        field("tidier.how", words, (words, "")),
        field("tidier.who_provided", name, (name, "")),
        field("fact.phones", (mobile, "01632 960101"), (words, mobile)),
        field("fact.emails", (mail, "info@shed.example"), (words, mail)),
        field("fact.addresses", ("12 Mill Lane",), (words, "12 Mill Lane")),
        field("fact.postcodes", ("ZZ99 4AB",), (words, "ZZ99 4AB")),
        field("fact.provider", "Jane Brook", ("Jane Brook", "")),
    )
    shown, counted = publishable_records([private], RULES, {})
    write(edition_of(shown), tmp_path)
    bodies = [(path.name, path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()]
    for path in tmp_path.rglob("*.xlsx"):
        with ZipFile(path) as packed:
            bodies += [(f"{path.name}/{part}", packed.read(part)) for part in packed.namelist()]
    assert {name for name, _ in bodies} >= {"records.csv", "records.json", "services.xlsx", "dataset.db"}
    assert any(b"01632 960101" in body for _, body in bodies), "the test looks in the right place"
    for file, body in bodies:
        for value in ("quill", "900123", "900 123", "mill lane", "zz99", "jane brook"):
            assert value.encode() not in body.lower(), f"{file}: {value}"
    assert {kind for _, kind, _ in counted} == {"name", "mobile number", "e-mail address", "home address"}
