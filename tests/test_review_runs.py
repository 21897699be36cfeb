"""What the page of runs shows."""

from pathlib import Path

import pytest

from register.store.crawling.runs import Finding, Issue, RunHost
from tests.seeding import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_runs_show_what_was_found_by_name_and_which_hosts_are_in_quarantine(desk: Desk) -> None:
    with desk.store() as store, store.transaction():
        run = store.runs.start("discover", "fenmarsh")
        found = Finding(kind="new service", name="Heron Walks <b>", url="https://growers.example/heron")
        store.runs.note_findings(run, [found])
        doubt = "9 of 9 pages that were good before give none now (9 login)"
        host = RunHost(host="growers.example", pages=0, known=9, failed=9, service_pages=0, services=0, doubt=doubt)
        store.runs.note_hosts(run, [host])
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={"pages": 3})
    page = desk.visitor().get("/runs").text
    assert "Heron Walks &lt;b&gt;" in page
    assert doubt in page


def test_runs_show_counts_and_issues(desk: Desk) -> None:
    ada = desk.visitor()
    assert "Nothing has run yet" in ada.get("/runs").text
    with desk.store() as store:
        run = store.runs.start("discover", "fenmarsh")
        store.runs.note_issue(run, Issue(url="https://growers.example/gone", kind="HTTP 404", message="answered 404"))
        store.runs.finish(
            run, verdict="quarantined", finish_reason="too few pages", counts={"pages": 3}, message="expected 20"
        )
    page = ada.get("/runs").text
    for words in (
        "quarantined",
        "too few pages",
        "expected 20",
        "1 issue",
        "HTTP 404",
        "<strong>3</strong> pages read",
    ):
        assert words in page
