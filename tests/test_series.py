"""Dates of one activity, each on a page of its own: one service that keeps each date with its quote and its page."""

from datetime import UTC, datetime

import pytest

from crawlers.addresses import Canonical
from flows.discovery.drafting import DraftedPage
from flows.discovery.repeats import once_each
from flows.discovery.series import further_dates, undated, with_dates
from register.codes.vocabulary import PageKind, Status
from register.models import Candidate, DraftField, Evidence, Page, PageReading
from register.serial import digest

FETCHED = datetime(2026, 6, 1, tzinfo=UTC)
WHAT = (
    "Paint, draw or print beside other people at your own pace. All materials are laid out for you, a tutor shows one "
    "way of working each time, and the kettle is always on. Nobody needs to have held a brush before."
)
TALK = (
    "An illustrated talk by a visiting potter on glazes, kilns and clay, with slides, questions and a small exhibition "
    "afterwards in our upstairs gallery, where finished bowls may also be bought from several makers."
)


def event(path: str, when: str, iso: str, **told: str) -> DraftedPage:
    """An event's page; `told` may give another name, place (postcode), provider, time, words or kind."""
    name, url = told.get("name", "Open Easel"), f"https://hall.example{path}"
    text = f"{name} {when} {told.get('time', '10:00-12:00')} {told.get('place', 'WF2 1AA')} {told.get('what', WHAT)}"
    start = text.index(when)
    quote = Evidence(quote=when, start=start, end=start + len(when), rule="date.written", supports=iso)
    facts = {
        "fact.postcodes": (told.get("place", "WF2 1AA"),),
        "fact.times": (told.get("time", "10:00-12:00"),),
        "fact.provider": told.get("provider", "Fennbridge Hall"),
    }
    fields = [DraftField(name=key, status=Status.REPORTED, value=value) for key, value in facts.items()]
    fields.append(DraftField(name="fact.dates", status=Status.REPORTED, value=(iso,), evidence=(quote,)))
    key = digest(url + name)[:16]
    candidate = Candidate(
        key=key,
        locality="town",
        page_url=url,
        name=name,
        text_hash=digest(text),
        fields=tuple(fields),
        codes=(),
        spans=((0, len(text)),),
    )
    read = Page(url=url, locality="town", title=name, text=text, passages=(), fetched_at=FETCHED)
    reading = PageReading(page=read, kind=PageKind.SERVICE, kind_score=0.9, drafts=())
    return DraftedPage(reading=reading, text_hash=digest(text), candidates=(candidate,))


FIRST = event("/easel-01-07/", "1 July 2026", "2026-07-01")


@pytest.mark.parametrize(
    ("other", "joined"),
    [
        (event("/easel-08-07/", "8 July 2026", "2026-07-08"), True),
        (event("/easel-08-07/", "8 July 2026", "2026-07-08", name="Open Easel - Wednesday 8 July, 10am"), True),
        (event("/easel-08-07/", "8 July 2026", "2026-07-08", name="Open Easel 08/07/2026"), True),
        (event("/easel-08-07/", "8 July 2026", "2026-07-08", place="WF9 4ZZ"), False),
        (event("/easel-08-07/", "8 July 2026", "2026-07-08", provider="Moorside Library"), False),
        (event("/easel-w-08-07/", "8 July 2026", "2026-07-08", name="Women's Open Easel"), False),
        (event("/easel-m-08-07/", "8 July 2026", "2026-07-08", name="Open Easel - Mixed Group"), False),
        (event("/easel-60-08-07/", "8 July 2026", "2026-07-08", name="Open Easel 60"), False),
        (event("/easel-08-07/", "8 July 2026", "2026-07-08", what=TALK), False),
    ],
)
def test_dates_of_one_activity_are_one_service_and_nothing_else_is(other: DraftedPage, joined: bool) -> None:
    pages = once_each((FIRST, other), canonical=Canonical())
    kept = [one for page in pages for one in page.candidates]
    dates = further_dates(pages)
    if not joined:
        assert dates == {}
        return
    assert len(kept) == 1
    (quotes,) = dates.values()
    left = next(page.page for page in pages if not page.candidates)
    assert [(e.page, left.reading.page.text[e.start : e.end] == e.quote) for e in quotes] == [(page_of(left), True)]
    field = next(field for field in with_dates(kept[0], quotes).fields if field.name == "fact.dates")
    assert field.value == ("2026-07-01", "2026-07-08")
    assert {e.supports for e in field.evidence} == set(field.value)


@pytest.mark.parametrize("place", ["WF9 4ZZ", "WF2 1AA"])
def test_other_places_and_groups_stay_candidates_of_their_own(place: str) -> None:
    name = "Open Easel" if place != "WF2 1AA" else "Women's Evening"
    pages = once_each((FIRST, event("/o/", "8 July 2026", "2026-07-08", place=place, name=name)), canonical=Canonical())
    assert sum(len(page.candidates) for page in pages) == 2


def test_a_date_that_is_new_yields_to_the_service_that_is_known() -> None:
    known = event("/events/the-open-easel-of-june-24-06/", "24 June 2026", "2026-06-24")
    (key,) = (one.key for one in known.candidates)
    pages = once_each((FIRST, known), canonical=Canonical(), known=frozenset({key}))
    assert [one.key for page in pages for one in page.candidates] == [key]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Open Easel - Sat 6 July 2026, 2-4pm", "Open Easel"),
        ("Open Easel 13th July", "Open Easel"),
        ("Tuesday Group", "Tuesday Group"),
        ("Over 50s Lunch", "Over 50s Lunch"),
        ("6 July 2026", "6 July 2026"),
    ],
)
def test_a_name_without_its_date(name: str, bare: str) -> None:
    assert undated(name, on=FETCHED.date()) == bare


def page_of(page: DraftedPage) -> str:
    return page.reading.page.url
