"""Similar records: which decided services are like a new one, why, and how the reviewer sees them."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from classify.similar import WordIndex
from flows.learning.precedents import Precedents
from register.models import RECORD, DecisionVerdict
from register.store import Store
from review.record.precedents import SimilarRecord, similar_records
from tests.deciding import codebook, fill, settings_in
from tests.decisions import decide
from tests.forms import press
from tests.seeding import Desk, draft

TEXTS = {
    "kiln": ("Kiln Club", "We throw pots on the wheel and fire them in the kiln."),
    "wheel": ("Potters at the Wheel", "Pots are thrown on the wheel, then glazed."),
    "loft": ("Pigeon Loft", "Pigeons come home to the loft, and we ring the young ones."),
}


@pytest.fixture
def index() -> WordIndex:
    made = WordIndex()
    for key, (name, text) in TEXTS.items():
        made.put(key, name=name, text=text)
    return made


def test_the_service_that_shares_the_rarer_words_comes_first_with_those_words(index: WordIndex) -> None:
    first, *_ = index.nearest(name="Clay", text="Throw pots on the wheel.", most=2)
    assert first.key in ("kiln", "wheel")
    assert "pots" in " ".join(first.words)
    found = index.nearest(name="Loft for pigeons", text="We ring pigeons.", most=3)
    assert found[0].key == "loft"
    assert "pigeons" in found[0].words
    assert 0 < found[0].likeness <= 1


def test_a_service_is_not_like_itself_and_nothing_is_like_what_shares_no_word(index: WordIndex) -> None:
    assert "kiln" not in {one.key for one in index.nearest(name="Kiln Club", text=TEXTS["kiln"][1], most=3, but="kiln")}
    assert index.nearest(name="Zither", text="Plucked strings.", most=3) == ()


def test_what_was_removed_or_changed_is_found_by_its_old_words_no_more(index: WordIndex) -> None:
    index.put("loft", name="Chess", text="Knights and bishops.")
    assert index.nearest(name="Pigeon Loft", text="Pigeons come home", most=3) == ()
    assert index.nearest(name="Knights", text="", most=1)[0].key == "loft"
    index.remove("loft")
    index.remove("loft")
    assert len(index) == 2
    assert index.nearest(name="Knights", text="", most=1) == ()


def test_decided_records_are_found_as_soon_as_they_are_decided_and_no_longer_when_that_is_undone(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    fill(settings, hosts=("ash.example", "oak.example"), archived=False)
    shown = replace(Desk(tmp_path).settings, codebook=codebook(), find_similar=Precedents().find)

    def similar(store: Store, key: str) -> list[SimilarRecord]:
        return list(similar_records(store, store.queue.get(key), shown))

    with settings.open_store() as store:
        assert similar(store, "kiln-oak") == []
        decide(store, "kiln-ash", "code.type", DecisionVerdict.EDIT, ("skills_education",))
        assert similar(store, "kiln-oak") == []  # the record as a whole waits still
        decide(store, "kiln-ash", RECORD, DecisionVerdict.APPROVE)
        decide(store, "loft-ash", RECORD, DecisionVerdict.REJECT)
        first, *_ = similar(store, "kiln-oak")
        assert (first.id, first.accepted, first.decided_by) == ("kiln-ash", True, "ada")
        assert codebook().label("type", "skills_education") in first.codes
        assert "kiln" in " ".join(first.words)
        first, *_ = similar(store, "loft-oak")
        assert (first.id, first.accepted) == ("loft-ash", False)
        decide(store, "kiln-ash", RECORD, DecisionVerdict.UNDO)
        assert "kiln-ash" not in {one.id for one in similar(store, "kiln-oak")}


def test_the_candidate_page_shows_them_with_the_words_that_both_say(tmp_path: Path) -> None:
    desk = Desk(tmp_path, similar=Precedents().find)
    desk.queue(draft("shed"))
    desk.queue(draft("tools", name="<i>Potting</i>"))
    client = desk.visitor()
    assert "Decided before" not in client.get("/candidate/tools").text
    press(client, client.get("/candidate/shed"), button="approve")
    page = BeautifulSoup(client.get("/candidate/tools").text, "lxml")
    (record,) = page.select(".similar li")
    assert record.a is not None
    assert record.a["href"] == "/candidate/shed"
    assert "accepted" in record.text
    assert "Befriending" in record.text
    assert "Both say: " in record.text
