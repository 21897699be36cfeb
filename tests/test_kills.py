"""kill -9 in the middle of deciding, publishing and backing up: nothing lost, nothing double. `make bench-dataset` has
a hundred kills, of crawls and rechecks too; how crawls go on is in test_crawl_resume."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.dataset_kills import SETS, WHEN
from benchmarks.killed import Scene, Tally, run_scene, settings_in
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.upkeep.backup import back_up
from tests.drafts import queued
from tests.test_publications import accept


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with a register: two services published, one accepted since, one that waits; and an earlier backup."""
    settings = settings_in(tmp_path / "base", Settings(clock=lambda: WHEN))
    with settings.open_store() as store:
        accept(store, "a1", "a2")
        store.db.execute("UPDATE pages SET archive = ''")  # nobody wrote what the drafts name
        store.db.execute("UPDATE page_versions SET archive = ''")
    publish(settings=settings, folder=settings.register.parent / "dataset")
    back_up(settings, tmp_path / "base" / "safe")
    with settings.open_store() as store:
        accept(store, "a3")
        queued(store, key="a4", url="http://127.0.0.1:8765/a4/")
        store.db.execute("UPDATE pages SET archive = ''")
        store.db.execute("UPDATE page_versions SET archive = ''")
    return tmp_path / "base"


def test_what_was_killed_is_done_again_without_loss_or_doubling(base: Path, tmp_path: Path) -> None:
    tally, chance = Tally(), Random(11)  # noqa: S311 (no secret)
    settings = Settings(clock=lambda: WHEN)
    for name, kills in (("decide", 2), ("publish", 1), ("backup", 2)):
        work, look, compare = SETS[name]
        scene = Scene(name=name, base=base, work=work, look=look, compare=compare)
        run_scene(scene, settings, tmp_path, kills=kills, chance=chance, tally=tally)
    assert (tally.broken, tally.replays) == ([], [])
    assert (tally.kills, tally.lost.total(), tally.double.total()) == (5, 0, 0)
