"""How surely two tellings are of one service: what has to agree where the name does not."""

from dataclasses import replace

import pytest

from flows.staleness.abbreviations import is_abbreviation
from flows.staleness.following import Telling, likeness_of, what_is_common
from register.codes.vocabulary import Status
from register.models import Candidate, DraftField, Evidence

TOLD = (
    "We meet by the old boat house and row upstream together at an easy pace, then dry off over soup and bread in the "
    "club room; beginners sit with a cox who has rowed for years, and boats, vests and oars wait for you."
)
ONE_WORD_LESS = TOLD.replace(" easy", "")
LITTLE_ALIKE = "We meet by the old boat house and row upstream together, " + (
    "some of us for the first time in twenty years; the tea afterwards is half of why we come, and nobody is timed."
)
LIST, PAGE = "https://river.example/groups/", "https://river.example/rowing/"


def telling(name: str, text: str, url: str = LIST, postcode: str = "WF2 1AA") -> Telling:
    place = DraftField(name="fact.postcodes", status=Status.REPORTED, value=(postcode,))
    draft = Candidate(
        key=f"{url} {name}",
        locality="town",
        page_url=url,
        name=name,
        text_hash="",
        fields=(place,),
        codes=(),
        spans=((0, len(text)),),
    )
    return Telling(draft, text)


WAS = telling("Tuesday Rowers", TOLD)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (telling("Weir Crew", TOLD), True),
        (telling("Weir Crew", LITTLE_ALIKE), False),
        (telling("Weir Crew", TOLD, url=PAGE), True),
        # The very entry, word for word, under another name and with another postcode.
        (telling("Weir Crew", TOLD, postcode="WF9 9ZZ"), True),
        (telling("Weir Crew", ONE_WORD_LESS, postcode="WF9 9ZZ"), True),
        (telling("Weir Crew", LITTLE_ALIKE, postcode="WF9 9ZZ"), False),
        # On another page that is another group of the same kind.
        (telling("Weir Crew", TOLD, url=PAGE, postcode="WF9 9ZZ"), False),
        (telling("Thursday Rowers", TOLD), False),
    ],
)
def test_under_another_name_the_words_and_the_place_have_to_agree(now: Telling, found: bool) -> None:
    assert (likeness_of(WAS, now, what_is_common([WAS], [now])) > 0) == found


def test_of_a_chains_branches_one_that_closed_is_not_the_one_that_opened() -> None:
    branches = [telling(f"{town} Rowers", TOLD, postcode=f"WF{n} 1AA") for n, town in enumerate(("Ash", "Elm", "Oak"))]
    gone, new = telling("Yew Rowers", TOLD, postcode="WF7 7AA"), telling("Fir Paddlers", TOLD, postcode="WF8 8AA")
    assert likeness_of(gone, new, what_is_common([gone, *branches], [new, *branches])) == 0


SLOT = "Sunday 10.30am - 2pm {}"
LITTER = f"{SLOT} - Litterpicking and weeding"


def entry(name: str, text: str = LITTER, url: str = LIST) -> Telling:
    """A timetable's entry: its name within its words, and its time read from them."""
    said = text.format(name)
    quote = said[: said.index("pm") + 2]
    when = DraftField(
        name="fact.times",
        status=Status.REPORTED,
        value=quote,
        evidence=(Evidence(quote=quote, start=0, end=len(quote), rule="label"),),
    )
    draft = telling(name, said, url).draft
    return Telling(replace(draft, fields=(when,)), said)


@pytest.mark.parametrize(
    ("was", "now", "beside", "found"),
    [
        (entry("Green Friends"), entry("Ivy League"), (), True),
        # Another page, another activity in the same slot, or one of two that say the same.
        (entry("Green Friends"), entry("Ivy League", url=PAGE), (), False),
        (entry("Green Friends"), entry("Ivy League", text=LITTER.replace("weeding", "tea")), (), False),
        (entry("Green Friends", SLOT), entry("Ivy League", SLOT), (), False),
        (entry("Green Friends"), entry("Ivy League"), (entry("Moss Hunters"),), False),
        # The name put by its initials.
        (entry("Weir Park Rangers", SLOT), entry("Weir PR", SLOT), (), True),
        (entry("Weir Park Rangers", SLOT), entry("Weir PR", SLOT, url=PAGE), (), False),
        (entry("Weir Park Rangers", SLOT), entry("Weir Club", SLOT), (), False),
    ],
)
def test_a_short_entry_keeps_its_id_where_the_same_few_words_are_its_own(
    was: Telling, now: Telling, beside: tuple[Telling, ...], found: bool
) -> None:
    assert (likeness_of(was, now, what_is_common([was, *beside], [now, *beside])) > 0) == found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Weir CAB", "Weir Citizens Advice Bureau", True),
        ("Citizens Advice Bureau", "CAB", True),
        ("Restarting OFM", "Restarting on Fridays from 6th May", False),
        ("Restarting OFFM", "Restarting on Fridays from 6th May", True),
        ("Weir Cab", "Weir Citizens Advice Bureau", False),
        ("Art", "Ashford Rowing Team", False),
        ("ART", "Ashford Rowing Team", True),
        ("Weir CAB", "Weir Club", False),
        # Hostile names: long, and with very many ways to tell the one by the other.
        ("AA " * 30 + "B", "a aa " * 60, False),
        ("AA " * 9 + "B", "aa " * 19 + "c", False),
        ("Weir C", "Weir Club", False),
        ("Weir Rowers", "Weir Rowers", False),
        ("Weir", "Weir Rowers Club", False),
        ("", "Weir", False),
    ],
)
def test_initials_stand_for_the_words_of_a_name(one: str, other: str, found: bool) -> None:
    assert is_abbreviation(one, other) == is_abbreviation(other, one) == found
