"""What is collected for a service: each fact with its quote, contradictions shown, mojibake mended."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from extract.facts.collect import CLASH, collect_facts
from extract.facts.languages import find_languages
from extract.facts.parts import Part
from extract.facts.place import find_addresses, find_websites
from extract.facts.provider import find_charity_number, find_provider, find_provider_kind
from extract.facts.terms import find_ruled
from extract.mojibake import mend
from register.codes.codebook import Codebook
from register.codes.facts import FACTS
from register.codes.values import check_value
from register.codes.vocabulary import PassageKind, Status
from register.grounding import ungrounded
from register.models import DraftField, Page, Passage

LINES = (
    "Every Tuesday, 10am to 12 noon, term time only. Each session lasts 2 hours; a course of 6 sessions.",
    "£3.50 per session. A maximum of 12 people. From 7 May to 11 June.",
    "Otter Hall, 4 Weir Lane, Otterby, TR9 9AA. www.Otter.example.org/tea, call 01632 960117, jo@otter.example.org",
    "Wheelchair accessible with a hearing loop. Our volunteers speak Urdu and Polish.",
    "Run by Otterby Friends, a registered charity (no. 1123456), for people aged 50 and over. Refer yourself.",
)


def collect(*lines: str, labels: Mapping[int, str] = MappingProxyType({})) -> tuple[str, dict[str, DraftField]]:
    text = " ".join(lines)
    at, passages = 0, []
    for line in lines:
        passages.append(Passage(start=at, end=at + len(line), kind=PassageKind.PARAGRAPH))
        at += len(line) + 1
    page = Page(
        url="https://o.example/",
        locality="",
        title="",
        text=text,
        passages=tuple(passages),
        fetched_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    fields = collect_facts(page, [Part.read(page, p.start, p.end, labels.get(n, "")) for n, p in enumerate(passages)])
    assert ungrounded(text, fields) == ()
    assert [f.name for f in fields] == [f"fact.{fact.name}" for fact in FACTS]
    return text, {f.name.removeprefix("fact."): f for f in fields}


def test_every_fact_of_the_vocabulary_is_found_with_a_value_that_it_may_hold() -> None:
    _, fields = collect(*LINES)
    assert {name for name, f in fields.items() if f.status is not Status.REPORTED} == {"age_max"}
    for name, field in fields.items():
        if field.status is Status.REPORTED:
            check_value(f"fact.{name}", field.value, codebook=Codebook(codes=()))
    told = {name: field.value for name, field in fields.items()}
    assert told["recurrence"] == ("FREQ=WEEKLY;BYDAY=TU",)
    assert told["dates"] == ("2026-05-07", "2026-06-11")
    assert told["seasons"] == ("term_time_only",)
    assert told["addresses"] == ("Otter Hall, 4 Weir Lane, Otterby, TR9 9AA",)
    assert told["languages"] == ("urdu", "polish")
    assert (told["provider"], told["provider_kind"], told["charity_number"]) == (
        "Otterby Friends",
        "charity",
        "1123456",
    )


def test_nothing_is_found_where_nothing_is_said() -> None:
    _, fields = collect("We are glad that you are here.")
    assert {f.status for f in fields.values()} == {Status.NOT_REPORTED}


@pytest.mark.parametrize(
    ("lines", "fact", "values"),
    [
        (("Tuesdays 10am-12", "Tuesdays 10.30am-12.30pm"), "times", ("10:00-12:00", "10:30-12:30")),
        (("It costs £3.", "Please bring £5 in cash."), "prices", ("£3.00", "£5.00")),
        (
            ("Every Tuesday", "First Tuesday of the month"),
            "recurrence",
            ("FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=1TU"),
        ),
        (("A course of 6 sessions", "You have up to 8 sessions"), "sessions", ("6", "8")),
    ],
)
def test_contradictions_are_shown_and_make_the_field_unsure(
    lines: tuple[str, ...], fact: str, values: tuple[str]
) -> None:
    _, fields = collect(*lines)
    assert (fields[fact].value, fields[fact].score) == (values, CLASH)
    assert {e.supports for e in fields[fact].evidence} == set(values)


@pytest.mark.parametrize(
    ("lines", "fact"),
    [
        (("Tuesdays 10am-12", "Thursdays 10.30am-12.30pm"), "times"),
        (("£5, £3 for members",), "prices"),
        (("Every Tuesday", "First Thursday of the month"), "recurrence"),
    ],
)
def test_values_that_stand_beside_each_other_are_no_contradiction(lines: tuple[str, ...], fact: str) -> None:
    _, fields = collect(*lines)
    assert len(fields[fact].value or ()) == 2
    assert fields[fact].score > CLASH


def test_two_frequencies_show_both_quotes() -> None:
    _, fields = collect("The group meets weekly.", "We meet fortnightly.")
    assert [e.quote for e in fields["frequency"].evidence] == ["fortnightly", "weekly"]
    assert fields["frequency"].score == CLASH


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Â£3 â€“ CafÃ©", "£3 – Café"),
        ("isnâ€™t", "isn’t"),
        ("CAFÉ’S £3 – naïve", "CAFÉ’S £3 – naïve"),
        ("plain", "plain"),
    ],
)
def test_mojibake_is_mended_and_keeps_its_places(text: str, meant: str) -> None:
    mended, places = mend(text)
    assert mended == meant
    assert len(places) == len(mended) + 1
    assert places[-1] == len(text)


def test_a_price_in_mojibake_is_read_and_quoted_as_it_stands() -> None:
    _, fields = collect("Entry: Â£3.50 on the door, 10amâ€“12pm")
    assert fields["prices"].value == ("£3.50",)
    assert fields["prices"].evidence[0].quote == "Â£3.50"
    assert fields["times"].value == ("10:00-12:00",)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("term time only", {"term_time_only"}),
        ("all year, term time and school holidays", set()),
        ("no sessions on bank holidays", {"not_bank_holidays"}),
        ("from April to September", {"seasonal"}),
    ],
)
def test_seasons(text: str, values: set[str]) -> None:
    assert {f.value for f in find_ruled("seasons", text)} == values


def test_what_is_not_accessible_is_left_out() -> None:
    assert {f.value for f in find_ruled("accessibility", "Step-free with a disabled toilet")} == {
        "wheelchair_access",
        "accessible_toilet",
    }
    assert list(find_ruled("accessibility", "Sorry, there is no wheelchair access")) == []


def test_a_language_must_be_spoken() -> None:
    assert list(find_languages("French conversation over Turkish coffee")) == []
    assert [f.value for f in find_languages("Arabic, Somali", label="Languages")] == ["arabic", "somali"]
    assert [f.value for f in find_languages("interpreters in Polish and BSL")] == ["polish", "british_sign_language"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Venue: Weir Barn, Station Road, Otterby TR99 3QQ.", "Weir Barn, Station Road, Otterby TR99 3QQ"),
        ("Find us on 14-16 High Street.", "14-16 High Street"),
        ("A walk of 20 minutes", None),
        ("15 Aug 2025 Weir St Marys", None),
        ("Saturday 5 September, 12 High Street", "12 High Street"),
        ("in May 1990 High Street", None),
        ("at 1990 High Street", "1990 High Street"),
        ("12, Weir Lane, Otterby. TR99 3QQ", "12, Weir Lane, Otterby. TR99 3QQ"),
        ("We are in Otterby. Come to Mill Road, Weir. TR99 3QQ", "Mill Road, Weir. TR99 3QQ"),
        ("63 -65 Mill St Otterby TR99 3QQ", "63 -65 Mill St Otterby TR99 3QQ"),
        ("51 to 53, Mill Lane, Otterby TR99 3QQ", "51 to 53, Mill Lane, Otterby TR99 3QQ"),
        ("open 10 to 12 in Mill Hall, Otterby TR99 3QQ", "Mill Hall, Otterby TR99 3QQ"),
    ],
)
def test_addresses(text: str, value: str | None) -> None:
    assert [f.value for f in find_addresses(text)] == ([value] if value else [])


def test_web_addresses_end_where_they_end() -> None:
    assert [f.value for f in find_websites("see www.Otter.org.uk/Tea. (or https://x.example.com/)")] == [
        "www.otter.org.uk/Tea",
        "x.example.com",
    ]
    assert list(find_websites("jo@otter.org.uk or jo (at) otter.org.uk")) == []


def test_the_age_of_a_label_goes_before_that_of_its_providers_story() -> None:
    _, fields = collect("Otter House is open to all young people aged 8-21.", "12 - 19", labels={1: "Age"})
    assert (fields["age_min"].value, fields["age_max"].value) == (12, 19)
    assert fields["age_min"].score == CLASH


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Meet at The Bank, 2 Castle Street, Otterby, TR9 9AA", "The Bank, 2 Castle Street, Otterby, TR9 9AA"),
        ("In the Bank, 2 Castle Street, Otterby, TR9 9AA", "Bank, 2 Castle Street, Otterby, TR9 9AA"),
        ("At Otter Hall, Castle Street, Otterby, TR9 9AA", "Otter Hall, Castle Street, Otterby, TR9 9AA"),
    ],
)
def test_an_address_keeps_the_article_of_a_name(text: str, address: str) -> None:
    assert [f.value for f in find_addresses(text) if f.rule == "address.postcode"] == [address]


@pytest.mark.parametrize(
    "lines",
    [
        ["12 High Street, or " * 5000],
        ["".join(f"{n % 28 + 1}.{n % 12 + 1}.20{n % 8 + 20}, " for n in range(3000)), *["Monday 3 May"] * 3000],
    ],
    ids=["streets", "dates"],
)
def test_what_nobody_wrote_takes_seconds_at_most(lines: list[str]) -> None:
    began = time.perf_counter()
    collect(*lines)
    assert time.perf_counter() - began < 5


def test_provider_by_words_and_by_label() -> None:
    assert [f.value for f in find_provider("It is run by Weir Park Friends and volunteers.")] == ["Weir Park Friends"]
    assert [f.value for f in find_provider("Otterby Parish", label="Provider")] == ["Otterby Parish"]
    assert [f.value for f in find_provider("Organised by Weir Barn", label="Organiser")] == ["Weir Barn"]
    assert list(find_provider("run by volunteers on Mondays")) == []
    assert list(find_provider("Organised by Local ward councillors")) == []
    assert [f.value for f in find_provider("This event is organised by The Bank")] == ["The Bank"]
    assert [f.value for f in find_provider("It is run by the Weir Park Friends.")] == ["Weir Park Friends"]
    assert [f.value for f in find_provider("Organised by Songs in Our Hands")] == ["Songs in Our Hands"]
    assert [f.value for f in find_provider_kind("Otterby Parish Church", named=True)] == ["faith"]
    assert [f.value for f in find_provider_kind("We are a community interest company")] == ["cic"]


def test_charity_numbers_have_the_form_of_a_register() -> None:
    assert [f.value for f in find_charity_number("Registered charity no. 1123456")] == ["1123456"]
    assert [f.value for f in find_charity_number("charity in Scotland SC012345")] == ["SC012345"]
    assert list(find_charity_number("charity number 12, company number 7234567")) == []


def test_welsh_words_of_time_and_terms_are_read() -> None:
    _, fields = collect("Clwb te bob dydd Mawrth, 10yb - 12yp, am ddim. Galw heibio!")
    told = {name: fields[name].value for name in ("weekdays", "times", "frequency", "cost", "delivery_mode")}
    assert told == {
        "weekdays": ("tue",),
        "times": ("10:00-12:00",),
        "frequency": "weekly",
        "cost": "free",
        "delivery_mode": ("drop_in", "in_person_group"),
    }
