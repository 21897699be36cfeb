"""Facts: the table of spellings of times, and contacts, schedules and terms."""

import pytest

from extract.facts.contact import find_emails, find_phones, find_postcodes
from extract.facts.schedule import find_frequency, find_weekdays
from extract.facts.terms import find_ages, find_cost, find_delivery, find_referral
from extract.facts.times import find_times

TIMES = [
    ("10am - 12noon", "10:00-12:00"),
    ("7.30pm", "19:30"),
    ("130pm-330pm", "13:30-15:30"),
    ("10-11.30am", "10:00-11:30"),
    ("midday", "12:00"),
    ("9.30am to 4.30pm", "09:30-16:30"),
    ("10:00 - 12:00", "10:00-12:00"),
    ("2 – 4pm", "14:00-16:00"),
    ("11-1pm", "11:00-13:00"),
    ("10am - 12", "10:00-12:00"),
    ("1.00pm - 3.00pm", "13:00-15:00"),
    ("10am until 12 midday", "10:00-12:00"),
    ("Mon 10-12", "10:00-12:00"),
    ("Friday 10.30 - 12.30", "10:30-12:30"),
    ("7 - 9 pm", "19:00-21:00"),
    ("7pm", "19:00"),
    ("6 p.m. to 8 p.m.", "18:00-20:00"),
    ("8am–6.30pm", "08:00-18:30"),
    ("12-2pm", "12:00-14:00"),
    ("12noon to 2pm", "12:00-14:00"),
    ("between 10 am and 12 midday", "10:00-12:00"),
    ("at 7.30", "19:30"),
    ("doors 6:30", "18:30"),
    ("14.00 - 16.00", "14:00-16:00"),
    ("10 a.m. - 12 noon", "10:00-12:00"),
    ("1:30-3:30pm", "13:30-15:30"),
    ("10.00am-12.00noon", "10:00-12:00"),
    ("Tuesday 5.30-7", "17:30-19:00"),
    ("2pm", "14:00"),
    ("11am", "11:00"),
    ("12 midnight", "00:00"),
    ("9:30am", "09:30"),
    ("18:00 - 21:30", "18:00-21:30"),
    ("Sunday 10.30am - 2pm", "10:30-14:00"),
    ("10am-1", "10:00-13:00"),
    ("11.30am-1.30pm", "11:30-13:30"),
    ("7pm till 9pm", "19:00-21:00"),
    ("3-4pm", "15:00-16:00"),
    ("09.00 – 21.00", "09:00-21:00"),
    ("12.30pm", "12:30"),
    ("Thursdays 1-3", "13:00-15:00"),
    ("10 - 12 noon", "10:00-12:00"),
    ("7 to 8.30pm", "19:00-20:30"),
    ("noon to 3", "12:00-15:00"),
    ("at 10 o'clock", "10:00"),
    ("8am until midnight", "08:00-00:00"),
    ("Tea with Mark 10:30-11:30", "10:30-11:30"),
    ("with John 7:30pm", "19:30"),
    ("Thursday 2 July 2026, 09:30 - Friday 3 July 2026, 15:30", "09:30-15:30"),
]
NO_TIMES = [
    "ages 10-12",
    "for ages 0-4 and their adults",
    "the deadline for entries is 8pm",
    "Bookings close on Friday at midday",
    "£3.50",
    "01706 664 360",
    "young people of 11-16",
    "version 2.0",
    "30 minutes",
    "room 3-4",
    "as John 3:16 has it",
    "Ps 19:7-11; 32:1-2, 51:3",
    "1Cor 15:20-25; Mt 5:3",
]


@pytest.mark.parametrize(("text", "value"), TIMES)
def test_a_time_has_one_normal_form(text: str, value: str) -> None:
    assert [found.value for found in find_times(text)] == [value]


@pytest.mark.parametrize(
    ("label", "values"),
    [("Time", ["10:00-12:00"]), ("Opening hours:", ["10:00-12:00"]), ("Age", []), ("Room", []), ("", [])],
)
def test_a_bare_range_is_of_time_under_a_label_of_time(label: str, values: list[str]) -> None:
    assert [found.value for found in find_times("10-12", label=label)] == values


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time(text: str) -> None:
    assert list(find_times(text)) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Call 116 123", ["116 123"]),
        ("(01632) 960117 or 07700 900461", ["(01632) 960117", "07700 900461"]),
        ("Tel:0161 496 0021/0161 496 0022", ["0161 496 0021", "0161 496 0022"]),
        ("text LAMP to 85999", ["85999"]),
        ("Fax: 01632 960118", []),
        ("company no. 03848228", []),
    ],
)
def test_telephones(text: str, values: list[str]) -> None:
    assert [found.value for found in find_phones(text)] == values


def test_emails_also_those_that_hide() -> None:
    text = "name at domain dot org; jo [at] x.org.uk; A.b@c.co.uk. meet at home.com"
    assert {found.value for found in find_emails(text)} == {"name@domain.org", "jo@x.org.uk", "A.b@c.co.uk"}


