"""A broken site changes nothing that is known: it is told with its cause, and quarantined alone."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.faulty import CLUBS, HTML, OWN, Behaviour, Server, club, faulty, page
from crawlers.job import CrawlStats, ListReport
from flows.discovery.discover import discover
from flows.discovery.gathering import Gathered
from flows.discovery.health import doubt_of_host, expected_range, shortfalls
from flows.discovery.host_drafts import HostDraft
from flows.discovery.seeds import plant
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.reporting.run_report import write_report
from flows.settings import Settings
from flows.summary import RunSummary
from register.errors import ConfigError
from register.localities.locality import Locality, read_locality
from register.models import RECORD, DecisionVerdict
from register.store.crawling.runs import FindingKind
from tests.drafts import decide

ROOT = Path(__file__).parent.parent
HEAD = 'name = "Town"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with faulty() as server:
        yield server


@pytest.fixture(scope="module")
def good(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register that knows the good site at two hosts, all of it approved and published."""
    folder = tmp_path_factory.mktemp("good")
    shutil.copytree(ROOT / "data", folder / "data")
    port = server.server_address[1]
    starts = "".join(f'[[source]]\nstart = ["http://{host}:{port}/"]\n' for host in ("127.0.0.1", "localhost"))
    (folder / "data" / "localities" / "town.toml").write_text(HEAD + starts)
    settings = settings_in(folder)
    first = crawl(settings)
    assert first.healthy, first.lines()
    with settings.open_store() as store:
        for row in store.queue.rows(limit=1000):
            decide(store, RECORD, DecisionVerdict.APPROVE, key=row.id, revision=row.revision)
    publish(settings=settings, folder=folder / "dataset")
    return folder


@pytest.fixture
def settings(good: Path, server: Server, tmp_path: Path) -> Iterator[Settings]:
    """A register of the test's own, and the site well again after it."""
    shutil.copytree(good, tmp_path / "own")
    server.asked.clear()
    yield settings_in(tmp_path / "own")
    server.behaviour = Behaviour()


def settings_in(folder: Path) -> Settings:
    return Settings(register=folder / "var" / "register.db", data=folder / "data")


def crawl(settings: Settings, *, everything: bool = True, believe: bool = False) -> RunSummary:
    return discover("town", settings=settings, progress=QuietProgress(), everything=everything, believe=believe)


