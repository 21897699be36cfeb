"""Scope: what is local, elsewhere or national, by postcode, place names and words; seen from one locality."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from classify.places import PlaceFinder, place_finder
from classify.scope import Reach, judge_scope
from register.codes.scope import read_scope_cues
from register.codes.vocabulary import PassageKind, Scope, Status
from register.grounding import ground
from register.localities.places import read_atlas
from register.models import DraftField, Page, Passage, ServiceDraft, SiteProfile

DATA = Path(__file__).parent.parent / "data"
HERE = "E08000006"  # Salford: M5 4WT lies there; BL9 0SW lies in Bury, SW1A 1AA in Westminster
LOCAL, ELSEWHERE, NATIONAL, UNCLEAR = Scope


@cache
def finder(code: str = HERE) -> PlaceFinder:
    atlas = read_atlas(DATA)
    return place_finder(atlas, atlas.home(code, also=("Otterby Fields",)), read_scope_cues(DATA))


def judge(
    text: str,
    *,
    rest: str = "",
    site: SiteProfile | None = None,
    code: str = HERE,
    name: str = "",
    fields: tuple[DraftField, ...] = (),
) -> Reach:
    """The reach of a service that says `name` and `text`, on a page that also says `rest`."""
    words = f"{name} {text}".strip()
    whole = f"{words} {rest}".strip()
    spans = ((0, len(words)), (len(words) + 1, len(whole)))
    passages = tuple(Passage(start=a, end=b, kind=PassageKind.PARAGRAPH) for a, b in spans if a < b)
    page = Page(
        url="https://a.example/x",
        locality="x",
        title="",
        text=whole,
        passages=passages,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = ServiceDraft(name=name, page_url=page.url, spans=((0, len(words)),), fields=fields)
    reach = judge_scope(draft, page, finder=finder(code), site=site)
    assert reach.reason
    assert all(page.text[e.start : e.end] == e.quote and e.rule.startswith("scope") for e in reach.evidence)
    return reach


CASES = [
    # its own postcode decides
    ("Tea and games in the hall, M5 4WT.", LOCAL),
    ("Tea and games in the hall, BL9 0SW.", ELSEWHERE),
    ("Sessions at M5 4WT and at BL9 0SW.", LOCAL),
    ("Tea at BL9 0SW, for people living in Salford.", LOCAL),
    # place names: served, standing, and roads or people that only bear them
    ("A walking group for residents of Swinton and Eccles.", LOCAL),
    ("We meet in Swinton on Mondays.", LOCAL),
    ("A club for anyone who lives in Otterby Fields.", LOCAL),
    ("Support for carers across Greater Manchester.", LOCAL),
    ("For people living in Stockport.", ELSEWHERE),
    ("A coach trip from here to Blackpool.", UNCLEAR),
    ("Meet at 12 Stockport Road on Fridays.", UNCLEAR),
    ("Ask for Jane Preston at the desk.", UNCLEAR),
    ("A reading group for people who love reading.", UNCLEAR),
    # the whole country
    ("A listening line for anyone in distress, available nationwide.", NATIONAL),
    ("Our national helpline is open day and night.", NATIONAL),
    ("Tea on Mondays. If you need to talk now, ring 116 000.", UNCLEAR),
    ("Tea on Mondays. In a crisis call the national helpline.", UNCLEAR),
    ("Counselling by phone, wherever you are in the UK.", NATIONAL),
    ("Our Salford branch of a charity that works across the UK meets at M5 4WT.", LOCAL),
    ("One of hundreds of knitting circles across the UK.", UNCLEAR),
    ("Part of a network of sheds throughout England.", UNCLEAR),
    ("Registered charity across England and Wales, number 1.", UNCLEAR),
    ("Paid for by the National Lottery, a nationwide fund.", UNCLEAR),
    ("Head office: SW1A 1AA. Our national helpline takes calls from everyone.", NATIONAL),
    ("In an emergency call 999.", UNCLEAR),
]


@pytest.mark.parametrize(("text", "scope"), CASES, ids=[case[0][:48] for case in CASES])
def test_what_a_service_says_of_its_reach(text: str, scope: Scope) -> None:
    reach = judge(text)
    assert reach.scope is scope, reach.reason
    assert bool(reach.evidence) is (scope is not UNCLEAR)


@pytest.mark.parametrize(
    ("number", "modes", "scope"),
    [
        ("116 000", ("phone",), NATIONAL),
        ("116 000", ("phone", "in_person_group"), UNCLEAR),
        ("0161 496 0000", ("phone",), UNCLEAR),
    ],
)
def test_a_line_that_is_reached_by_a_number_of_the_whole_country_alone(
    number: str, modes: tuple[str, ...], scope: Scope
) -> None:
    text = f"Talk to us any night: {number}."
    quote = (ground(text, text.index(number), text.index(number) + len(number), rule="phone"),)
    told = {"phones": (number.replace(" ", ""),), "delivery_mode": modes}
    fields = tuple(
        DraftField(name=f"fact.{name}", status=Status.REPORTED, value=value, evidence=quote)
        for name, value in told.items()
    )
    assert judge(text, fields=fields).scope is scope


def test_the_page_speaks_where_the_service_does_not() -> None:
    assert judge("Tea and games.", rest="Find us at M5 4WT.").scope is LOCAL
    assert judge("Tea and games.", rest="Find us at BL9 0SW.").scope is ELSEWHERE
    assert judge("Tea at M5 4WT.", rest="Our office: BL9 0SW.").scope is LOCAL
    assert judge("Tea and games.", rest="Branches at M5 4WT and at BL9 0SW.").scope is UNCLEAR


def test_the_site_speaks_last_and_says_so() -> None:
    here = SiteProfile(host="a.example", pages=9, postcodes=(("M5 4WT", 1.0),))
    there = SiteProfile(host="a.example", pages=9, postcodes=(("BL9 0SW", 0.9), ("M5 4WT", 0.1)))
    mixed = SiteProfile(host="a.example", pages=9, postcodes=(("BL9 0SW", 0.2), ("M5 4WT", 0.2)))
    assert judge("Tea and games.", site=here).scope is LOCAL
    assert "Bury" in judge("Tea and games.", site=there).reason
    assert judge("Tea and games.", site=there).scope is ELSEWHERE
    assert judge("Tea and games.", site=mixed).scope is UNCLEAR
    assert judge("Tea and games in Swinton.", site=there).scope is LOCAL


def test_a_county_holds_its_districts() -> None:
    assert judge("A choir in Ipswich.", code="E10000029").scope is LOCAL
    assert judge("For people across Suffolk.", code="E07000202").scope is LOCAL


def test_another_services_places_on_the_page_say_nothing() -> None:
    text = "Sewing circle. Walking group at BL9 0SW."
    page = Page(
        url="https://a.example/x",
        locality="x",
        title="",
        text=text,
        passages=(Passage(start=0, end=14, kind=PassageKind.CELL), Passage(start=15, end=40, kind=PassageKind.CELL)),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = ServiceDraft(name="Sewing circle", page_url=page.url, spans=((0, 14),), fields=())
    assert judge_scope(draft, page, finder=finder(), others=((15, 40),)).scope is UNCLEAR
    assert judge_scope(draft, page, finder=finder()).scope is ELSEWHERE
