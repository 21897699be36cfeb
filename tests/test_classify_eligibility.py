"""The two verdicts, rule by rule: what is out, what is in, what a person must settle."""

from dataclasses import replace
from pathlib import Path

import pytest

from classify.codes import propose_codes
from classify.eligibility import judge_eligibility
from register.codes.codebook import read_codebook
from register.codes.study import read_study
from register.codes.vocabulary import Status
from register.grounding import ground
from register.models import DraftField
from tests.coding import service

DATA = Path(__file__).parent.parent / "data"
CODEBOOK, STUDY = read_codebook(DATA), read_study(DATA)

VERDICTS = [
    # name, text, wide, strict
    ("Kettle Club", "Lonely? Share lunch and a chat with neighbours.", "include", "include"),
    ("Reel Nights", "A monthly film screening to meet new people and make friends.", "include", "exclude"),
    ("Ramblers", "A walking group to keep you fit, every Sunday.", "include", "exclude"),
    ("Ease Up", "A four-week workshop to help you manage stress.", "include", "include"),
    ("Larder", "Food parcels for anyone who cannot afford to eat.", "include", "exclude"),
    ("Talking Room", "Counselling by registered therapists for people with depression.", "include", "exclude"),
    (
        "Second Wind",
        "A caseworker rings you each week. You plan your way back to work. We help you talk to your employer. "
        "Your wellbeing comes first. A therapist can join the call. You set the pace.",
        "include",
        "unclear",
    ),
    ("Night Owls", "A crisis text line for people who sleep badly after a loss.", "include", "include"),
    ("Rent Relief", "Apply to the crisis support fund if you cannot pay your rent.", "include", "exclude"),
    ("Listening Bench", "A bereavement group with tea and a friendly ear.", "include", "include"),
    ("Chess Circle", "We play chess in the library on Fridays.", "unclear", "exclude"),
    ("Tiny Kickers", "Football for ages 4 to 7 years.", "exclude", "exclude"),
    ("Acorns Nursery", "Our nursery looks after children from birth to five.", "exclude", "exclude"),
    (
        "Newcomers",
        "English conversation for refugees. A crèche on Wednesdays for under-fives. The crèche is at the library.",
        "include",
        "exclude",
    ),
    ("Dr Patel Surgery", "The GP surgery opens at eight.", "exclude", "exclude"),
    ("Community Mental Health Team", "We give assessment and treatment to inpatients.", "exclude", "exclude"),
    # Who may send people to a service says nothing of what it is.
    (
        "Ladybird Lounge",
        "Tea for women who left a partner who hurt them. A midwife may refer you.",
        "include",
        "exclude",
    ),
    ("Stepping Out", "A stroll to keep you fit. You can refer yourself, or ask a nurse to.", "include", "exclude"),
    ("Knee Room", "A physiotherapist sees you. Your GP refers you.", "exclude", "exclude"),
    ("Bright Smiles", "Our dental clinic is open on Mondays, so contact us.", "exclude", "exclude"),
    ("Good Ear", "Tea and talk for lonely people. Your GP or midwife can contact us for you.", "include", "include"),
    # One clinical word in a text that says more is no treatment yet.
    (
        "Harbour Rooms",
        "The rooms are on the first floor. Bring what you need. Staff are in all day. One of them is a podiatrist. "
        "Parking is free. Dogs may come.",
        "unclear",
        "exclude",
    ),
    (
        "Print Corner",
        "Make a lino print to take home. All tools are here. We meet on Mondays. Dogs may come. Parking is free. "
        "Downstairs hangs a list of groups.",
        "unclear",
        "exclude",
    ),
    ("Evensong", "Hymns and prayers to worship God together.", "exclude", "exclude"),
    ("Room hire", "Our halls can be hired for weddings.", "exclude", "exclude"),
    ("Helplines", "A national directory of helplines.", "exclude", "exclude"),
    ("Calm at Work", "Training for your employees in corporate settings.", "exclude", "exclude"),
]


def verdicts(name: str, text: str, fields: tuple[DraftField, ...] = ()) -> dict[str, str]:
    draft, page = service(text, name=name, fields=fields)
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    judged = judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=STUDY)
    for one in judged:
        assert one.reason
        assert 0 <= one.score <= 1
        assert all(page.text[e.start : e.end] == e.quote for e in one.evidence)
    return {one.net: str(one.verdict) for one in judged}


@pytest.mark.parametrize(("name", "text", "wide", "strict"), VERDICTS, ids=[row[0] for row in VERDICTS])
def test_a_rule_of_the_study_decides(name: str, text: str, wide: str, strict: str) -> None:
    assert verdicts(name, text) == {"wide": wide, "strict": strict}


@pytest.mark.parametrize(("oldest", "wide"), [(15, "exclude"), (16, "include"), (25, "include")])
def test_an_age_band_that_reaches_sixteen_is_in(oldest: int, wide: str) -> None:
    text = f"Street dance to keep fit, up to age {oldest}."
    evidence = (ground("Beat " + text, 5, len(text), rule="ages"),)
    ages = (DraftField(name="fact.age_max", status=Status.REPORTED, value=oldest, evidence=evidence),)
    assert verdicts("Beat", text, ages)["wide"] == wide


def test_what_puts_a_service_out_is_quoted() -> None:
    draft, page = service("The surgery opens at eight. Ask for a blood test.", name="Mill Road Surgery")
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    wide, strict = judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=STUDY)
    assert wide.reason in strict.reason
    assert any("blood test" in quote.quote for quote in wide.evidence)


def test_a_web_address_says_nothing_of_the_service() -> None:
    text = "Chess for all on Fridays. See https://town.example/nursery/ and www.chess.example/surgery."
    assert verdicts("Chess Circle", text)["wide"] == "unclear"


def test_a_tag_is_no_aim() -> None:
    text = "Wellbeing. A sewing class for beginners on Mondays."
    assert verdicts("", text)["strict"] == "exclude"
    assert verdicts("", "A sewing class for your wellbeing on Mondays.")["strict"] == "include"


@pytest.mark.parametrize(
    ("line", "strict"),
    [
        ("Nature Community Wellbeing", "exclude"),
        ("Improve mental wellbeing", "include"),
        ("Sewing for wellbeing", "include"),
    ],
)
def test_tags_in_a_row_are_no_aim_either(line: str, strict: str) -> None:
    draft, page = service(f"{line} A sewing class for beginners, free for all.")
    draft = replace(draft, spans=((0, len(line)), (len(line) + 1, len(page.text))))
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    judged = judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=STUDY)
    assert str(judged[1].verdict) == strict