def dataset(settings: Settings) -> dict[str, bytes]:
    folder = settings.register.parent.parent / "dataset"
    publish(settings=settings, folder=folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def fault(name: str) -> Callable[[Server], Behaviour]:
    return next(fault.behaviour for fault in OWN if fault.name == name)


def told(summary: RunSummary, kind: FindingKind) -> set[str]:
    return {finding.name for finding in summary.findings if finding.kind == kind}


@pytest.mark.parametrize(("name", "cause"), [("login form with 200", "login"), ("layout change", "changed_layout")])
def test_a_site_that_fails_is_told_with_its_cause_and_changes_nothing(
    settings: Settings, server: Server, name: str, cause: str
) -> None:
    before = dataset(settings)
    server.behaviour = fault(name)(server)
    broken = crawl(settings)
    assert not broken.healthy
    assert {host.cause for host in broken.hosts} == {cause}, broken.lines()
    with settings.open_store() as store:
        assert not store.queue.rows(missing=True)
        assert store.queue.counts()["reopened"] == 0
        pages = [page for page in store.pages.of_locality("town") if re.search(r"/groups/\d$", page.url)]
        assert {page.cause for page in pages} == {cause}
    assert dataset(settings) == before


def test_a_rebuilt_site_is_believed_on_request(settings: Settings, server: Server) -> None:
    server.behaviour = fault("layout change")(server)
    believed = crawl(settings, believe=True)
    assert believed.healthy, believed.lines()
    assert "Willow Gardeners" in told(believed, FindingKind.MISSING_SERVICE)


def test_services_that_took_other_names_are_no_new_layout(settings: Settings, server: Server) -> None:
    renamed = Behaviour()
    for number, name in enumerate((b"Owl Hour", b"Lantern Room", b"Kettle Club", b"Hearth Circle", b"Ferry Social")):
        body = club(number).replace(html.escape(CLUBS[number], quote=False).encode(), name)
        renamed.pages[f"/groups/{number}"] = (200, {"Content-Type": HTML}, body)
    server.behaviour = renamed
    second = crawl(settings)
    assert second.healthy, second.lines()
    assert not told(second, FindingKind.MISSING_SERVICE)


def test_a_broken_host_does_not_block_the_good_one(settings: Settings, server: Server) -> None:
    new = replace_club(server)
    new.before = lambda handler, path: (
        (500, {"Content-Type": HTML}, b"x")
        if handler.headers["Host"].startswith("localhost") and path != "/robots.txt"
        else None
    )
    server.behaviour = new
    partial = crawl(settings)
    assert partial.verdict == "QUARANTINED", "half of the known pages are on the broken host"
    assert told(partial, FindingKind.NEW_SERVICE) == {"Night Owls Social"}, partial.lines()
    with settings.open_store() as store:
        assert {host for _, host in store.runs.quarantined_hosts()} == {f"localhost:{server.server_address[1]}"}
        assert not store.queue.rows(missing=True)


def replace_club(server: Server) -> Behaviour:
    behaviour = Behaviour()
    link = "<h1>About us</h1><p>New: <a href='/groups/99'>Night Owls Social</a></p>"
    behaviour.pages["/about"] = (200, {"Content-Type": HTML}, page("About us", link))
    night = club(2).replace(b"Tea and Company", b"Night Owls Social").replace(b"company", b"a late talk")
    behaviour.pages["/groups/99"] = (200, {"Content-Type": HTML}, night)
    return behaviour


def test_what_is_not_due_is_not_asked_for_and_not_missing(settings: Settings, server: Server) -> None:
    second = crawl(settings, everything=False)
    assert {path for path, _ in server.asked} == {"/robots.txt", "/"}, "the start addresses alone"
    assert second.healthy, second.lines()
    assert second.counts["untouched"] == 24
    with settings.open_store() as store:
        assert not store.queue.rows(missing=True)


def test_an_unchanged_site_is_asked_for_and_not_read(settings: Settings, server: Server) -> None:
    second = crawl(settings)
    assert second.counts["unchanged"] == second.counts["pages"] == 26
    assert {status for path, status in server.asked if path != "/robots.txt"} == {304}
    assert not second.findings


def test_the_report_holds_nothing_that_runs(settings: Settings, server: Server) -> None:
    behaviour = replace_club(server)
    hostile = "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1><p>Words of the new page about us.</p>"
    behaviour.pages["/about"] = (200, {"Content-Type": HTML}, page("&lt;img src=x onerror=alert(1)&gt;", hostile))
    server.behaviour = behaviour
    summary = crawl(settings)
    report = write_report(summary.run_id, settings=settings).read_text(encoding="utf-8")
    assert "onerror=alert(1)" in report, "the hostile title is told"
    assert not {"<img", "<script"} & set(re.findall(r"<\w+", report))
    assert "<svg" in report
    assert "default-src 'none'" in report


def test_the_expected_range_is_that_of_the_file_and_of_the_last_healthy_runs(tmp_path: Path) -> None:
    town = Locality(key="town", name="Town", gss_code="E99999999", expected_pages=5, expected_services=2)
    first = expected_range(town, [])
    assert (first.least_pages, first.least_services) == (5, 2)
    history = [{"found": n, "found_services": n // 2} for n in (100, 104, 40)]
    later = expected_range(town, history)
    assert (later.usual_pages, later.least_pages) == (100, 70)
    assert expected_range(town, [{"found": 4, "found_services": 2}]).least_pages == 5, "a small site may lose a few"


def gathered_with(stats: CrawlStats) -> Gathered:
    town = Locality(key="town", name="Town", gss_code="E99999999")
    return Gathered(
        pages=(),
        failed=(),
        moved=(),
        untouched=frozenset(),
        unasked=frozenset(),
        known={},
        stats=stats,
        planted=plant(town, ROOT / "data"),
    )


def test_a_listing_that_gives_less_than_it_claims_is_doubted() -> None:
    stats = CrawlStats(
        finish_reason="finished", lists=(ListReport(source=0, url="http://a.example/list", claimed=134, entries=40),)
    )
    gathered = gathered_with(stats)
    doubt = doubt_of_host(HostDraft(host="a.example"), gathered, {})
    assert doubt is not None
    assert {"134", "40"} <= set(doubt.sentence.split())
    whole = replace(stats, lists=(replace(stats.lists[0], entries=131),))
    assert doubt_of_host(HostDraft(host="a.example"), gathered_with(whole), {}) is None


def test_a_trap_is_told_where_addresses_went_on_without_end() -> None:
    trapped = gathered_with(CrawlStats(finish_reason="finished", trapped=7))
    assert shortfalls(trapped, {}, None, found=5) == "a trap: 7 addresses were left out that go on without end"
    assert shortfalls(gathered_with(CrawlStats(finish_reason="finished")), {}, None, found=5) == ""


def test_a_negative_number_of_services_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    text = HEAD + 'expected_services = -1\n[[source]]\nstart = ["http://127.0.0.1:1/"]\n'
    (tmp_path / "data" / "localities" / "town.toml").write_text(text)
    with pytest.raises(ConfigError, match="expected_services: found -1"):
        read_locality(tmp_path / "data", "town")
