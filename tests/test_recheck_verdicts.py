"""Weeks of rechecks over a site that fails in many ways: what is said of each record, and what waits for a decision."""

import re
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from benchmarks.faulty import HTML, Answer, Behaviour, Server, faulty, good, page
from crawlers.causes import Answer as Answered
from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from flows.staleness.soft_404 import LIKE, impossible, is_home, likeness
from flows.summary import RunSummary
from register.models import RECORD, DecisionVerdict
from register.staleness.staleness import Verdict
from tests.clocks import HandClock
from tests.drafts import decide

ROOT = Path(__file__).parent.parent
SITE = 'name = "Town"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n[[source]]\nstart = ["{}"]\n'
NOTICE = "We are sorry to announce that our trust will close on 30 June 2026."


def html(status: int, words: str) -> Answer:
    return status, {"Content-Type": HTML}, f"<html><title>{words}</title><h1>{words}</h1></html>".encode()


NOT_FOUND = (200, {"Content-Type": HTML}, page("Page not found", "<h1>Oops! That page can’t be found.</h1>"))
ODD_ONE = (200, {"Content-Type": HTML}, page("Not found", "<h1>Sorry, that is not found</h1><p>Try our café.</p>" * 9))
HOME = (302, {"Location": "/"}, b"")
FAULTS = {
    "/groups/0": html(404, "Not found"),
    "/groups/1": NOT_FOUND,
    "/groups/2": html(403, "Forbidden"),
    "/groups/3": html(500, "Error"),
    "/groups/4": html(429, "Slowly"),
    "/groups/5": ODD_ONE,
}


def misbehave(handler: BaseHTTPRequestHandler, path: str) -> Answer | None:
    if path in FAULTS:
        return FAULTS[path]
    if path == "/":
        status, head, body = good()["/"]
        return status, head, body.replace(b"<h1>", f"<p>{NOTICE}</p><h1>".encode())
    return None if path in good() or path == "/robots.txt" else NOT_FOUND


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, list[RunSummary], Server]]:
    """A register whose records were rechecked in three weeks of failures, with the runs' summaries."""
    folder, clock = tmp_path_factory.mktemp("weeks"), HandClock()
    shutil.copytree(ROOT / "data", folder / "data")
    wait, rules = "retry_wait_seconds = ", folder / "data" / "crawl.toml"
    rules.write_text(re.sub(rf"^{wait}2\b", f"{wait}0.05", told := rules.read_text(), flags=re.M))
    assert rules.read_text() != told, "a host that is busy is asked again at once"
    settings = Settings(register=folder / "var" / "register.db", data=folder / "data", clock=clock)
    with faulty() as server:
        start = f"http://127.0.0.1:{server.server_address[1]}/"
        (folder / "data" / "localities" / "town.toml").write_text(SITE.format(start))
        discover("town", settings=settings, progress=QuietProgress())
        with settings.open_store() as store:
            for row in store.queue.rows(limit=100):
                decide(store, RECORD, DecisionVerdict.APPROVE, key=row.id, revision=row.revision)
        publish(settings=settings, folder=folder / "dataset")
        server.behaviour = Behaviour(before=misbehave)
        runs = []
        for _ in range(3):
            clock.move(days=7)
            runs.append(recheck("town", settings=settings, progress=QuietProgress()))
        yield settings, runs, server


def verdicts(settings: Settings) -> dict[str, str]:
    """The verdict on each record of a page, without what the notice says of all."""
    with settings.open_store() as store:
        states = store.staleness.page_states("town")
        found = {one.page_url: one.page_id for one in store.staleness.living("town")}
    return {url[-9:]: states[number].verdict.value for url, number in found.items() if number in states}


def test_pages_are_dead_after_weeks_and_no_refusal_kills(weeks) -> None:
    settings, _, _ = weeks
    found = verdicts(settings)
    assert {path: found[path] for path in FAULTS} == {
        "/groups/0": "dead",
        "/groups/1": "dead",
        "/groups/2": "blocked",
        "/groups/3": "unknown",
        "/groups/4": "blocked",
        "/groups/5": "unknown",  # it says that it is not found, unlike what the site says of what cannot exist
    }
    assert found["/groups/9"] == "live"


def test_a_notice_on_the_front_page_is_one_decision_on_all_services(weeks) -> None:
    settings, runs, _ = weeks
    assert [one.name for one in runs[0].findings if one.kind == "closing notice"] == [NOTICE]
    assert not [one for one in runs[1].findings if one.kind == "closing notice"], "it is told once"
    assert runs[0].counts["is_closing"] == 10
    assert any("closing" in line for line in runs[0].lines())
    with settings.open_store() as store:
        [closing] = [one for one in store.endings.waiting() if one.kind == "closing"]
        assert (closing.notice.quote, closing.notice.about) == (NOTICE, "organisation")
        assert all(one.meant for one in store.endings.records(closing.id))
        assert set(store.staleness.of_records().values()) == {Verdict.CLOSING}
        assert all(one.withdrawn_at is None for one in store.records.all()), "no machine retires anything"


def test_one_decision_leaves_tombstones_in_the_files_with_quote_page_and_day(weeks) -> None:
    settings, _, _ = weeks
    with settings.open_store() as store, store.transaction():
        [closing] = [one for one in store.endings.waiting() if one.kind == "closing"]
        ids = [one.record_id for one in store.endings.records(closing.id)]
        assert store.retirements.retire(closing.id, ids, reviewer="ada") == 10
    folder = settings.register.parent.parent / "dataset"
    publish(settings=settings, folder=folder, fewer="the provider has closed")
    rows = (folder / "tombstones.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 11
    assert all(NOTICE in row and "2026-03-09" in row for row in rows[1:])
    with settings.open_store() as store:
        told = store.public.get(ids[0]).ended
        assert told is not None
        assert (told.kind, told.quote) == ("closing", NOTICE)


def test_an_error_page_is_like_itself_whatever_address_it_repeats() -> None:
    def answer(url: str, words: str) -> Answered:
        body = f"<html><title>Page not found</title><h1>Page not found</h1><p>{words}</p></html>".encode()
        return Answered(url=url, final_url=url, status=200, headers={"content-type": "text/html"}, body=body)

    asked = "https://a.example/pages/tea/"
    nothing = impossible(asked)[1]
    told = "Sorry, there is no page {}. Try our menu, or write to us."
    assert likeness(answer(asked, told.format(asked)), answer(nothing, told.format(nothing))) == 1
    tea = "Tea for all on Mondays at the hall. Sorry, dogs have to stay outside."
    assert likeness(answer(asked, tea), answer(nothing, told.format(nothing))) < LIKE


def test_addresses_that_cannot_exist_are_beside_and_below() -> None:
    assert [one.rpartition("/")[0] for one in impossible("https://a.example/groups/tea.html")] == [
        "https://a.example/groups",
        "https://a.example/groups/tea.html",
    ]
    beside, below = impossible("https://a.example/groups/tea/")
    assert beside.startswith("https://a.example/groups/tea-tidiermap-asks-")
    assert below.startswith("https://a.example/groups/tea/tidiermap-asks-")
    assert impossible("https://a.example/x?id=3")[0].startswith("https://a.example/x?id=3tidiermap-asks-")
    assert [is_home(f"https://a.example{path}") for path in ("", "/", "/index.html", "/home", "/groups/", "/?p=2")] == [
        *[True] * 4,
        *[False] * 2,
    ]
