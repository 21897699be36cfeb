"""The code model: trained on services, kept as plain arrays, at one with the codebook that it meets."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from classify.codes import propose_codes
from classify.model import MODEL_FILE, load_model, save_model
from classify.training import Folds, TrainingService, fit, prepare, train
from register.codes.codebook import Codebook, read_codebook
from register.errors import ConfigError
from tests.coding import service, shown

DATA = Path(__file__).parent.parent / "data"
CODEBOOK = read_codebook(DATA)
FEW = Codebook(
    codes=tuple(c for c in CODEBOOK.codes if c.code in ("food_security", "social_befriending", "other", "general")),
    signals=CODEBOOK.signals,
)
TOLD = [
    ("Parcels of rice and beans from our food bank.", "type:food_security"),
    ("Hungry households take home a food parcel of rice.", "type:food_security"),
    ("Make friends over dominoes and tea.", "type:social_befriending"),
    ("Dominoes, tea and company: come and meet people.", "type:social_befriending"),
    ("The dentist sees you by appointment.", "type:other"),
]


def training() -> list[TrainingService]:
    services = []
    for site in ("north", "south", "west"):
        for text, code in TOLD:
            draft, page = service(text)
            codes = frozenset({code, "population:general"})
            services.append(TrainingService(draft=draft, page=page, codes=codes, site=site))
    return services


def test_training_learns_words_that_no_cue_holds_and_a_file_keeps_them(tmp_path: Path) -> None:
    model = train(training(), codebook=FEW)
    draft, page = service("Rice and beans to take home.")
    untaught = propose_codes(draft, page=page, codebook=FEW)
    taught = propose_codes(draft, page=page, codebook=FEW, model=model)
    assert "food_security" not in {code.code for code in untaught}
    found = next(code for code in taught if code.code == "food_security")
    assert found.reason.startswith("model:")
    assert "rice" in found.reason
    save_model(model, tmp_path / "codes.npz")
    kept = load_model(tmp_path / "codes.npz")
    assert kept is not None
    again = propose_codes(draft, page=page, codebook=FEW, model=kept)
    assert [(c.code, round(c.score, 2)) for c in again] == [(c.code, round(c.score, 2)) for c in taught]


def test_training_twice_gives_the_same_weights() -> None:
    once, again = train(training(), codebook=FEW), train(training(), codebook=FEW)
    assert np.array_equal(once.pair_weights, again.pair_weights)
    assert np.array_equal(once.own.word_weights, again.own.word_weights)
    assert once.words == again.words


def test_a_word_of_one_site_alone_is_not_learned() -> None:
    draft, page = service("Zanzibar Hall serves tea and company to meet people.")
    only = TrainingService(draft=draft, page=page, codes=frozenset({"type:social_befriending"}), site="north")
    model = train([*training(), only, only, only], codebook=FEW)
    assert "dominoes" in model.words
    assert "zanzibar" not in model.words


def test_a_fold_is_the_model_that_the_other_sites_alone_give() -> None:
    """Nothing of the site that is left out gets into it, not even that a word is known."""
    hall = "Zanzibar Hall has tea, rice and a dentist on the first floor."
    said = [("north", hall, "other"), ("south", hall, "other"), ("south", hall, "food_security")]
    outside = [("a", "Zanzibar sends rice.", "food_security"), ("b", "Zanzibar sends beans.", "food_security")]
    outside += [("c", "Tea for all.", "social_befriending"), ("d", "Tea for people.", "social_befriending")]
    beside, charities = (
        [
            TrainingService(draft=draft, page=page, codes=frozenset({f"type:{code}"}), site=site)
            for site, text, code in texts
            for draft, page in [service(text)]
        ]
        for texts in (said, outside)
    )
    samples = prepare([*training(), *beside], codebook=FEW)
    weak = prepare(charities, codebook=FEW)
    folds = Folds(samples, weak, (), codebook=FEW)
    assert "zanzibar" in folds.fit().words
    for site in ("north", "south", "west"):
        fold, alone = folds.fit(without=site), fit([s for s in samples if s.site != site], weak, codebook=FEW)
        assert ("zanzibar" in alone.words) == (site == "west")
        for sample in samples:
            assert fold.scores(sample.features) == pytest.approx(alone.scores(sample.features), abs=1e-9)
        assert fold.cuts == alone.cuts


def test_without_its_file_there_is_no_model(tmp_path: Path) -> None:
    assert load_model(tmp_path / "absent.npz") is None


def test_a_model_for_other_features_is_refused(tmp_path: Path) -> None:
    with np.load(MODEL_FILE, allow_pickle=False) as kept:
        arrays = dict(kept) | {"pair_weights": np.zeros(3)}
    np.savez(tmp_path / "codes.npz", **arrays)
    with pytest.raises(ConfigError, match="train it again"):
        load_model(tmp_path / "codes.npz")


def test_the_committed_model_holds_words_and_no_sentences() -> None:
    with np.load(MODEL_FILE, allow_pickle=False) as kept:
        assert max(len(word.split()) for word in kept["words"].tolist()) == 2
        assert {kind for array in kept.values() for kind in array.dtype.kind} <= {"f", "U"}
    assert MODEL_FILE.with_name("card.md").stat().st_size > 500


def test_a_code_newer_than_the_model_is_coded_by_its_cues_and_a_dropped_one_not_at_all(tmp_path: Path) -> None:
    shutil.copytree(DATA / "codebook", tmp_path / "codebook")
    path = tmp_path / "codebook" / "types.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] != "social_befriending"]
    rows.append(dict.fromkeys(rows[0], "") | {"code": "repair_cafe", "origin": "proposed", "include": "repair caf[eé]"})
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for name in ("cisl_types.csv", "levels.csv"):  # which follow from it
        path = tmp_path / "codebook" / name
        path.write_text(path.read_text(encoding="utf-8").replace("type:social_befriending\n", ""), encoding="utf-8")
    draft, page = service("Make friends at our repair café. The repair café mends toasters.")
    codes = propose_codes(draft, page=page, codebook=read_codebook(tmp_path), model=load_model())
    assert "repair_cafe" in shown(codes, "type")
    assert "social_befriending" not in {code.code for code in codes}
