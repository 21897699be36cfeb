"""Proposed codes: few, quoted from the service's own words, scored, and the same with every run."""

import time
from dataclasses import replace
from itertools import cycle, islice, pairwise
from pathlib import Path

import pytest

from classify.codes import SHOWN_AT_MOST, propose_codes
from classify.eligibility import judge_eligibility
from classify.model import CodeModel, load_model
from register.codes.codebook import read_codebook
from register.codes.study import read_study
from register.codes.vocabulary import SCHEMES, Status
from register.grounding import ground
from register.models import DraftField, Page, ServiceDraft
from tests.coding import FETCHED, service, shown

DATA = Path(__file__).parent.parent / "data"
CODEBOOK, STUDY = read_codebook(DATA), read_study(DATA)
MENU = "Home Counselling Debt advice Contact"
ABOUT = (
    "The Kettle Club brings older neighbours together over a shared lunch every Thursday. "
    "If you feel lonely, come and make friends. Our volunteers are retired nurses. "
    "Afterwards there is a gentle chair exercise class. All are welcome."
)


@pytest.fixture(params=["cues", "model"])
def model(request: pytest.FixtureRequest) -> CodeModel | None:
    if request.param == "cues":
        return None
    committed = load_model()
    assert committed is not None
    return committed


def kettle_club() -> tuple[ServiceDraft, Page]:
    text = f"{MENU} {ABOUT}"
    page = Page(url="https://example.org/", locality="x", title="", text=text, passages=(), fetched_at=FETCHED)
    spans = ((len(MENU) + 1, len(text)),)
    return ServiceDraft(name="The Kettle Club", page_url=page.url, spans=spans, fields=()), page


def test_every_code_is_quoted_from_the_services_own_words(model: CodeModel | None) -> None:
    draft, page = kettle_club()
    codes = propose_codes(draft, page=page, codebook=CODEBOOK, model=model)
    assert {"social_befriending", "physical_activity"} >= shown(codes, "type") > set()
    assert "social_isolation" in shown(codes, "factor")
    for code in codes:
        assert code.evidence, code
        assert code.reason, code
        for quote in code.evidence:
            assert page.text[quote.start : quote.end] == quote.quote
            assert quote.start > len(MENU), "the site's menu is not the service's text"


def test_the_menu_beside_the_service_counts_for_nothing() -> None:
    draft, page = kettle_club()
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    assert not {"counselling_listening", "signposting_advice"} & {code.code for code in codes}


def test_scores_are_chances_best_first_and_few_are_shown(model: CodeModel | None) -> None:
    text = " ".join(code.example for code in CODEBOOK.codes)
    draft, page = service(text, name="Everything at Once")
    codes = propose_codes(draft, page=page, codebook=CODEBOOK, model=model)
    for scheme in SCHEMES:
        of_scheme = [code for code in codes if code.scheme == scheme]
        scores = [code.score for code in of_scheme]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score < 1 for score in scores)
        assert len(shown(codes, scheme)) <= SHOWN_AT_MOST[scheme] < len(of_scheme)


def test_the_doubt_whether_it_is_a_service_hides_codes_and_loses_none(model: CodeModel | None) -> None:
    draft, page = kettle_club()
    proposed = [
        propose_codes(replace(draft, score=score), page=page, codebook=CODEBOOK, model=model)
        for score in (1.0, 0.8, 0.6, 0.4)
    ]
    visible = [{(code.scheme, code.code) for code in codes if code.shown} for codes in proposed]
    assert all(more >= fewer for more, fewer in pairwise(visible))
    assert visible[0]
    assert not visible[-1], "whatever it says, it is likelier to be no service"
    assert len({tuple((code.scheme, code.code, code.score) for code in codes) for codes in proposed}) == 1


def test_general_stands_alone_and_only_where_nobody_is_singled_out(model: CodeModel | None) -> None:
    for text, general in (("A choir that sings on Mondays.", True), ("A choir for bereaved people.", False)):
        draft, page = service(text)
        populations = shown(propose_codes(draft, page=page, codebook=CODEBOOK, model=model), "population")
        assert ("general" in populations) is general, text
        assert len(populations) == 1


def test_ages_that_extraction_read_tell_the_population() -> None:
    text = "A music studio. Doors open at six. 16 - 25 only."
    place = text.index("16 - 25")
    evidence = (ground(text, place, place + 7, rule="ages"),)
    ages = tuple(
        DraftField(name=f"fact.{name}", status=Status.REPORTED, value=value, evidence=evidence)
        for name, value in (("age_min", 16), ("age_max", 25))
    )
    draft, page = service(text, fields=ages)
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    found = next(code for code in codes if code.code == "young_adults")
    assert found.shown
    assert "16 - 25" in found.evidence[0].quote


def test_a_long_line_is_quoted_around_its_cue_at_spaces() -> None:
    text = "tables and chairs " * 60 + "with befriending for all " + "lamps and rugs " * 60
    draft, page = service(text)
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    quote = next(code for code in codes if code.code == "social_befriending").evidence[0].quote
    assert "befriending" in quote
    assert len(quote) <= 320
    assert f" {quote} " in f" {page.text} "


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u0130stanbul \u0130 club"])
def test_odd_texts_are_coded_without_error(text: str, model: CodeModel | None) -> None:
    page = Page(url="https://example.org/", locality="x", title="", text=text, passages=(), fetched_at=FETCHED)
    draft = ServiceDraft(name=" ", page_url=page.url, spans=((0, len(text)),) if text else (), fields=())
    codes = propose_codes(draft, page=page, codebook=CODEBOOK, model=model)
    assert all(page.text[e.start : e.end] == e.quote for code in codes for e in code.evidence)
    assert len(judge_eligibility(draft, codes, page=page, codebook=CODEBOOK, study=STUDY)) == 2


def test_a_name_that_the_page_does_not_hold_is_never_quoted() -> None:
    page = Page(url="u", locality="x", title="", text="Tuesdays at two.", passages=(), fetched_at=FETCHED)
    draft = ServiceDraft(name="Bereavement group", page_url="u", spans=((0, 16),), fields=())
    codes = propose_codes(draft, page=page, codebook=CODEBOOK)
    assert all(quote.quote in page.text for code in codes for quote in code.evidence)
    assert "bereaved" not in {code.code for code in codes}


def test_the_same_service_gets_the_same_codes(model: CodeModel | None) -> None:
    draft, page = kettle_club()
    once, again = (propose_codes(draft, page=page, codebook=CODEBOOK, model=model) for _ in range(2))
    assert once == again


def test_coding_is_quick_enough_to_vanish_beside_extraction() -> None:
    """300 services a second when the machine is idle; the floor here leaves room for a busy one."""
    draft, page = kettle_club()
    model = load_model()
    propose_codes(draft, page=page, codebook=CODEBOOK, model=model)  # compiles the cues
    started = time.process_time()
    for one, where in islice(cycle([(draft, page)]), 60):
        codes = propose_codes(one, page=where, codebook=CODEBOOK, model=model)
        judge_eligibility(one, codes, page=where, codebook=CODEBOOK, study=STUDY)
    assert 60 / (time.process_time() - started) > 100
