"""What is private of a person stands on no public page, and what is a service's own does."""

from pathlib import Path

import pytest

from register.public.privacy import Discretion
from register.public.rules import read_forenames, read_landmarks, read_public_rules

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def discretion() -> Discretion:
    return Discretion(
        rules=read_public_rules(DATA).privacy,
        forenames=read_forenames(DATA),
        places=frozenset(mark.name.lower() for mark in read_landmarks(DATA)),
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Contact Jane on 01632 960101.", "Contact [name left out] on 01632 960101."),
        ("Contact: Ngozi Okafor, 01632 960101", "Contact: [name left out], 01632 960101"),
        ("Led by Revd Tom Brook and Dr. Patel", "Led by [name left out] and [name left out]"),
        ("Led by Revd J. Brook.", "Led by [name left out]."),
        ("“It saved me,” says Sheila, 68.", "“It saved me,” says [name left out], 68."),
        ("Ask for Grace at the desk", "Ask for [name left out] at the desk"),
        ("Mary Ann O’Neill’s home", "[name left out]’s home"),
        ("Ring 07700 900123 or +44 (0)7700 900 124", "Ring [mobile number left out] or [mobile number left out]"),
        ("Write to jane.smith@shed.example", "Write to [e-mail address left out]"),
        ("bob1962@mail.example and pat@shed.example", "[e-mail address left out] and [e-mail address left out]"),
    ],
)
def test_what_is_of_a_person_is_left_out(discretion: Discretion, text: str, shown: str) -> None:
    assert discretion.leave_out(text, own=("Potting Shed Pals",), host="shed.example") == (shown, True)


@pytest.mark.parametrize(
    "text",
    [
        "We meet at St Mary's Church, Victoria Road, by the Queen Elizabeth Hospital.",
        "Andy's Man Club and the Florence Nightingale Centre send people here.",
        "Call 01632 960101, 0800 11 22 33 or 116 123. Thursday 10.30am, May to October.",
        "Write to info@shed.example, hello.team@mail.example or pottingshed@mail.example.",
        "It is run by Fenmarsh Growers. You will hope for sun, and a rose may grow.",
        "Contact Age UK Fenmarsh on 01632 960101.",
        "Potting Shed Pals meets in Grace Garden. Will you come? Mark your diary.",
    ],
)
def test_what_is_a_service_s_own_stays(discretion: Discretion, text: str) -> None:
    own = ("Potting Shed Pals", "Fenmarsh Growers")
    assert discretion.leave_out(text, own=own, host="shed.example") == (text, False)


def test_a_service_named_after_a_person_keeps_its_name_and_a_provider_that_is_a_person_does_not_show(
    discretion: Discretion,
) -> None:
    assert discretion.leave_out("Yoga with Jane Brook is on Mondays", own=("Yoga with Jane Brook",))[1] is False
    assert discretion.is_person("Jane Brook")
    assert not discretion.is_person("Jane Brook Counselling")
    assert not discretion.is_person("Fenmarsh Growers")
