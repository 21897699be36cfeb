"""The whole way on the sample site, with real servers: discover, approve, publish, recheck; and what must not be."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from flows.summary import RunSummary
from register.grounding import ungrounded
from register.models import RECORD, DecisionVerdict
from register.store import Store
from register.store.queue.listing import QueueState
from sample.serve import serve
from tests.drafts import decide

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, RunSummary]:
    """One discovery of the sample site: the folder that holds register and data, the site's port, the summary."""
    folder = tmp_path_factory.mktemp("crawled")
    shutil.copytree(ROOT / "data", folder / "data")
    with serve(port=0) as address:
        port = int(address.rsplit(":", 1)[1].strip("/"))
    path = folder / "data" / "localities" / "sample.toml"
    path.write_text(path.read_text().replace("127.0.0.1:8765", f"127.0.0.1:{port}"))
    return folder, port, crawl(settings_in(folder), port)


def settings_in(folder: Path) -> Settings:
    return Settings(register=folder / "var" / "register.db", data=folder / "data")


@pytest.fixture
def settings(crawled: tuple[Path, int, RunSummary], tmp_path: Path) -> Settings:
    """A register of the test's own, as the one discovery left it."""
    shutil.copytree(crawled[0], tmp_path / "own")
    return settings_in(tmp_path / "own")


@pytest.fixture
def port(crawled: tuple[Path, int, RunSummary]) -> int:
    return crawled[1]


@pytest.fixture
def first(crawled: tuple[Path, int, RunSummary]) -> RunSummary:
    return crawled[2]


def crawl(settings: Settings, port: int, *, later: bool = False, log: Path | None = None):
    with serve(port=port, later=later, log=log):
        return discover("sample", settings=settings, progress=QuietProgress(), everything=True)


def approve(store: Store, candidate_id: str) -> None:
    decide(store, RECORD, DecisionVerdict.APPROVE, key=candidate_id, revision=store.queue.get(candidate_id).revision)


def named(store: Store, words: str) -> str:
    rows = store.queue.rows(search=words)
    assert rows, f"no candidate is called {words}"
    return rows[0].id


def test_the_sample_is_crawled_into_a_queue_of_grounded_candidates(settings: Settings, first: RunSummary) -> None:
    summary = first
    assert summary.healthy, summary.lines()
    assert summary.counts["pages"] >= 25
    assert summary.counts["add"] >= 20
    assert {"404", "500"} <= {issue.kind for issue in summary.issues}
    assert summary.counts["refused_by_robots"] >= 1
    with settings.open_store() as store:
        rows = store.queue.rows()
        for row in rows:
            known = store.queue.get(row.id)
            assert ungrounded(known.page_text, known.draft.fields) == ()
        addresses = {row.page_url.split("/", 3)[3] for row in rows}
        own_pages = {"groups/dementia-cafe.html", "services/bereavement-cafe/", "groups/food-pantry.html"}
        assert own_pages <= addresses
        assert not {"privacy/", "news/garden-open-day/", "groups/mens-shed.html"} & addresses


def test_a_second_run_finds_everything_again_and_changes_nothing(
    settings: Settings, port: int, first: RunSummary
) -> None:
    second = crawl(settings, port)
    assert second.counts["candidates"] == first.counts["candidates"]
    assert second.counts["touch"] == first.counts["add"]
    assert second.counts["unchanged"] >= 20
    for change in ("add", "replace", "refresh", "reopen", "mark_missing"):
        assert not second.counts.get(change), change
    with settings.open_store() as store:
        with_a_service = {row.page_url for row in store.queue.rows()}
    assert sum(host.service_pages for host in second.hosts) == len(with_a_service)


def test_a_second_look_loads_nothing_that_only_drafting_needs(settings: Settings, port: int) -> None:
    command = [sys.executable, "-c", "from flows.cli import main; main()", "discover", "sample", "--all"]
    command += ["--register", str(settings.register), "--data", str(settings.data)]
    with serve(port=port):
        told = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}, capture_output=True, check=True
        )
    imports = re.findall(r"^import time:.*\| +([a-z_0-9]+)", told.stderr.decode(), re.MULTILINE)
    assert {"sqlite_utils", "scrapy"} <= set(imports), "the imports of the command, and of its crawling process"
    assert not {"spacy", "thinc", "sklearn", "scipy", "numpy", "bs4", "prefect", "starlette"} & set(imports)


def test_recheck_reopens_what_changed_and_nothing_else(settings: Settings, port: int) -> None:
    with settings.open_store() as store:
        approved = [row.id for row in store.queue.rows() if row.page_kind == "service"]
        for candidate_id in approved:
            approve(store, candidate_id)
        changed, gone = named(store, "services/bereavement-cafe/"), named(store, "services/carers-circle/")
    publish(settings=settings, folder=settings.register.parent / "dataset")
    with serve(port=port):
        same = recheck("sample", settings=settings, progress=QuietProgress())
    assert same.counts["unchanged"] == same.counts["pages"]
    assert not same.counts.get("reopen")
    with serve(port=port, later=True):
        later = recheck("sample", settings=settings, progress=QuietProgress())
    with settings.open_store() as store:
        states = {candidate_id: store.queue.get(candidate_id).state for candidate_id in approved}
        reopened = [candidate_id for candidate_id, state in states.items() if state is QueueState.REOPENED]
        assert reopened == [changed], later.lines()
        opened = {field.name for field in store.queue.fields(changed) if field.state == "open"}
        assert {"tidier.when_how_much", "fact.weekdays", "fact.times"} <= opened
        assert "tidier.brief_name" not in opened
        assert "tidier.who_provided" not in opened
        missing = [candidate_id for candidate_id in approved if store.queue.get(candidate_id).missing_since]
        assert missing == [gone], "the page that is gone, and no other"


def test_a_run_that_finds_too_little_is_quarantined_and_marks_nothing_missing(settings: Settings, port: int) -> None:
    path = settings.data / "localities" / "sample.toml"
    path.write_text(path.read_text().replace("max_depth = 6", "max_depth = 0"))
    partial = crawl(settings, port)
    assert not partial.healthy
    assert "expected at least" in partial.message
    with settings.open_store() as store:
        assert not store.queue.rows(missing=True)


def test_a_site_that_is_down_is_told_and_loses_nothing(settings: Settings, port: int) -> None:
    down = discover("sample", settings=settings, progress=QuietProgress())
    assert not down.healthy
    assert "host left early" in {issue.kind for issue in down.issues}, "nothing found must say why"
    with settings.open_store() as store:
        assert not store.queue.rows(missing=True)
        assert store.queue.counts()["undecided"] > 0


def test_a_healthy_run_marks_missing_what_left_the_site(settings: Settings, port: int) -> None:
    with settings.open_store() as store:
        gone = named(store, "services/carers-circle/")
    later = crawl(settings, port, later=True)
    assert later.healthy, later.lines()
    with settings.open_store() as store:
        assert gone in {row.id for row in store.queue.rows(missing=True)}
