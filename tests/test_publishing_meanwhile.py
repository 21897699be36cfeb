"""While files are written others go on working: nobody waits, nothing is published half, one publication at a time."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.publishing.publish import publish
from flows.settings import Settings
from register.errors import PublishError, TidiermapError
from register.models import RECORD, DecisionVerdict
from register.store import Store
from register.store.upkeep.replay import replay
from tests.clocks import Ticking
from tests.drafts import decide, queued
from tests.test_publications import accept

FIRST_FORMAT = "writing files: tables, 1 of"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(register=tmp_path / "register.db", clock=Ticking())
    with settings.open_store() as store:
        accept(store, "a1", "a2")
        queued(store, key="a3", url="http://127.0.0.1:8765/a3/")
    return settings


def put_out(settings: Settings, meanwhile: Callable[[], object] = lambda: None):
    """Publishes; `meanwhile` is done while the rendering stands still."""
    told = []

    def tell(words: str) -> None:
        told.append(words)
        if words.startswith(FIRST_FORMAT):
            meanwhile()

    published = publish(settings=settings, folder=settings.register.parent / "dataset", tell=tell)
    assert any(words.startswith(FIRST_FORMAT) for words in told), "it tells how far it is"
    return published


def names_of(settings: Settings) -> list[str]:
    lines = (settings.register.parent / "dataset" / "records.csv").read_text().splitlines()
    return [row["id"] for row in csv.DictReader(lines)]


def decide_meanwhile(settings: Settings) -> None:
    """On a connection of its own that waits for nobody: rejects one, accepts another, changes a third."""
    with settings.open_store() as store:
        store.db.execute("PRAGMA busy_timeout = 0")
        decide(store, RECORD, DecisionVerdict.REJECT, key="a1")
        decide(store, RECORD, DecisionVerdict.APPROVE, key="a3")
        decide(store, "fact.cost", DecisionVerdict.NOT_STATED, key="a2")


def test_who_decides_while_files_are_written_waits_for_nobody_and_is_published_next_time(settings: Settings) -> None:
    first = put_out(settings, meanwhile=lambda: decide_meanwhile(settings))
    assert names_of(settings) == ["tm-a1", "tm-a2"], "as it was when the publication began"
    assert first.summary.counts["records"] == 2
    with settings.open_store() as store:
        assert store.decisions.history("a1")[-1].verdict is DecisionVerdict.REJECT, "nothing that was decided is lost"
        assert [one.id for one in store.public.listed()] == ["tm-a1", "tm-a2"]
        cost = next(field for field in store.records.get("tm-a2").fields if field.name == "fact.cost")
        assert cost.value == "free", "the tables say what the files say"
    second = put_out(settings)
    assert names_of(settings) == ["tm-a2", "tm-a3"]
    assert second.summary.counts["withdrawn"] == 1


def test_the_log_gives_the_same_register_again_though_somebody_decided_meanwhile(
    settings: Settings, tmp_path: Path
) -> None:
    put_out(settings, meanwhile=lambda: decide_meanwhile(settings))
    put_out(settings)
    with settings.open_store() as store:
        tables = replay(store, tmp_path / "again.db", open_store=lambda path, clock: Store(path, clock=clock))
    assert {one.table: one.differs for one in tables if one.differs} == {}


def test_what_was_broken_off_while_files_were_written_is_no_publication(settings: Settings) -> None:
    def fail() -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        put_out(settings, meanwhile=fail)
    with settings.open_store() as store:
        assert (store.publications.all(), store.records.all(), store.public.listed()) == ((), (), ())
        assert list(store.db.query("SELECT * FROM publication_lines")) == []
    assert [path.name for path in settings.register.parent.iterdir() if "dataset" in path.name] == []
    assert put_out(settings).changed


def test_a_second_publication_is_refused_while_one_is_under_way(settings: Settings) -> None:
    def publish_too() -> None:
        with pytest.raises(TidiermapError, match="another publication under way"):
            put_out(settings)

    first = put_out(settings, meanwhile=publish_too)
    manifest = json.loads((settings.register.parent / "dataset" / "manifest.json").read_text())
    assert manifest["id"] == first.id
    with settings.open_store() as store:
        assert [one.id for one in store.publications.all()] == [first.id]


def test_what_was_purged_meanwhile_is_not_published_again(settings: Settings) -> None:
    def purge() -> None:
        with settings.open_store() as store:
            told = dict.fromkeys(("asked_by", "made_by", "why", "kind", "hash"), "")
            store.db["purges"].insert({**told, "at": "2026-03-01T09:00:00.000000Z", "touched": "{}"})

    with pytest.raises(PublishError, match="a purge of meanwhile"):
        put_out(settings, meanwhile=purge)
    with settings.open_store() as store:
        assert store.publications.all() == ()
    assert put_out(settings).changed
