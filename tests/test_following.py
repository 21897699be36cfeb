"""How surely two tellings are of one service: what has to agree where the name does not."""

import pytest

from flows.staleness.following import Telling, likeness_of, what_is_common
from register.codes.vocabulary import Status
from register.models import Candidate, DraftField

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
