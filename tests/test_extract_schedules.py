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
        (("Written 29 Jun 2023", "Messy tea on Saturday 22nd July"), ["2023-06-29", "2023-07-22"]),
        (("2023-03-30", "April's meeting is on Wednesday April 12th"), ["2023-03-30", "2023-04-12"]),
        (("2023-03-30", "The next one is on 5 May"), ["2023-03-30", "2023-05-05"]),
        (("Sewing - 7th June start", "7-11th June 2021"), ["2021-06-07", "2021-06-11"]),
        (("First on 6 May 2025", "then on 13 May and 4 June"), ["2025-05-06", "2025-05-13", "2025-06-04"]),
        # what was looked through years ago says nothing of what is to come
        (("Reviewed on 3 March 2022", "Closed on 25 December"), ["2022-03-03", "2025-12-25"]),
        (("Reviewed on 3 March 2022", "Next walk: Saturday 10 January"), ["2022-03-03", "2026-01-10"]),
        # history
        (("Founded on 12 May 1998", "Open day on 12 May"), ["1998-05-12", "2026-05-12"]),
    ],
)
def test_a_date_without_its_year_takes_it_from_dates_that_the_text_states(
    texts: tuple[str, ...], days: list[str]
) -> None:
    dates = DateReader.of(texts, today=date(2026, 1, 6))
    found = [one.value for text in texts for one in dates.find(text)]
    assert list(dict.fromkeys(found)) == days


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
