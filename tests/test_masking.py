"""What a mask hides of a text, and what it leaves."""

import pytest

from register.public.masking import make_mask


@pytest.mark.parametrize(
    ("value", "text", "hidden"),
    [
        (
            "Jane Brook",
            "Ask JANE  BROOK, jane-brook or jane.brook@x.example",
            "Ask ****  *****, ********** or **********@x.example",
        ),
        ("Jane Brook", "Jane Brooks and Mary-Jane Brookes", "Jane Brooks and Mary-Jane Brookes"),
        ("07700900123", "+44 (0)7700 900123, 07700 900 123", "*** ******* ******, ***** *** ***"),
        ("07700900123", "17700900123 and 077009001234", "17700900123 and 077009001234"),
        ("12 Mill Lane, ZZ99 4AB", "at 12 Mill Lane ZZ99 4AB.", "at ** **** **** **** ***."),
    ],
)
def test_a_mask_hides_every_way_of_writing_and_nothing_else(value: str, text: str, hidden: str) -> None:
    assert make_mask([value]).hide(text) == hidden
