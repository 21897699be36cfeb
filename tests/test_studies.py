"""A study's file: refused where wrong, and what its window, age and rules make of a service."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classify.codes import propose_codes
from classify.coding import code_service
from classify.eligibility import judge_eligibility
from classify.model import load_model
from flows.discovery.drafting import rules_in_words
from register.codes.codebook import read_codebook
from register.codes.study import RULES, Study, read_studies, read_study
from register.codes.verdicts import Eligibility
from register.codes.vocabulary import SCHEMES, Scope, Status
from register.errors import ConfigError
from register.grounding import ground
from register.models import DraftField
from tests.coding import service

DATA = Path(__file__).parent.parent / "data"
CODEBOOK = read_codebook(DATA)
TODAY, THEN = read_study(DATA), read_study(DATA, "duncan2021")
LUNCH = "A free lunch club for lonely neighbours, run by volunteers."


def judged(
    text: str, study: Study, *, read: datetime | None = None, scope: Scope = Scope.LOCAL, oldest: int | None = None
) -> dict[str, Eligibility]:
    draft, page = service(text)
    page = replace(page, fetched_at=read) if read else page
    if oldest:
        evidence = (ground(text, 0, len(text), rule="ages"),)
        age = DraftField(name="fact.age_max", status=Status.REPORTED, value=oldest, evidence=evidence)
        draft = replace(draft, fields=(age,))
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    given = judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=study, scope=scope)
    return {one.net: one for one in given}


def outcomes(one: Eligibility) -> dict[str, str]:
    return {rule.rule: str(rule.outcome) for rule in one.rules}


def test_both_studies_ship_and_say_of_each_rule_whether_it_decides() -> None:
    assert {study.key for study in read_studies(DATA)} == {"today", "duncan2021"}
    assert THEN.window.last is not None
    assert TODAY.window.last is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('net = "wide"', 'net = "broad"', "net.*wide, strict"),
        ("youngest = 16", "yougest = 16", "yougest.*youngest"),
        ("shown_from = 0.45", "shown_from = 0.3", "shown_from.*0.45"),
        ('adults = "decides"', 'adults = "counts"', "rules.adults.*decides"),
        ('adults = "decides"\n', "", "each of locality, adults"),
        ("first = 2024-01-01", "first = 2024-01-01\nlast = 2023-01-01", "on or after the first"),
    ],
)
def test_a_faulty_study_is_refused_with_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    shutil.copytree(DATA / "studies", tmp_path / "studies")
    path = tmp_path / "studies" / "today.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"today\.toml: (?s:.*){told}"):
        read_study(tmp_path)


def test_a_study_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"tomorrow\.toml.*duncan2021, today"):
        read_study(DATA, "tomorrow")


def test_each_verdict_says_what_every_rule_of_its_net_says() -> None:
    both = judged(LUNCH, TODAY)
    assert set(outcomes(both["strict"])) == set(RULES)
    assert set(outcomes(both["strict"])) - set(outcomes(both["wide"])) == {"aim", "not_therapy"}
    assert set(outcomes(both["strict"]).values()) == {"met"}
    told = {rule.rule: rule.evidence for rule in both["strict"].rules}
    assert told["aim"][0].quote == told["community"][0].quote == LUNCH


def test_a_page_read_after_the_window_goes_to_a_person_unless_it_tells_since_when() -> None:
    later = datetime(2026, 3, 1, tzinfo=UTC)
    assert judged(LUNCH, TODAY, read=later)["wide"].verdict == "include"
    late = judged(LUNCH, THEN, read=later)["wide"]
    assert (late.verdict, outcomes(late)["active"]) == ("unclear", "unclear")
    assert judged(f"{LUNCH} Established in 2011.", THEN, read=later)["wide"].verdict == "include"
    for year in (2020, 2023):  # 2020 may be a month after the window
        assert judged(f"{LUNCH} Established in {year}.", THEN, read=later)["wide"].verdict == "unclear"
    assert judged(LUNCH, THEN, read=datetime(2019, 9, 1, tzinfo=UTC))["wide"].verdict == "include"


def test_what_has_ended_is_out_and_what_may_have_goes_to_a_person() -> None:
    ended = judged(f"This group has permanently closed. {LUNCH}", TODAY)["wide"]
    assert (ended.verdict, ended.reason) == ("exclude", "said to have ended")
    assert "permanently closed" in ended.evidence[0].quote
    aside = judged(f"{LUNCH} Bring a friend. We eat at one. Wash your hands. Our evening club has ended.", TODAY)[
        "wide"
    ]
    assert aside.verdict == "unclear"
    assert judged(f"Bookings have now closed. {LUNCH}", TODAY)["wide"].verdict == "include"


def test_the_age_is_the_studys() -> None:
    assert judged(LUNCH, TODAY, oldest=17)["wide"].verdict == "include"
    assert judged(LUNCH, TODAY.model_copy(update={"youngest": 18}), oldest=17)["wide"].verdict == "exclude"


def test_a_rule_that_is_told_decides_nothing() -> None:
    away = judged(LUNCH, TODAY, scope=Scope.ELSEWHERE)["wide"]
    assert (away.verdict, outcomes(away)["locality"]) == ("include", "not met")
    deciding = TODAY.model_copy(update={"rules": {**TODAY.rules, "locality": "decides"}})
    assert judged(LUNCH, deciding, scope=Scope.ELSEWHERE)["wide"].verdict == "exclude"
    assert judged(LUNCH, deciding, scope=Scope.UNCLEAR)["wide"].verdict == "unclear"


def test_a_reviewer_reads_why_and_which_rules_are_open() -> None:
    later = datetime(2026, 3, 1, tzinfo=UTC)
    told = rules_in_words(judged(LUNCH, THEN, read=later, scope=Scope.UNCLEAR)["wide"])
    assert told.startswith("its page was read on 2026-03-01, after the window")
    assert "unclear (locality): where it is offered is not told" in told
    assert told.endswith("met: adults, non clinical, not private, community, determinant")


@pytest.mark.parametrize("score", [1.0, 0.7])
def test_a_study_may_ask_for_fewer_and_surer_codes_and_the_verdicts_stand(score: float) -> None:
    draft, page = service(LUNCH + " We cook, eat and talk, and nobody eats alone on a Friday.")
    draft = replace(draft, score=score)
    wary = TODAY.model_copy(update={"shown_from": 0.8 * score})
    plain, sure = (
        code_service(draft, page=page, codebook=CODEBOOK, model=load_model(), study=study) for study in (TODAY, wary)
    )
    assert [replace(one, shown=False) for one in plain.codes] == [replace(one, shown=False) for one in sure.codes]
    assert sure.verdicts == plain.verdicts
    shown, surely = ([one for one in coded.codes if one.shown and one.scheme in SCHEMES] for coded in (plain, sure))
    assert surely == [one for one in shown if one.score >= 0.8]
    assert 0 < len(surely) < len(shown)
