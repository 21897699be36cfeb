"""What is told of a record's life, and of two publications compared, as the commands tell it."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.publishing.publish import publish
from flows.settings import Settings
from register.errors import TidiermapError
from register.models import RECORD, DecisionVerdict
from register.staleness.record_state import Told
from register.staleness.staleness import Verdict
from tests.clocks import Ticking
from tests.decisions import decide as decide_on
from tests.drafts import LOCALITY, decide, queued
from tests.test_publications import accept, move_to_friday


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with three publications: two services, one of them moved to Friday, the other one closed."""
    folder = tmp_path_factory.mktemp("lived")
    settings = Settings(register=folder / "register.db", clock=Ticking())

    def put_out() -> None:
        publish(settings=settings, folder=folder / "dataset")

    with settings.open_store() as store:
        store.users.put("ada", role="adjudicator", password_hash="x")
        accept(store, "a1", "a2")
    put_out()
    with settings.open_store() as store:
        move_to_friday(store, "a1")
    put_out()
    with settings.open_store() as store:
        decide(store, RECORD, DecisionVerdict.REJECT, key="a2")
    put_out()
    return folder


@pytest.fixture
def settings(lived: Path, tmp_path: Path) -> Settings:
    """That register, in a folder of the test's own."""
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    return Settings(register=tmp_path / "register.db", clock=Ticking())


def told(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--register", str(settings.register), *arguments], catch_exceptions=False)


def test_history_tells_a_record_from_first_seen_on_by_role(settings: Settings) -> None:
    lines = told(settings, "history", "tm-a1").output.splitlines()
    assert lines[:2] == ["Knit and Natter [tm-a1], sample", "It is published."]
    words = [line[18:] for line in lines[2:]]
    assert words[0] == "First seen by a crawl, on http://127.0.0.1:8765/a1/"
    assert words[1].startswith("An adjudicator accepted the record, and ")
    assert words[2].startswith("Published in pub-2026-03-01-")
    assert words[2].endswith(": for the first time")
    assert words[3] == "Its page says something else: to be looked at again are When and how much"
    assert "When and how much: was every Tuesday at 2pm; is now every Friday at 11am" in words[-1]
    assert "ada" not in " ".join(lines)
    assert "Ada accepted the record" in told(settings, "history", "tm-a1", "--names").output


def test_history_tells_what_was_found_of_single_fields(settings: Settings) -> None:
    with settings.open_store() as store:
        run_id = store.runs.start("recheck", LOCALITY)
        touched = Told(verdict=Verdict.CHANGED, cause="other words stand there now")
        fields = {"tidier.when_how_much": touched, "fact.cost": touched}
        live = Told(verdict=Verdict.LIVE, cause="found as it was")
        store.staleness.note("tm-a1", live, fields, day=date(2026, 3, 2), run_id=run_id)
    lines = told(settings, "history", "tm-a1").output.splitlines()
    assert any(line.endswith("Found live: found as it was") for line in lines)
    assert lines[-1].endswith("Found changed in Cost, When and how much: other words stand there now")


def test_history_ends_with_the_tombstone_and_answers_by_candidate_too(settings: Settings) -> None:
    life = json.loads(told(settings, "history", "a2", "--json").output)
    kinds = [entry["kind"] for entry in life["entries"]]
    assert kinds[0] == "seen first"
    assert kinds[-3:] == ["decided: reject", "closed", "published"]
    assert life["entries"][-1]["words"].endswith("as closed")
    assert life["record"] == "tm-a2"
    assert life["withdrawn_at"]
    assert [entry["at"] for entry in life["entries"]] == sorted(entry["at"] for entry in life["entries"])


def test_decisions_of_one_sitting_are_one_line(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store, key="a9", url="http://127.0.0.1:8765/a9/")
        for field in ("fact.cost", "tidier.why", "tidier.how"):
            decide_on(store, "a9", field, DecisionVerdict.NOT_STATED)
    lines = told(settings, "history", "a9").output.splitlines()
    assert lines[1] == "It was never published; it is undecided in the queue."
    assert lines[-1].endswith("An adjudicator found not stated: Cost, Why, How")


def test_a_merge_is_told_on_both_sides(settings: Settings) -> None:
    with settings.open_store() as store, store.transaction():
        from register.store.matching.pairs import LikelyPair

        queued(store, key="a8", url="http://127.0.0.1:8765/a8/")
        store.pairs.keep("a1", [LikelyPair(other="a8", score=0.9, reasons=())])
        seen = {one: store.queue.get(one).revision for one in ("a1", "a8")}
        store.merging.merge("a1", "a8", taken=(), reviewer="ada", seen=seen)
    assert "An adjudicator found a8 to be the same service, and merged it" in told(settings, "history", "a1").output
    assert "An adjudicator found it to be the same service as a1" in told(settings, "history", "a8").output


def test_compare_tells_two_publications_in_words_and_rows(settings: Settings, tmp_path: Path) -> None:
    found = told(settings, "compare", "1", "last", "--out", str(tmp_path / "out"))
    assert "1 service, 2 before." in found.output
    assert "Sample" in found.output or "sample" in found.output
    rows = list(csv.DictReader((tmp_path / "out" / "changes.csv").open()))
    assert {(row["record"], row["cause"]) for row in rows} >= {("tm-a1", "changed"), ("tm-a2", "closed")}
    tallies = {(row["by"], row["key"]): row for row in csv.DictReader((tmp_path / "out" / "tallies.csv").open())}
    assert tallies["locality", "sample"]["closed"] == "1"
    assert (tallies["code", "type:social_befriending"]["before"], tallies["all", ""]["after"]) == ("2", "1")


def test_compare_takes_the_folder_of_a_publication(settings: Settings, tmp_path: Path) -> None:
    assert "Nothing differs in" in told(settings, "compare", str(tmp_path / "dataset"), "last").output
    with pytest.raises(TidiermapError, match="the last ones are pub-"):
        told(settings, "compare", "pub-1999", "last")
    with pytest.raises(TidiermapError, match=r"found no manifest\.json"):
        told(settings, "compare", str(tmp_path), "last")
    told(settings, "publications", "1", "--out", str(tmp_path / "first"))
    settings.register.unlink()
    folders = str(tmp_path / "first"), str(tmp_path / "dataset")
    assert "1 service, 2 before." in told(settings, "compare", *folders).output
    assert not settings.register.exists(), "two folders need no register"


def test_publications_are_listed_and_written_again(settings: Settings, tmp_path: Path) -> None:
    lines = told(settings, "publications").output.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    out = told(settings, "publications", "last", "--out", str(tmp_path / "again")).output
    assert "written otherwise" not in out
    for path in (tmp_path / "again").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "dataset" / path.relative_to(tmp_path / "again")).read_bytes()
    told(settings, "publications", "1", "--out", str(tmp_path / "again"))
    assert "every Tuesday at 2pm" in (tmp_path / "again" / "records.csv").read_text()
