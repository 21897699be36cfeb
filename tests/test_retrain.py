"""Learning from decisions: what is learned from and what never, what is promoted, what the queue proposes then."""

from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from classify.learning import answers_of
from classify.model import MODEL_FILE, load_model
from classify.promotion import fold_of
from flows.cli import cli
from flows.discovery.rules import rules_digest
from flows.learning.decided import gather
from flows.learning.drift import measure_drift
from flows.learning.retrain import Retrained, go_back, retrain
from flows.learning.shelf import Shelf
from flows.progress import QuietProgress
from flows.settings import SHIPPED, Settings, load_stages
from register.errors import ConfigError, NotFoundError, TidiermapError
from register.models import RECORD, DecisionVerdict
from register.store.queue.listing import QueueState
from tests.deciding import DATA, HOSTS, as_this_team, codebook, fill, review, settings_in
from tests.decisions import decide


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A register in which one team decided on the services of all hosts but two in its own way, and then retrained."""
    settings = settings_in(tmp_path_factory.mktemp("reviewed"))
    keys = fill(settings)
    decided = [key for key in keys if not key.endswith(("-rowan", "-willow"))]
    review(settings, tuple(decided), as_this_team)
    with settings.open_store() as store:
        for key in decided:
            decide(store, key, RECORD, DecisionVerdict.APPROVE)
        decide(store, "choir-willow", "code.type", DecisionVerdict.APPROVE)
    return settings


@pytest.fixture(scope="module")
def dry(reviewed: Settings) -> Retrained:
    """What retraining would do, and that it leaves nothing behind."""
    before = sorted(reviewed.register.parent.rglob("*"))
    done = retrain(settings=reviewed, progress=QuietProgress(), dry_run=True)
    assert [path for path in sorted(reviewed.register.parent.rglob("*")) if path not in before] == []
    assert reviewed.learned_model is None
    return done


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


SCHEME = frozenset({"type:a", "type:b", "type:c", "type:d"})


@pytest.mark.parametrize(
    ("verdict", "final", "answers", "unseen"),
    [
        ("approve", {"type:a", "type:b"}, {"a": True, "b": True, "c": False, "d": False}, {"c", "d"}),
        ("edit", {"type:a", "type:c"}, {"a": True, "b": False, "c": True, "d": False}, set()),
        ("reject", set(), {"a": False, "b": False}, set()),
        ("not_stated", set(), {"a": False, "b": False, "c": False, "d": False}, set()),
    ],
)
def test_what_a_decision_says_of_each_code(verdict, final, answers, unseen) -> None:
    found, silent = answers_of(
        DecisionVerdict(verdict), shown=frozenset({"type:a", "type:b"}), final=frozenset(final), scheme=SCHEME
    )
    assert {key.removeprefix("type:"): right for key, right in found.items()} == answers
    assert {key.removeprefix("type:") for key in silent} == unseen


def test_open_and_known_wrong_proposals_are_never_learned_from(settings: Settings) -> None:
    fill(settings, hosts=HOSTS[:2])  # alder and ash
    with settings.open_store() as store:
        assert gather(store, codebook=codebook()).services == ()
        decide(store, "kiln-ash", "code.type", DecisionVerdict.APPROVE)
        decide(store, "loft-ash", "code.type", DecisionVerdict.EDIT, ("practical_help",))
        decide(store, "oven-alder", "code.type", DecisionVerdict.REJECT)
        decide(store, "oven-alder", "code.type", DecisionVerdict.UNDO)
        with store.transaction():
            store.learning.note_known_wrong("loft-ash", "code.type")
        (service,) = gather(store, codebook=codebook()).services
    assert service.site == "ash.example"
    assert {key.partition(":")[0] for key in service.answers} == {"type"}


def test_too_few_decisions_are_refused_with_what_was_expected(settings: Settings) -> None:
    keys = fill(settings, hosts=HOSTS[:1])
    review(settings, keys, as_this_team)
    with pytest.raises(TidiermapError, match="5 services of 1 sites with decided codes, expected at least 30 of 5"):
        retrain(settings=settings, progress=QuietProgress())


def run(settings: Settings, *args: str) -> str:
    given = ["--register", str(settings.register), "--data", str(DATA), "retrain", *args]
    result = CliRunner().invoke(cli, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def codes_of(settings: Settings, key: str, scheme: str) -> tuple[str, ...]:
    with settings.open_store() as store:
        proposal = next(f.proposal for f in store.queue.fields(key) if f.name == f"code.{scheme}")
    return proposal.value if isinstance(proposal.value, tuple) else ()


def test_a_better_model_is_promoted_and_only_what_is_undecided_is_proposed_anew(
    reviewed: Settings, dry: Retrained
) -> None:
    with reviewed.open_store() as store:
        before = {key: store.queue.fields(key) for key in ("choir-ash", "choir-willow")}
    digest_before = rules_digest(DATA, model=reviewed.learned_model)
    done = retrain(settings=reviewed, progress=QuietProgress())
    card, compared = done.card, done.card.comparison
    assert card.promoted
    assert compared.gain.low > 0
    assert (compared, card.id.rpartition("-")[2]) == (dry.card.comparison, dry.card.id.rpartition("-")[2])
    sites = [site for part in card.held_back for site in part]
    assert set(sites) == {host for host in HOSTS if not host.startswith("rowan")}
    assert [fold_of(site) for site in sites] == sorted(fold_of(site) for site in sites)
    assert (done.waiting, done.changed > 0) == (10, True)
    with reviewed.open_store() as store:
        assert store.queue.fields("choir-ash") == before["choir-ash"]
        assert store.queue.get("choir-ash").revision == 1
        (still,) = (f for f in store.queue.fields("choir-willow") if f.name == "code.type")
        assert still in before["choir-willow"]
        assert store.queue.get("choir-willow").state is QueueState.UNDECIDED
        assert {f.state for f in store.queue.fields("kiln-rowan")} == {"open"}
    assert codes_of(reviewed, "kiln-rowan", "type") == ("skills_education",)
    assert rules_digest(DATA, model=reviewed.learned_model) != digest_before
    assert Shelf(reviewed.models).in_use == card.id
    told = CliRunner().invoke(cli, ["--register", str(reviewed.register), "runs"], catch_exceptions=False).output
    assert f"{done.changed:6} recoded" in told


def test_the_next_crawl_codes_by_the_model_in_use(reviewed: Settings) -> None:
    stages = load_stages(DATA, model=reviewed.learned_model)
    assert stages.code_model is not None
    assert stages.code_model.learned is not None
    shipped = load_stages(DATA).code_model
    assert shipped is not None
    assert shipped.learned is None


def test_a_second_retraining_is_measured_against_the_model_in_use_and_one_can_go_back(reviewed: Settings) -> None:
    (card,) = Shelf(reviewed.models).cards()
    assert f"not better beyond noise (+0.000 [+0.000 to +0.000] on held-back sites): {card.id} stays" in run(reviewed)
    again = Shelf(reviewed.models).cards()[-1]
    assert (again.parent, again.promoted, again.comparison.gain.mean) == (card.id, False, 0)
    assert f"{SHIPPED} is in use; " in run(reviewed, "--back", SHIPPED)
    assert reviewed.learned_model is None
    assert codes_of(reviewed, "kiln-rowan", "type") != ("skills_education",)
    assert f"{card.id} is in use; " in run(reviewed, "--back", card.id)
    assert codes_of(reviewed, "kiln-rowan", "type") == ("skills_education",)
    listed = run(reviewed, "--list").splitlines()
    assert [line[0] for line in listed] == [" ", "*", " "]
    assert f"{card.id}  promoted" in listed[1]
    with pytest.raises(NotFoundError, match=f"model 2020-01-01-0: there is none .* found {SHIPPED}, {card.id}"):
        go_back("2020-01-01-0", settings=reviewed)
    with pytest.raises(NotFoundError):
        go_back("../models", settings=reviewed)


def test_a_model_whose_file_was_changed_is_not_used(reviewed: Settings) -> None:
    card = Shelf(reviewed.models).cards()[0]
    go_back(SHIPPED, settings=reviewed)
    path = reviewed.models / card.id / "codes.npz"
    kept = path.read_bytes()
    path.write_bytes(MODEL_FILE.read_bytes())
    with pytest.raises(ConfigError, match="as its card says"):
        go_back(card.id, settings=reviewed)
    path.write_bytes(kept)
    path.rename(path.with_suffix(".away"))
    (reviewed.models / "in_use").write_text(card.id)
    with pytest.raises(ConfigError, match="retrain --back shipped"):
        _ = reviewed.learned_model
    path.with_suffix(".away").rename(path)
    (reviewed.models / "in_use").unlink()


def test_a_learned_model_keeps_what_shipped_and_moves_a_cut_only_where_that_shows_more_of_what_is_right(
    reviewed: Settings,
) -> None:
    card = Shelf(reviewed.models).cards()[0]
    learned, shipped = load_model(reviewed.models / card.id / "codes.npz"), load_model()
    assert learned is not None
    assert shipped is not None
    moved = {scheme for scheme, cut in learned.cuts.items() if cut != shipped.cuts[scheme]}
    assert "factor" in moved
    f1 = {side: {shown.scheme: shown.f1 for shown in getattr(card.comparison, side)} for side in ("before", "after")}
    assert all(f1["after"][scheme] > f1["before"][scheme] for scheme in moved)
    assert learned.codes == shipped.codes
    assert set(shipped.words) <= set(learned.words)


def by_lot(lot: Random, scheme: str) -> tuple[str, ...]:
    return (lot.choice([code.code for code in codebook().scheme(scheme)]),)


@pytest.mark.parametrize("seed", [1, 2])
def test_decisions_by_lot_are_not_promoted(settings: Settings, seed: int) -> None:
    lot = Random(seed)  # noqa: S311 (no secret)
    review(settings, fill(settings, hosts=HOSTS[:8]), lambda key, scheme: by_lot(lot, scheme))
    done = retrain(settings=settings, progress=QuietProgress())
    assert not done.card.promoted
    assert done.card.reason
    assert Shelf(settings.models).in_use == SHIPPED


def test_decisions_that_always_say_the_same_are_not_promoted(settings: Settings) -> None:
    """They are easily learned, and nothing of the pages is."""
    review(settings, fill(settings, hosts=HOSTS[:8]), lambda key, scheme: as_this_team("bench-x", scheme))
    card = retrain(settings=settings, progress=QuietProgress()).card
    assert (card.promoted, card.reason) == (False, "the decisions cannot be told from chance by the words of the pages")


def test_one_thing_at_a_time_is_asked_of_the_command(settings: Settings) -> None:
    result = CliRunner().invoke(cli, ["--register", str(settings.register), "retrain", "--list", "--dry-run"])
    assert result.exit_code == 2
    assert "give one of" in result.output
    result = CliRunner().invoke(cli, ["--register", str(settings.register), "retrain", "--back", ""])
    assert isinstance(result.exception, NotFoundError)


def test_the_drift_report_sets_what_was_accepted_beside_what_was_promised(reviewed: Settings) -> None:
    drift = measure_drift(settings=reviewed)
    codes = {one.name: one for one in drift.codes}
    choirs = sum(host.partition(".")[0] not in ("rowan", "willow") for host in HOSTS)
    assert (codes["population:women"].proposed, codes["population:women"].added) == (0, choirs)
    befriending = codes["type:social_befriending"]
    assert befriending.accepted == 1
    assert befriending.low < befriending.promised < 1
    refused = [one for one in drift.codes if one.proposed > 5 and not one.accepted]
    assert refused
    assert all(one.drifted for one in refused)
    assert [month.name for month in drift.months] == ["2026-03"]
    assert drift.overall.proposed == sum(code.proposed for code in drift.codes) == sum(s.proposed for s in drift.scores)
    assert [name for name, _ in drift.new_words] == ["2026-03", "waiting"]
    told = run(reviewed, "--drift")
    assert f"  {refused[0].name}: " in told
    page = Path(told.splitlines()[-1]).read_text()
    assert "<svg" in page
    assert "<script" not in page


def test_a_register_without_decisions_has_no_drift(settings: Settings) -> None:
    assert "no proposed code was decided on yet" in run(settings, "--drift")
