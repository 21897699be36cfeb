"""Broken feeds, calendars and lists over loopback: each told with its cause, and what is good of them read."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crawlers.job import CrawlJob, CrawlResult, Known
from crawlers.limits import read_limits
from crawlers.oruk import services_address
from crawlers.run import crawl
from register.localities.locality import Locality, Source
from register.models import Fetch
from tests.feeds import as_json, service, version_1, version_3
from tests.loopback import Answer, Route, serving

ROOT = Path(__file__).parent.parent
SERVICES = [service(n) for n in range(3)]
HUGE = '{"contents": [' + "1," * 200_000
REPEATED = {"contents": [{"id": one["id"], "name": one["name"]} for one in SERVICES], "empty": False}
NAMELESS = version_3(1, 5, SERVICES) | {"contents": [{"name": "Nameless"}, "nonsense", *SERVICES]}
FROM_NOUGHT: dict[str, Route] = {
    "/nought/services?page=0": as_json(version_1(1, 2, SERVICES) | {"number": 0}),
    "/nought/services?page=1": as_json(version_1(2, 2, SERVICES) | {"number": 1}),
}
BROKEN: dict[str, tuple[str, dict[str, Route]]] = {
    "/page": ("oruk", {"/page/services?page=1": Answer(body="<html><body>Sorry, we are busy</body></html>")}),
    "/half": ("oruk", {"/half/services?page=1": Answer(body='{"contents": [', type="application/json")}),
    "/other": ("oruk", {"/other/services?page=1": as_json({"error": "no key"})}),
    "/error": ("oruk", {"/error/services?page=1": Answer(body="", status=500)}),
    "/missing": ("oruk", {}),
    "/huge": ("oruk", {"/huge/services?page=1": Answer(body=HUGE, type="application/json")}),
    "/repeats": ("oruk", {f"/repeats/services?page={n}": as_json(REPEATED) for n in range(1, 300)}),
    "/claims": (
        "oruk",
        {"/claims/services?page=1": as_json(version_3(1, 5, SERVICES) | {"total_items": 40})},
    ),
    "/nameless": ("oruk", {"/nameless/services?page=1": as_json(NAMELESS)}),
    "/nought": ("oruk", FROM_NOUGHT),
    "/rss": (
        "feed",
        {"/rss": Answer(body="<html><body><h1>Welcome</h1><p>To our new website here.</p></body></html>")},
    ),
    "/ics": ("calendar", {"/ics": Answer(body="<html><body><h1>Welcome</h1><p>To our new site.</p></body></html>")}),
}


@dataclass(frozen=True, kw_only=True)
class Broken:
    result: CrawlResult
    again: CrawlResult
    base: str
    asked: tuple[str, ...]

    def fetch(self, path: str) -> Fetch:
        return next(fetch for fetch in self.result.fetches if fetch.url == f"{self.base}{path}")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    folder = tmp_path_factory.mktemp("broken")
    routes = {path: answer for _, own in BROKEN.values() for path, answer in own.items()}
    for base in ("/repeats", "/claims", "/nameless", "/nought"):
        routes |= {f"{base}/services/{one['id']}": as_json(one) for one in SERVICES}
    routes["/claims/services/s-0"] = Answer(
        body="<html><body><h1>Upkeep</h1><p>Back in an hour or so.</p></body></html>"
    )
    with serving(routes) as site:
        sources = tuple(Source(kind=kind, start=(f"{site.base}{at}",)) for at, (kind, _) in BROKEN.items())
        locality = Locality(
            key="sample", name="Sample", gss_code="E99999999", allow_loopback=True, delay_seconds=0, source=sources
        )
        limits = read_limits(ROOT / "data").model_copy(update={"max_body_bytes": 200_000, "retries": 0})
        archive = folder / "archive"
        job = CrawlJob(locality=locality, out=folder / "run", archive=archive, user_agent="tidiermap/0", limits=limits)
        result, asked = crawl(job), tuple(site.asked)
        good = next(f for f in result.fetches if f.url.endswith("/nameless/services/s-2"))
        known = (Known(url=good.url, archive=good.archive, offset=good.offset),)
        again = crawl(replace(job, out=folder / "again", known=known, only_known=True))
        return Broken(result=result, again=again, base=site.base, asked=asked)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/page/services?page=1", "found a web page, expected JSON"),
        ("/half/services?page=1", "found what is no JSON, expected JSON"),
        ("/other/services?page=1", "found an object with error, expected an object"),
        ("/error/services?page=1", "status 500"),
        ("/missing/services?page=1", "status 404"),
        ("/huge/services?page=1", "Download"),
        ("/claims/services/s-0", "found a web page, expected a service"),
        ("/rss", "expected an RSS or Atom feed"),
        ("/ics", "expected an iCalendar file"),
    ],
)
def test_a_broken_source_is_told_with_its_cause(broken: Broken, path: str, says: str) -> None:
    fetch = broken.fetch(path)
    assert says in fetch.error
    assert fetch.cause
    assert broken.result.stats.finish_reason == "finished"


def test_a_feed_that_repeats_for_ever_ends(broken: Broken) -> None:
    assert sum(path.startswith("/repeats/services?") for path in broken.asked) == 2, "the second names nothing new"
    assert all(broken.fetch(f"/repeats/services/s-{n}").status == 200 for n in range(3))


def test_a_total_that_disagrees_is_reported_beside_what_came(broken: Broken) -> None:
    report = next(report for report in broken.result.stats.lists if "/claims/" in report.url)
    assert (report.claimed, report.entries) == (40, 3)


def test_services_without_an_id_are_told_and_the_others_read(broken: Broken) -> None:
    assert "2 of 5 services have no id" in str(broken.result.stats.errors)
    assert all(broken.fetch(f"/nameless/services/s-{n}").status == 200 for n in range(3))


def test_a_feed_that_counts_from_nought_is_read_from_its_first_page(broken: Broken) -> None:
    assert all(broken.fetch(f"/nought/services/s-{n}").status == 200 for n in range(3))


def test_services_are_archived_as_they_came(broken: Broken) -> None:
    fetch = broken.fetch("/nameless/services/s-2")
    assert fetch.content_type == "application/json; charset=utf-8"
    assert not [f for f in broken.result.fetches if "?page=" in f.url and not f.error], "the lists are no pages"


def test_a_recheck_asks_for_a_record_by_itself_and_keeps_it(broken: Broken) -> None:
    (fetch,) = broken.again.fetches
    assert (fetch.status, fetch.error) == (200, "")
    assert fetch.archive, "in the type that it had"


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("https://example.org/api", "https://example.org/api/services?page=1"),
        ("https://example.org/api/services/?tag=x&page=7", "https://example.org/api/services?tag=x&page=1"),
    ],
)
def test_a_feed_is_asked_from_its_first_page_with_the_filters_it_was_given(start: str, asked: str) -> None:
    assert services_address(start) == asked
