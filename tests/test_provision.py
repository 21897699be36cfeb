"""What kind of provision a service is: followed from codes and facts, or read in its own words; else not known."""

import csv
from pathlib import Path

import pytest

from classify.codes import propose_codes
from classify.coding import code_service
from classify.eligibility import judge_eligibility
from classify.model import load_model
from register.codes.codebook import ProvisionCode, read_codebook
from register.codes.facts import FACTS
from register.codes.study import read_study
from register.codes.vocabulary import PROVISION_SCHEMES, Status
from register.grounding import ground, ungrounded
from register.models import DraftField, ProposedCode
from tests.coding import service, shown

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
CODEBOOK, STUDY = read_codebook(DATA), read_study(DATA)
with (HERE / "provision_cases.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))
STATED = [code for code in CODEBOOK.provision if code.scheme != "sector"]  # sectors follow from facts alone


def coded(text: str, **told: tuple[object, str]) -> tuple[ProposedCode, ...]:
    """The codes of a service that says `text`; `told` are its fields, each with a value and its words in the text."""
    fields = tuple(
        DraftField(
            name=name.replace("_", ".", 1),
            status=Status.REPORTED,
            value=value,
            evidence=(ground(text, text.index(quote), text.index(quote) + len(quote), rule="test"),),
            score=0.9,
        )
        for name, (value, quote) in told.items()
    )
    draft, page = service(text, fields=fields)
    return code_service(draft, page=page, codebook=CODEBOOK, model=None, study=STUDY).codes


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']}-{case['fails_by']}")
def test_what_is_said_is_coded_and_what_is_not_is_not_known(case: dict[str, str]) -> None:
    assert case["code"] in shown(coded(case["says"]), case["scheme"])
    assert case["code"] not in shown(coded(case["denies"]), case["scheme"])


def test_the_table_has_a_case_for_every_code_but_the_sectors() -> None:
    assert len(CASES) >= 60
    assert {(case["scheme"], case["code"]) for case in CASES} == {(code.scheme, code.code) for code in STATED}


@pytest.mark.parametrize("code", STATED, ids=lambda code: code.code)
def test_its_example_gets_the_code_and_its_counter_example_does_not(code: ProvisionCode) -> None:
    assert code.code in shown(coded(code.example), code.scheme)
    assert code.code not in shown(coded(code.counter_example), code.scheme)


@pytest.mark.parametrize("code", CODEBOOK.scheme("sector"), ids=lambda code: code.code)
def test_every_sector_follows_from_a_fact_and_from_nothing_else(code: ProvisionCode) -> None:
    assert code.sources
    assert all(source.startswith("fact.") for source in code.sources)
    assert (code.include, code.place) == ("", "")


def test_every_kind_of_provider_has_its_sector() -> None:
    kinds = next(fact.allowed for fact in FACTS if fact.name == "provider_kind")
    followed = [source for code in CODEBOOK.scheme("sector") for source in code.sources]
    assert sorted(source for source in followed if "kind" in source) == sorted(f"fact.provider_kind:{k}" for k in kinds)


def test_a_sector_follows_from_its_fact_with_the_facts_own_quote() -> None:
    codes = coded("The council runs this lunch club.", fact_provider_kind=("council", "The council runs"))
    sector = next(code for code in codes if code.scheme == "sector")
    assert (sector.code, sector.shown, sector.score) == ("council", True, 0.9)
    assert [(e.quote, e.rule) for e in sector.evidence] == [("The council runs", "follows fact.provider_kind:council")]
    assert sector.reason == "follows from the fact kind of provider: council"


def test_facts_that_contradict_each_other_leave_the_sector_unknown_and_both_within_reach() -> None:
    codes = coded(
        "Ashby Ltd, charity 1123456, has a lunch club.",
        fact_provider_kind=("private", "Ashby Ltd"),
        fact_charity_number=("1123456", "1123456"),
    )
    sectors = [code for code in codes if code.scheme == "sector"]
    assert [(code.code, code.score, code.shown) for code in sectors] == [
        ("private", 0.45, False),
        ("voluntary", 0.45, False),
    ]


def test_a_charity_by_name_and_number_is_voluntary_once() -> None:
    codes = coded(
        "Ashby Charity, charity 1123456.",
        fact_provider_kind=("charity", "Ashby Charity"),
        fact_charity_number=("1123456", "1123456"),
    )
    sector = next(code for code in codes if code.scheme == "sector")
    assert (sector.code, sector.shown) == ("voluntary", True)
    assert len(sector.evidence) == 2


def test_a_cisl_type_follows_from_the_types_with_their_quotes_and_is_surer_than_each() -> None:
    codes = coded("Help with shopping and transport. A befriending scheme for neighbours.")
    types = [code for code in codes if code.scheme == "type" and code.score >= 0.2]
    support = next(code for code in codes if code.code == "social_support")
    assert len(types) >= 2
    assert support.score > max(code.score for code in types)
    assert {e.quote for e in support.evidence} <= {e.quote for code in types for e in code.evidence}
    assert support.reason.startswith("follows from “")
    assert all(e.rule.startswith("follows type:") for e in support.evidence)


def test_where_it_is_told_to_be_gives_the_setting() -> None:
    text = "Tea and toast. Ashby Library, High Street, near the church hall."
    codes = coded(text, tidier_where=("Ashby Library, High Street", "Ashby Library, High Street"))
    settings = [code for code in codes if code.scheme == "setting" and code.shown]
    assert [(code.code, code.reason) for code in settings] == [("culture_venue", "place: “library”")]
    assert settings[0].evidence[0].quote == "Ashby Library, High Street"


def test_an_address_on_a_street_named_after_a_place_gives_none() -> None:
    codes = coded("Tea. 4 Church Street.", tidier_where=("4 Church Street.", "4 Church Street."))
    assert not [code for code in codes if code.scheme == "setting"]


def test_a_service_of_which_nothing_is_said_has_none_of_them() -> None:
    assert not [code for code in coded("Tea and toast.") if code.scheme in PROVISION_SCHEMES and code.scheme != "level"]


def test_a_fact_of_many_values_gives_the_quote_of_its_own_value() -> None:
    text = "We ring you. We also visit."
    evidence = (
        ground(text, 0, 12, rule="test", supports="phone"),
        ground(text, 13, 27, rule="test", supports="home_visit"),
    )
    modes = DraftField(
        name="fact.delivery_mode", status=Status.REPORTED, value=("phone", "home_visit"), evidence=evidence, score=0.8
    )
    draft, page = service(text, fields=(modes,))
    codes = code_service(draft, page=page, codebook=CODEBOOK, model=None, study=STUDY).codes
    home = next(code for code in codes if code.code == "home")
    assert [e.quote for e in home.evidence] == ["We also visit."]


def test_coding_at_once_says_what_its_steps_say() -> None:
    model = load_model()
    draft, page = service("A befriending scheme for lonely neighbours, by trained counsellors. Not for children.")
    coding = code_service(draft, page=page, codebook=CODEBOOK, model=model, study=STUDY)
    codes = propose_codes(draft, page=page, codebook=CODEBOOK, model=model)
    assert coding.codes[: len(codes)] == codes
    assert {code.scheme for code in coding.codes[len(codes) :]} <= set(PROVISION_SCHEMES)
    assert coding.verdicts == judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=STUDY)


def test_every_quote_of_provision_stands_on_the_page() -> None:
    text = " ".join(code.example for code in STATED)
    draft, page = service(text)
    for code in code_service(draft, page=page, codebook=CODEBOOK, model=None, study=STUDY).codes:
        field = DraftField(name=code.code, status=Status.REPORTED, evidence=code.evidence)
        assert not ungrounded(page.text, (field,))
