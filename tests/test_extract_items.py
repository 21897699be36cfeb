"""Which units are quoted for an item, how sure that makes, and what the models learn it from."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.extract_examples import labelled_examples
from benchmarks.item_cuts import Scored, learn_cuts
from extract.itemmodel import ItemModel
from extract.items import ITEMS, blend, cue_scores, item_scores, unit_features
from extract.linear import LinearModel
from extract.placenames import PlaceNames
from extract.quotes import Chosen, choose_quotes
from extract.training import fit
from extract.units import Unit
from register.codes.checklist import read_checklist
from register.codes.examples import read_examples
from register.codes.vocabulary import PassageKind
from register.errors import ConfigError
from register.models import Passage

DATA = Path(__file__).parent.parent / "data"


def units_of(*texts: str) -> tuple[Unit, ...]:
    units, at = [], 0
    for text in texts:
        passage = Passage(start=at, end=at + len(text), kind=PassageKind.PARAGRAPH)
        units.append(Unit(start=at, end=at + len(text), text=text, passage=passage))
        at += len(text) + 1
    return tuple(units)


def quoted(scores: list[float], *, cuts: tuple[float, float], texts: tuple[str, ...] = ()) -> list[int]:
    units = units_of(*(texts or [f"Sentence {n}." for n in range(len(scores))]))
    spans = choose_quotes(units, scores, cuts=cuts).spans
    return [n for n, unit in enumerate(units) if (unit.start, unit.end) in spans]


@pytest.mark.parametrize(
    ("scores", "places"),
    [
        ([0.1, 0.3, 0.2], [1]),  # the best one needs .25, a further one .5
        ([0.6, 0.3, 0.7], [0, 2]),
        ([0.2, 0.1, 0.0], []),
        ([0.9, 0.8, 0.7, 0.6, 0.55], [0, 1, 2, 3]),  # at most four
    ],
)
def test_a_further_quote_must_score_more_than_the_first(scores: list[float], places: list[int]) -> None:
    assert quoted(scores, cuts=(0.25, 0.5)) == places


def test_what_a_page_says_twice_is_quoted_once() -> None:
    texts = ("Run by volunteers.", "Tea and cake.", "Run  by VOLUNTEERS.")
    assert quoted([0.8, 0.1, 0.9], cuts=(0.5, 0.5), texts=texts) == [0]


def test_no_units_give_no_quotes() -> None:
    assert choose_quotes((), (), cuts=(0.0, 0.0)) == Chosen(spans=(), score=0.0)


def test_without_a_model_the_cues_of_the_checklist_decide() -> None:
    units = units_of("We meet every Tuesday from 2pm until 4pm.", "The kettle is always on.")
    scores = item_scores(units, way="service", checklist=read_checklist(DATA), model=None)
    when = ITEMS.index("when_how_much")
    assert scores[0][when] > 0.7 > 0.1 > scores[1][when]


def linear(seed: int = 0) -> LinearModel:
    weights = np.random.default_rng(seed).normal(size=(512, len(ITEMS))).astype(np.float32)
    flat = np.zeros(len(ITEMS), dtype=np.float32)
    return LinearModel(labels=ITEMS, weights=weights, bias=flat, cuts=flat)


def test_scores_of_many_rows_are_those_of_each() -> None:
    model, rows = linear(), [{"a": 1.0, "b": 0.5}, {}, {"c": -2.0}]
    assert np.allclose(model.scores_of(rows), [model.scores(row) for row in rows])
    assert model.scores_of([]).shape == (0, len(ITEMS))


def test_a_stored_model_of_items_decides_as_before() -> None:
    lines = [np.linspace(0.1, 0.9, len(ITEMS)).astype(np.float32) + n for n in range(4)]
    model = ItemModel(linear=linear(), first=lines[0], further=lines[1], slope=lines[2], offset=lines[3])
    again = ItemModel.load(model.dump())
    assert [again.cuts(item) for item in ITEMS] == [model.cuts(item) for item in ITEMS]
    assert again.certainty("why", 0.4) == pytest.approx(model.certainty("why", 0.4))
    assert np.allclose(again.linear.scores({"a": 1.0}), model.linear.scores({"a": 1.0}), atol=1e-2)
    assert model.certainty("why", 0.1) < model.certainty("why", 0.9)


def test_cuts_and_certainty_are_learned_from_held_out_scores() -> None:
    """The first item is reported by every other service, by the unit that scores .6; others score .3 at most."""
    scored = []
    for n in range(40):
        scores, truth = np.full((3, len(ITEMS)), 0.01), np.zeros((3, len(ITEMS)), dtype=bool)
        scores[:, 0] = [0.6 if n % 2 else 0.3, 0.2, 0.1]
        truth[0, 0] = bool(n % 2)
        words = np.array([5, 9, 7])
        scored.append(Scored(texts=("one", "two", "three"), words=words, truth=truth, scores=scores))
    model = learn_cuts(linear(), scored)
    first, further = model.cuts(ITEMS[0])
    assert 0.3 < first <= 0.6
    assert further >= first
    assert model.certainty(ITEMS[0], 0.6) > 0.5 > model.certainty(ITEMS[0], 0.3)


def test_a_feature_that_one_site_alone_has_is_not_learned() -> None:
    rows = [{"theirs": 1.0, "common": 1.0}] * 4 + [{"common": 1.0}] * 2 + [{"other": 1.0}] * 4
    truth = np.array([[True]] * 6 + [[False]] * 4)
    model = fit(rows, ["item"], truth, sites=["a"] * 4 + ["b"] * 2 + ["a", "b"] * 2)
    assert model.scores({"theirs": 1.0})[0] == model.scores({})[0]
    assert model.scores({"common": 1.0})[0] > model.scores({})[0]


def test_every_item_has_examples_in_several_services() -> None:
    examples = read_examples(DATA)
    for item in ITEMS:
        assert len({row.service for row in examples if item in row.items}) >= 4, item


def test_examples_become_units_with_what_they_report() -> None:
    labelled = labelled_examples(DATA, checklist=read_checklist(DATA))
    rows = read_examples(DATA)
    assert sum(len(u.units) for u in labelled) == len(rows)
    told = [tuple(i for i, yes in zip(ITEMS, row, strict=True) if yes) for u in labelled for row in u.truth]
    assert told == [tuple(i for i in ITEMS if i in row.items) for row in rows]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,paragraph,,,wye,,Text.", ["examples.csv:2", "items", "wye", "why"]),
        ("A,paragraf,,,why,,Text.", ["examples.csv:2", "block", "paragraf"]),
        ("A,paragraph,,,why,,", ["examples.csv:2", "text"]),
        ("A,paragraph,,,why,tipe:other,Text.", ["examples.csv:2", "codes", "tipe:other", "factor"]),
        ("A,paragraph,,,why,wide:maybe,Text.", ["examples.csv:2", "codes", "wide:maybe", "net:verdict"]),
    ],
)
def test_a_typo_in_the_examples_is_refused(tmp_path: Path, row: str, says: list[str]) -> None:
    (tmp_path / "examples.csv").write_text(f"service,block,heading,label,items,codes,text\n{row}\n")
    with pytest.raises(ConfigError) as refused:
        read_examples(tmp_path)
    assert all(part in str(refused.value) for part in says)


WHO = ITEMS.index("who_provided")


def scored_units(*texts: str, label: str = "") -> list[tuple[float, ...]]:
    units = [replace(u, passage=replace(u.passage, label=label)) for u in units_of(*texts)]
    return item_scores(units, way="listing", checklist=read_checklist(DATA), model=None)


def test_what_answers_a_label_of_an_item_reports_it_whatever_its_words() -> None:
    assert scored_units("Larkspur", "Tea", label="Provider")[1][WHO] > 0.8
    assert scored_units("Larkspur", "Tea")[1][WHO] < 0.1


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("Larkspur", True),
        ("St Oswin's Fellowship", True),
        ("Friends of the Mill Pond", True),
        ("THE LOFT", True),
        ("Elmsgate Village Hall", False),  # a venue
        ("Every Tuesday", False),
        ("Opening Times", False),
        ("Book Now", False),
        ("Free winter clothing", False),  # a tag line
        ("Larkspur.", False),
        ("Open 9 To 5", False),
    ],
)
def test_a_bare_name_under_the_title_is_taken_for_who_provides(line: str, who: bool) -> None:
    assert (scored_units(line, "Sewing group.")[0][WHO] >= 0.6) is who


def test_a_bare_name_further_down_is_not_taken_for_who_provides() -> None:
    assert scored_units("Sewing group.", "Larkspur")[1][WHO] < 0.1


@pytest.mark.parametrize("told", [{"linked": 1.0}, {"heading_path": ("larkspur", "Stitch Up")}, {"level": 3}])
def test_a_tag_under_the_title_is_not_taken_for_who_provides(told: dict[str, Any]) -> None:
    line, rest = units_of("Larkspur", "Sewing group.")
    units = (replace(line, passage=replace(line.passage, **told)), rest)
    assert item_scores(units, way="listing", checklist=read_checklist(DATA), model=None)[0][WHO] < 0.1


@pytest.mark.parametrize("label", ["Main phone number", "Booking:", "Further information", "Contact details"])
def test_a_label_without_its_value_reports_nothing(label: str) -> None:
    units, checklist = units_of(label, "Ring to book."), read_checklist(DATA)
    rows = unit_features(units, way="service", checklist=checklist)
    assert blend(np.full((2, len(ITEMS)), 0.9), [cue_scores(row) for row in rows])[0].max() == 0
    assert max(item_scores(units, way="service", checklist=checklist, model=None)[1]) > 0


@pytest.mark.parametrize("text", ["Mondays", "Every morning", "Unit 9, Beehive Centre", "24 hours"])
def test_what_says_when_or_where_is_no_bare_label(text: str) -> None:
    assert max(scored_units("Tea.", text)[1]) > 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("You must live in south-west London.", 1),
        ("For residents of Milton Keynes and Greater Manchester", 2),
        ("Ring Lewisham, then Newcastle upon Tyne.", 2),
        ("We read together on Fridays.", 0),  # places whose names are words are left out
        ("", 0),
    ],
)
def test_names_of_places_are_counted_as_whole_names(text: str, count: int) -> None:
    assert PlaceNames.of(read_checklist(DATA).place_names).count(text) == count


def test_who_may_come_from_where_speaks_of_where() -> None:
    where = ITEMS.index("where")
    named, unnamed = scored_units("You must live in Lewisham.", "You must live in style.")
    assert named[where] > unnamed[where]
