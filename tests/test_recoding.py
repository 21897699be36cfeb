"""Coding what waits anew: it is no visit, reviewers decide meanwhile, and a broken locality file is told."""

import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from classify.features import ServiceFeatures
from classify.model import CodeModel, load_model
from classify.pairs import PAIR_FEATURES
from flows.learning.recoding import code_anew
from flows.settings import Settings
from register.codes.vocabulary import SCHEMES
from register.errors import ConfigError
from register.models import RECORD, DecisionVerdict
from register.store.queue.listing import QueueState
from tests.deciding import DATA, HOSTS, fill, settings_in
from tests.decisions import decide


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_in(tmp_path)
    fill(made, hosts=HOSTS[:1])
    return made


def generous() -> CodeModel:
    """The shipped model, but surer of every code, so that it changes every candidate."""
    shipped = load_model()
    assert shipped is not None
    surer = shipped.pair_weights.copy()
    surer[PAIR_FEATURES.index("bias")] += 5
    return replace(shipped, pair_weights=surer)


def test_coding_anew_is_no_visit_what_is_missing_stays_missing_and_dates_of_visits_stay(settings: Settings) -> None:
    with settings.open_store() as store:
        for key in store.learning.undecided():
            store.queue.touch(key, fetched_at=store.clock())
        store.queue.mark_missing("kiln-alder")
        before = {row.id: row for row in store.queue.rows()}
        fetched = {key: [field.fetched_at for field in store.queue.fields(key)] for key in before}
        assert code_anew(store, settings=settings, model=generous()) == (5, 5)
        for row in store.queue.rows():
            assert row.revision == 2
            assert (row.missing_since, row.last_seen_at) == (before[row.id].missing_since, before[row.id].last_seen_at)
            assert [field.fetched_at for field in store.queue.fields(row.id)] == fetched[row.id]
    assert before["kiln-alder"].missing_since is not None


def test_what_may_be_no_service_shows_no_more_codes_when_it_is_coded_anew(tmp_path: Path) -> None:
    doubtful = settings_in(tmp_path)
    fill(doubtful, hosts=HOSTS[:1], sure=0.3)
    with doubtful.open_store() as store:
        code_anew(store, settings=doubtful, model=generous())
        drafts = [store.queue.get(key).draft for key in store.learning.undecided()]
    assert all(draft.codes for draft in drafts)
    assert not any(code.shown for draft in drafts for code in draft.codes if code.scheme in SCHEMES)


def test_reviewers_decide_while_candidates_are_coded_anew_and_what_they_decided_stays(settings: Settings) -> None:
    class Slow(CodeModel):
        def scores(self, features: ServiceFeatures) -> dict[str, float]:
            with settings.open_store() as of_a_reviewer:
                if of_a_reviewer.queue.get("bench-alder").state is QueueState.UNDECIDED:
                    decide(of_a_reviewer, "bench-alder", RECORD, DecisionVerdict.APPROVE)
            return super().scores(features)

    model = Slow(**{field.name: getattr(generous(), field.name) for field in fields(CodeModel)})
    with settings.open_store() as store:
        assert code_anew(store, settings=settings, model=model) == (4, 5)
        decided = store.queue.get("bench-alder")
        assert (decided.state, decided.revision) == (QueueState.ACCEPTED, 1)


def test_a_locality_file_with_a_fault_is_told_and_not_taken_for_one_that_is_gone(
    settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "localities" / "fenmarsh.toml").write_text('name = "Fenmarsh"\nstudy = "none such"\n')
    broken = replace(settings, data=tmp_path / "data")
    with settings.open_store() as store, pytest.raises(ConfigError, match=r"fenmarsh\.toml"):
        code_anew(store, settings=broken, model=None)
    with settings.open_store() as store:
        (run,) = store.runs.latest(kind="retrain")
    assert (run.verdict, "fenmarsh.toml" in run.message) == ("failed", True)
