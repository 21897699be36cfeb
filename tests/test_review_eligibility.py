"""What a person says of a rule of the study, and what follows for the verdicts of both nets."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.codes.verdicts import verdict_of
from register.codes.vocabulary import Outcome
from register.models import RuleOutcome
from tests.forms import filled_in, press
from tests.seeding import TEXT, TOLD, Desk, draft, ruled

STRICT, WIDE = "eligibility.strict", "eligibility.wide"
OUT = {**TOLD, STRICT: ("exclude", [("Potting Shed Pals", "")])}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.queue(draft(rules=ruled(), told=OUT))
    return desk


def judge(client, rule: str, said: str, **typed: str):
    return press(client, client.get("/candidate/shed"), button=said, field=f"rule.{rule}", **typed)


def stands(desk: Desk, name: str) -> tuple[str, object, list[str]]:
    with desk.store() as store:
        state = next(one.state for one in store.queue.fields("shed") if one.name == name)
        field = next(one for one, _ in store.records.decided_fields("shed") if one.name == name)
    return state, field.value, [one.quote for one in field.evidence]


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], "include"),
        ([("adults", "met", True)], "include"),
        ([("adults", "unclear", True)], "unclear"),
        ([("adults", "unclear", True), ("community", "not met", True)], "exclude"),
        ([("adults", "not met", False)], "include"),
        ([("aim", "not met", True)], "include"),
    ],
)
def test_a_wide_verdict_follows_from_the_rules_that_decide_and_that_it_asks(outcomes, verdict: str) -> None:
    rules = [RuleOutcome(rule=r, outcome=Outcome(o), reason="", decides=d) for r, o, d in outcomes]
    assert verdict_of("wide", rules) == verdict


def test_each_rule_is_shown_with_its_verdict_its_words_and_the_nets_that_ask_it(desk: Desk) -> None:
    soup = BeautifulSoup(desk.visitor().get("/candidate/shed").text, "lxml")
    told = {
        row["data-field"]: (row.select_one(".chip").text, row.select_one(".field-head .muted").text)
        for row in soup.select("article.rule")
    }
    assert told == {
        "rule.locality": ("unclear", "told only, decides nothing"),
        "rule.adults": ("met", "Wide net, Strict net"),
        "rule.aim": ("not met", "Strict net"),
    }
    quote = soup.select_one("#field-rule\\.adults a.quote")
    assert quote.text == "For adults from 18."
    page, place = quote["href"].split("#")
    assert f'id="{place}"' in desk.visitor().get(page).text


def test_what_a_person_says_of_a_rule_moves_the_verdict_and_its_undo_moves_it_back(desk: Desk) -> None:
    ada = desk.visitor()
    words = "We want people who live alone to find company"
    page = judge(ada, "aim", "met", quotes=words)
    assert stands(desk, STRICT) == ("edit", "include", [words])
    assert stands(desk, WIDE)[0] == "open", "the wide net does not ask it"
    row = BeautifulSoup(page.text, "lxml").select_one("#field-rule\\.aim")
    assert "By ada. The machine said not met" in " ".join(row.text.split())
    press(ada, page, button="undo", field="rule.aim")
    assert stands(desk, STRICT)[0] == "open"


def test_a_rule_that_both_nets_ask_moves_both(desk: Desk) -> None:
    ada = desk.visitor()
    judge(ada, "adults", "not met")
    assert stands(desk, WIDE) == ("edit", "exclude", ["For adults from 18."])
    assert stands(desk, STRICT)[0] == "open", "it is out already"
    judge(ada, "adults", "met")
    assert stands(desk, WIDE)[:2] == ("approve", "include"), "as proposed, and decided"
    judge(ada, "adults", "unclear")
    assert stands(desk, WIDE)[:2] == ("not_stated", None)


def test_a_rule_that_is_only_told_moves_nothing(desk: Desk) -> None:
    judge(desk.visitor(), "locality", "not met")
    assert (stands(desk, WIDE)[0], stands(desk, STRICT)[0]) == ("open", "open")
    with desk.store() as store:
        assert [one.field for one in store.decisions.history("shed")] == ["rule.locality"]


def test_words_that_are_not_on_the_page_are_refused(desk: Desk) -> None:
    answer = judge(desk.visitor(), "aim", "met", quotes="We heal minds.")
    assert answer.status_code == 422
    assert "does not stand on the page" in answer.text
    assert stands(desk, STRICT)[0] == "open"


def test_what_is_no_rule_or_no_verdict_on_one_is_refused(desk: Desk) -> None:
    ada = desk.visitor()
    action, form = filled_in(ada.get("/candidate/shed"), button="met", field="rule.aim")
    for wrong in ({"field": "rule.weather"}, {"field": "fact.cost"}, {"verdict": "perhaps"}):
        assert ada.post(action, data={**form, **wrong}).status_code == 422
    assert set(desk.states().values()) == {"open"}


def test_an_accepted_record_keeps_a_verdict_whatever_is_taken_back(desk: Desk) -> None:
    ada = desk.visitor()
    judge(ada, "aim", "met")
    press(ada, ada.get("/candidate/shed"), button="approve")
    answer = press(ada, ada.get("/candidate/shed"), button="undo", field="rule.aim")
    assert answer.status_code == 422
    assert "none of its fields may be left open" in answer.text
    press(ada, ada.get("/candidate/shed"), button="undo")
    assert stands(desk, STRICT)[:2] == ("edit", "include")
    press(ada, ada.get("/candidate/shed"), button="undo", field="rule.aim")
    assert stands(desk, STRICT)[0] == "open"


def test_a_double_click_judges_once(desk: Desk) -> None:
    ada = desk.visitor()
    action, form = filled_in(ada.get("/candidate/shed"), button="met", field="rule.aim")
    for _ in range(2):
        assert ada.post(action, data=form).status_code == 303
    with desk.store() as store:
        assert [one.field for one in store.decisions.history("shed")] == ["rule.aim", STRICT]


def test_a_rule_is_open_again_where_its_page_changed(desk: Desk) -> None:
    ada = desk.visitor()
    judge(ada, "aim", "met")
    text = TEXT + " We all feel better for it."
    later = draft(text=text, rules=ruled(text), told={**OUT, STRICT: ("exclude", [("better for it", "")])})
    desk.read_again(later, text=text, changed=[STRICT])
    row = BeautifulSoup(desk.visitor().get("/candidate/shed").text, "lxml").select_one("#field-rule\\.aim")
    assert row.select_one(".chip").text == "not met"
    assert "By ada" not in row.text


def test_a_word_on_a_rule_is_no_field_for_those_who_count_and_publish(desk: Desk) -> None:
    ada = desk.visitor("ada", role="admin")
    judge(ada, "aim", "met")
    assert ada.get("/quality").status_code == 200
    press(ada, ada.get("/candidate/shed"), button="approve")
    desk.publish()
    with desk.store() as store:
        assert not [field.name for field in store.records.get("tm-shed").fields if field.name.startswith("rule.")]
    assert "Rule: Aims to improve mental health" in ada.get("/own").text
    assert "Rule: Aims to improve mental health" in ada.get("/candidate/shed/history").text