def test_postcodes_of_areas_that_exist() -> None:
    assert [f.value for f in find_postcodes("LS99 9ZZ, and QQ1 1AA is none")] == ["LS99 9ZZ"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday to Thursday", {"mon", "tue", "wed", "thu"}),
        ("Tues & Weds", {"tue", "wed"}),
        ("Mon to Fri 8am, Sat / Sun Closed.", {"mon", "tue", "wed", "thu", "fri"}),
        ("we sat in the sun", set()),
        ("weekdays only", {"mon", "tue", "wed", "thu", "fri"}),
        ("closed on Good Friday and Easter Monday", set()),
        ("see you this weekend", set()),
        ("Bookings will close each week on a Friday", set()),
        ("Book your place by noon on Wednesday. We meet on Friday.", {"fri"}),
        ("Book by calling us: Mondays at 10", {"mon"}),
    ],
)
def test_weekdays(text: str, days: set[str]) -> None:
    assert {found.value for found in find_weekdays(text)} == days


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1st and 3rd Thursday", "fortnightly"),
        ("every other Friday", "fortnightly"),
        ("First Tuesday of the month", "monthly"),
        ("every Tuesday", "weekly"),
        ("Mondays at two", "weekly"),
        ("Saturday 4 June 2026", "one_off"),
        ("open daily", "daily"),
        ("24/7", "ongoing"),
        ("four times a year", "other"),
        ("Saturdays, every few months", "other"),
        ("Every Wed 5.30 til 7pm, 1st Mon each month 5.45 til 7.15pm", "weekly"),
        ("Weekly Sunday 12:00, and monthly tournaments", "weekly"),
        ("Every Monday, fortnightly", "fortnightly"),
        ("£9 monthly. Mondays at two", "weekly"),
        ("£15 per week. First Tuesday of the month", "monthly"),
    ],
)
def test_frequency(text: str, value: str) -> None:
    found = find_frequency(text, days=1, spanned=False, times=1, label=False)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Free of charge", "free"),
        ("£3 a class", "paid"),
        ("Suggested donation £2", "donation"),
        ("Members £2, free entry for carers", "mixed"),
        ("gluten free cake", None),
        ("we raised £400", None),
    ],
)
def test_cost(text: str, value: str | None) -> None:
    found = find_cost(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("for 14 to 19 year olds", {"age_min": 14, "age_max": 19}),
        ("people aged 50+", {"age_min": 50}),
        ("under 25s", {"age_max": 25}),
        ("under 11s must be with an adult", {}),
        ("for children under 5 years", {"age_max": 5}),
        ("coaching for up to 1 year after you open your stall", {}),
        ("visits for up to 2 years following a fall", {}),
        ("spread the cost over 12 months", {}),
        ("a mentor for up to 3 years of your course", {}),
        ("over 200 members", {}),
    ],
)
def test_ages(text: str, ages: dict[str, int]) -> None:
    assert {name: found.value for name, found in find_ages(text)} == ages


def test_bare_numbers_are_years_under_a_label_of_age() -> None:
    assert {n: f.value for n, f in find_ages("14 - 20", labelled=True)} == {"age_min": 14, "age_max": 20}
    assert list(find_ages("14 - 20")) == []


def test_delivery_and_referral() -> None:
    assert {f.value for f in find_delivery("A weekly group on Zoom; or just turn up")} == {
        "in_person_group",
        "online",
        "drop_in",
    }
    assert {f.value for f in find_referral("Refer yourself or ask your GP for a referral")} >= {"self", "gp"}


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("By appointment only. No drop in facility.", set()),
        ("Book online or by phone", set()),
        ("The course is held online", {"in_person_group", "online"}),
        ("Contact us via telephone or letter", set()),
        ("We offer telephone befriending", {"phone"}),
        ("Health and social care for all", set()),
        ("A world class museum, of course", set()),
        ("One-to-one sessions with a coach", {"in_person_one_to_one"}),
        ("Drop in to ask for a form", set()),
        ("Drop in between 10 and 12", {"drop_in"}),
        ("For the age group 12 to 15", set()),
    ],
)
def test_how_to_get_in_touch_is_not_how_it_is_delivered(text: str, modes: set[str]) -> None:
    assert {found.value for found in find_delivery(text)} == modes


@pytest.mark.parametrize(
    ("text", "routes"),
    [
        ("The sessions bring a rare chance to dance", set()),
        ("a place to call your own", set()),
        ("Join our mailing list", set()),
        ("Those who have lost contact with home", set()),
        ("We visit people every month", set()),
        ("Enquire about the lunch club", {"self"}),
        ("Hospital staff accept referrals on your behalf", {"professional", "anyone"}),
    ],
)
def test_a_request_to_the_reader_is_a_self_referral(text: str, routes: set[str]) -> None:
    assert {found.value for found in find_referral(text)} == routes


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Children between 14 - 18 years must bring an adult", {"age_min": 14}),
        ("a play area for under 3s", {}),
        ("Half price for those aged 60 or over with a concession card", {}),
    ],
)
def test_ages_of_an_aside(text: str, ages: dict[str, int]) -> None:
    assert {name: found.value for name, found in find_ages(text)} == ages


@pytest.mark.parametrize(
    "text", ["Parking is free", "a snack at no cost", "to build affordable homes", "a bridge of £1.5 million"]
)
def test_money_of_other_things(text: str) -> None:
    assert find_cost(text) is None
