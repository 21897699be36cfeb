"""Recurrence as rules of RFC 5545, dates with their year, lengths, counts, prices."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr

from extract.facts.amounts import find_capacity, find_durations, find_prices, find_sessions
from extract.facts.dates import DateReader, find_dates
from extract.facts.recurrence import find_recurrence

RULES = [
    ("1st and 3rd Thursday of the month", ["FREQ=MONTHLY;BYDAY=1TH,3TH"]),
    ("every other Tuesday", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]),
    ("fortnightly on Mondays", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"]),
    ("every second Wednesday", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"]),
    ("every second Wednesday of the month", ["FREQ=MONTHLY;BYDAY=2WE"]),
    ("last Friday of the month", ["FREQ=MONTHLY;BYDAY=-1FR"]),
    ("2nd & 4th Monday and 1st Tuesday", ["FREQ=MONTHLY;BYDAY=2MO,4MO,1TU"]),
    ("Mondays and Wednesdays 10-12", ["FREQ=WEEKLY;BYDAY=MO,WE"]),
    ("Mon - Fri 9-5, Sat 10-12", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA"]),
    ("every three weeks on Friday", ["FREQ=WEEKLY;INTERVAL=3;BYDAY=FR"]),
    ("Tuesday 10am", ["FREQ=WEEKLY;BYDAY=TU"]),
    ("Monthly on a Tuesday", ["FREQ=MONTHLY"]),
    ("weekly (except on the last Sunday of the month)", ["FREQ=WEEKLY"]),
    ("open daily", ["FREQ=DAILY"]),
    ("a quarterly supper", ["FREQ=MONTHLY;INTERVAL=3"]),
    ("Tuesday 3 June 2025, 10am", []),
    ("closed on Sundays", []),
    ("Saturdays, every few months", []),
    ("Good Friday", []),
    ("our weekly newsletter", []),
    ("8am til 8pm weekdays, 9am to 5pm weekends", ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA,SU"]),
    ("Closed weekends", []),
    ("The line is open every day from noon", ["FREQ=DAILY"]),
    ("Our values, which we live by every day", []),
    ("A summer trip is held each year", ["FREQ=YEARLY"]),
    ("£2 million of grants each year", []),
    ("£9 monthly or £95 annually", []),
    ("Pay it off in weekly payments", []),
]


@pytest.mark.parametrize(("text", "rules"), RULES)
def test_recurrence_is_a_rule_of_the_calendar_standard(text: str, rules: list[str]) -> None:
    assert [found.value for found in find_recurrence(text)] == rules
    for rule in rules:
        assert rrulestr(rule, dtstart=datetime(2026, 1, 1)).after(datetime(2026, 1, 2))  # noqa: DTZ001 (no zone here)


DATES = [
    ("Saturday 7th June", ["2025-06-07"]),
    ("12 March - 4 April 2025", ["2025-03-12", "2025-04-04"]),
    ("6, 13 and 20 May", ["2025-05-06", "2025-05-13", "2025-05-20"]),
    ("7 June '25", ["2025-06-07"]),
    ("20.07.25", ["2025-07-20"]),
    ("June 14, 2026", ["2026-06-14"]),
    ("10 January", ["2025-01-10"]),
    ("10 November", ["2025-11-10"]),
    ("Friday 10 January", ["2025-01-10"]),
    ("Saturday 10 January", ["2026-01-10"]),
    ("Wednesday 29 February", []),
    ("31 April", []),
    ("May 10am", []),
    ("Next meeting Tues, Mar. 11th at the Weir", ["2025-03-11"]),
    ("£3.50", []),
]


@pytest.mark.parametrize(("text", "days"), DATES)
def test_a_date_without_its_year_takes_it_from_weekday_and_page(text: str, days: list[str]) -> None:
    assert [found.value for found in find_dates(text, today=date(2025, 3, 1))] == days


def test_the_year_follows_the_page_not_today() -> None:
    assert [f.value for f in find_dates("Saturday 7th June", today=date(2014, 5, 1))] == ["2014-06-07"]


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("Written 29 Jun 2023", "Messy tea on Saturday 22nd July"), ["2023-07-22"]),
        (("2023-03-30", "April's meeting is on Wednesday April 12th"), ["2023-03-30", "2023-04-12"]),
        (("2023-03-30", "The next one is on 5 May"), ["2023-03-30", "2023-05-05"]),
        (("Sewing - 7th June start", "7-11th June 2021"), ["2021-06-07", "2021-06-11"]),
        (("First on 6 May 2025", "then on 13 May and 4 June"), ["2025-05-06", "2025-05-13", "2025-06-04"]),
        # what was looked through years ago says nothing of what is to come
        (("Reviewed on 3 March 2022", "Closed on 25 December"), ["2025-12-25"]),
        (("Reviewed on 3 March 2022", "Next walk: Saturday 10 January"), ["2026-01-10"]),
        # history
        (("Founded on 12 May 1998", "Open day on 12 May"), ["2026-05-12"]),
        # a weekday tells the year, and lends it
        (("Written 30 Nov 2023", "Carols: Sun 17th Dec", "On Christmas Day, 25th Dec"), ["2023-12-17", "2023-12-25"]),
        (("Copyright 1 January 1920", "Sunday 11 January"), ["2026-01-11"]),
        # nobody announces a day without its year two years before
        (("Carols by lantern light 2021", "on Sunday 19th December"), ["2021-12-19"]),
    ],
)
def test_a_date_without_its_year_takes_it_from_dates_that_the_text_states(
    texts: tuple[str, ...], days: list[str]
) -> None:
    dates = DateReader.of(texts, today=date(2026, 1, 6))
    found = [one.value for text in texts for one in dates.find(text)]
    assert list(dict.fromkeys(found)) == days


DATES_OF_OTHER_THINGS = [
    "Page last updated: Friday, 31 January 2025",
    "Last reviewed 3 March 2025",
    "Posted by Admin on 5 May 2025",
    "Published: 2025-05-05",
    "Running since 4 April 2021",
    "The centre was started on 28th of September 1998, without any money",
    "A charity registered in England on 1 June 2009",
]


@pytest.mark.parametrize("text", DATES_OF_OTHER_THINGS)
def test_a_date_of_the_page_or_of_its_history_is_none_of_the_service(text: str) -> None:
    assert list(find_dates(text, today=date(2026, 1, 6))) == []


@pytest.mark.parametrize(
    "text",
    ["The course starts on 5 May 2026", "It began on 5 January 2026 and runs till May", "Review day: 5 May 2026"],
)
def test_a_date_of_a_course_is_its_own(text: str) -> None:
    assert list(find_dates(text, today=date(2026, 1, 6)))


def test_a_date_under_a_label_of_the_page_is_the_page_s() -> None:
    dates = DateReader.of(["5 May 2026"], today=date(2026, 1, 6))
    assert list(dates.find("5 May 2026", label="Date"))
    assert not list(dates.find("5 May 2026", label="Last updated"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Each session lasts 90 minutes", "PT1H30M"),
        ("one and a half hours", "PT1H30M"),
        ("lasts 1 hour 30 minutes", "PT1H30M"),
        ("a six week course", "P6W"),
        ("half hour slots", "PT30M"),
        ("support for up to 6 months", "P6M"),
        ("a five minute walk", None),
        ("24 hours notice", None),
        ("babies aged up to 14 months", None),
        ("within two days", None),
    ],
)
def test_durations(text: str, value: str | None) -> None:
    assert [found.value for found in find_durations(text)] == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("up to 12 sessions", "12"),
        ("a course of six weekly sessions", "6"),
        ("two sessions a week", None),
        ("2 hour sessions", None),
    ],
)
def test_sessions(text: str, value: str | None) -> None:
    assert [found.value for found in find_sessions(text)] == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a maximum of 12 people", "12"),
        ("Spaces are limited to 14", "14"),
        ("10 places available", "10"),
        ("limited to 6 weeks", None),
    ],
)
def test_capacity(text: str, value: str | None) -> None:
    assert [found.value for found in find_capacity(text)] == ([value] if value else [])


def test_prices_have_pence_and_are_of_the_offer() -> None:
    assert [f.value for f in find_prices("£5, £3.50 concessions, 50p a cup")] == ["£5.00", "£3.50", "£0.50"]
    assert list(find_prices("we raised £400")) == []
