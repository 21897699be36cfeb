"""Open Referral UK feeds, calendars and RSS over loopback: each through discovery into the queue, and broken ones."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crawlers.job import CrawlJob, CrawlResult, Known
from crawlers.limits import read_limits
from crawlers.oruk import services_address
from crawlers.run import crawl
from flows.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from flows.summary import RunSummary
from register.codebook import read_codebook
from register.locality import Locality, Source
from register.models import DraftField, Fetch, ungrounded
from register.store.queue import KnownCandidate
from register.values import check_value
from tests.loopback import Answer, Route, serving

ROOT = Path(__file__).parent.parent
CODEBOOK = read_codebook(ROOT / "data")
NAMES = ("Canal Bank Choir", "Loom Street Shed", "Harbour Bereavement Group", "Tuesday Table", "Kite Hill Walkers")


def service(number: int, **more: object) -> dict[str, object]:
    """An invented service as version 3 gives it in full."""
    return {
        "id": f"s-{number}",
        "name": NAMES[number],
        "description": "<p>For people who feel lonely, to help them make friends.</p><p>Tea is provided.</p>",
        "status": "active",
        "email": f"hello{number}@example.org",
        "minimum_age": 18,
        "cost_options": [{"id": "c", "amount": 0, "option": "Free"}],
        "schedules": [{"id": "t", "freq": "WEEKLY", "byday": "TU", "opens_at": "10:00:00", "closes_at": "12:30:00"}],
        "organization": {"id": "o", "name": "Loom Street Trust"},
        "service_at_locations": [
            {
                "id": "l",
                "location": {
                    "name": "The Loom",
                    "addresses": [{"address_1": "1 Loom Street", "postal_code": "WF1 1AA"}],
                },
            }
        ],
        **more,
    }


def version_3(page: int, per_page: int, services: list[dict[str, object]]) -> dict[str, object]:
    pages = -(-len(services) // per_page)
    part = services[(page - 1) * per_page : page * per_page]
    brief = [{key: one[key] for key in ("id", "name", "description") if key in one} for one in part]
    return {
        "total_items": len(services), "total_pages": pages, "page_number": page, "size": len(part),
        "first_page": page == 1, "last_page": page >= pages, "empty": not part, "contents": brief,
    }  # fmt: skip


def version_1(page: int, per_page: int, services: list[dict[str, object]]) -> dict[str, object]:
    pages = -(-len(services) // per_page)
    part = services[(page - 1) * per_page : page * per_page]
    brief = [{key: one[key] for key in ("id", "name", "description") if key in one} for one in part]
    return {
        "totalElements": len(services), "totalPages": pages, "number": page, "size": len(part),
        "first": page == 1, "last": page >= pages, "empty": not part, "content": brief,
    }  # fmt: skip


def as_json(value: object) -> Answer:
    return Answer(body=json.dumps(value), type="application/json; charset=utf-8")


def feed(base: str, form, services: list[dict[str, object]], per_page: int = 2) -> dict[str, Route]:
    """The routes of a feed at `base`: its lists, and its services in full."""
    pages = -(-len(services) // per_page)
    routes: dict[str, Route] = {
        f"{base}/services?page={page}": as_json(form(page, per_page, services)) for page in range(1, pages + 1)
    }
    return routes | {f"{base}/services/{one['id']}": as_json(one) for one in services}


DIARY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//loom//diary//EN
X-WR-CALNAME:Loom Street diary
BEGIN:VEVENT
UID:1
SUMMARY:Knit and natter
LOCATION:The Loom\\, 1 Loom Street\\, WF1 1AA
DTSTART;TZID=Europe/London:20260303T103000
DTEND;TZID=Europe/London:20260303T120000
RRULE:FREQ=WEEKLY;BYDAY=TU
DESCRIPTION:Bring your knitting\\, for company. Free tea. Call 01924 496 000.
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Memory cafe
DTSTART:20900105T140000Z
DTEND:20900105T160000Z
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Memory cafe
DTSTART:20900112T140000Z
DTEND:20900112T160000Z
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Memory cafe
DTSTART:20900119T140000Z
DTEND:20900119T160000Z
END:VEVENT
BEGIN:VEVENT
UID:5
SUMMARY:Jubilee lunch
DTSTART:20120603T120000Z
END:VEVENT
END:VCALENDAR
"""


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Loom Street news</title><link>{base}/</link>
<item><title>Canal Bank Singers</title><link>{base}/choir/</link><description>Short words.</description></item>
<item><title>Gone</title><link>{base}/gone/</link></item>
</channel></rss>"""
CHOIR = """<html><head><title>Canal Bank Singers</title></head><body><main><h1>Canal Bank Singers</h1>
<p>A friendly singing group for people who feel lonely or low. We sing together every Tuesday, 10am to 12 noon, at The
Loom, 1 Loom Street, WF1 1AA. It is free and there is tea afterwards. Just turn up, or call 01924 496 000.</p>
<a href='/elsewhere/'>More</a></main></body></html>"""


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Loom Street</title>
<entry><title>Evening Sewing</title><content type="html">&lt;p&gt;A sewing group for people who feel lonely. Every
Tuesday, 10am to 12 noon, at The Loom, WF1 1AA. Free, just turn up.&lt;/p&gt;</content></entry>
<entry><title>Loom Listening Line</title><content type="html">&lt;p&gt;A listening group for men who want company. Every
Thursday, 2pm to 4pm, at The Loom, WF1 1AA. £2 a session, call 01924 496 000.&lt;/p&gt;</content></entry>
<entry><title>Lunch at the Loom</title><content type="html">&lt;p&gt;A lunch club for older people. Every
Tuesday, 12 noon to 2pm, at The Loom, WF1 1AA. £4 for a meal, book on 01924 496 000.&lt;/p&gt;</content></entry>
</feed>"""


def good_routes(base: str) -> dict[str, Route]:
    services = [service(n) for n in range(5)]
    ended = service(4, status="inactive")
    return {
        **feed("/old", version_1, services[:3]),
        **feed("/api", version_3, [*services[3:4], ended]),
        "/diary.ics": Answer(body=DIARY.replace("\n", "\r\n"), type="text/calendar", headers={"ETag": '"1"'}),
        "/news.rss": Answer(body=RSS.format(base=base), type="application/rss+xml"),
        "/news.atom": Answer(body=ATOM, type="application/atom+xml"),
        "/choir/": Answer(body=CHOIR),
    }


GOOD = (
    ("oruk", "/old/services"),
    ("oruk", "/api"),
    ("calendar", "/diary.ics"),
    ("feed", "/news.rss"),
    ("feed", "/news.atom"),
)


@dataclass(frozen=True, kw_only=True)
class Discovered:
    """Two discoveries of all kinds of source, the candidates by name, and what was asked for in the first."""

    first: RunSummary
    again: RunSummary
    candidates: dict[str, KnownCandidate]
    addresses: dict[str, str]
    asked: tuple[str, ...]

    def fields(self, name: str) -> dict[str, DraftField]:
        return {field.name: field for field in self.candidates[name].draft.fields}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Discovered:
    folder = tmp_path_factory.mktemp("sources")
    data = folder / "data"
    shutil.copytree(ROOT / "data", data)
    settings = Settings(register=folder / "var" / "register.db", data=data)
    with serving({}) as site:
        site.routes.update(good_routes(site.base))
        sources = "".join(f'[[source]]\nkind = "{kind}"\nstart = ["{site.base}{at}"]\n' for kind, at in GOOD)
        (data / "localities" / "loom.toml").write_text(
            f'name = "Loom"\ngss_code = "E99999999"\nallow_loopback = true\ndelay_seconds = 0\n{sources}'
        )
        first = discover("loom", settings=settings, progress=QuietProgress())
        asked = tuple(site.asked)
        again = discover("loom", settings=settings, progress=QuietProgress())
    with settings.open_store() as store:
        rows = store.queue.rows()
        known = {row.name: store.queue.get(row.id) for row in rows}
    addresses = {row.name: row.page_url.removeprefix(site.base) for row in rows}
    return Discovered(first=first, again=again, candidates=known, addresses=addresses, asked=asked)


def test_all_kinds_of_source_are_healthy_and_every_quote_stands(found: Discovered) -> None:
    assert found.first.healthy, found.first.lines()
    for one in found.candidates.values():
        assert ungrounded(one.page_text, one.draft.fields) == ()
        for field in one.draft.fields:
            if field.value is not None:
                assert check_value(field.name, field.value, codebook=CODEBOOK) == field.value


def test_every_service_of_both_versions_of_a_feed_is_a_candidate(found: Discovered) -> None:
    records = {name for name, address in found.addresses.items() if "/services/" in address}
    assert records == set(NAMES[:4]), "all but the one that is inactive"
    lists = [path for path in found.asked if "services?page=" in path]
    assert sorted(lists) == ["/api/services?page=1", "/old/services?page=1", "/old/services?page=2"]


def test_a_feeds_values_are_fields_with_their_json_path_and_nothing_is_guessed(found: Discovered) -> None:
    fields = found.fields("Loom Street Shed")
    told = {name: (f.value, f.evidence[0].quote, f.evidence[0].rule) for name, f in fields.items() if f.value}
    assert told["tidier.brief_name"] == ("Loom Street Shed", "Loom Street Shed", "oruk:$.name")
    assert told["fact.cost"] == ("free", "0", "oruk:$.cost_options[0].amount")
    assert told["fact.weekdays"] == (("tue",), "TU", "oruk:$.schedules[0].byday")
    assert told["fact.times"] == (("10:00-12:30",), "10:00:00", "oruk:$.schedules[0].opens_at")
    assert told["fact.frequency"] == ("weekly", "WEEKLY", "oruk:$.schedules[0].freq")
    assert told["fact.age_min"] == (18, "18", "oruk:$.minimum_age")
    assert told["fact.postcodes"][0] == ("WF1 1AA",)
    assert told["tidier.who_provided"] == ("Loom Street Trust", "Loom Street Trust", "oruk:$.organization.name")
    assert told["tidier.why"][1].startswith("For people who feel lonely"), "read out of the description"
    assert "tidier.tailoring" not in told, "the feed states none"


def test_a_calendars_events_are_services_with_their_schedule(found: Discovered) -> None:
    events = {name for name, address in found.addresses.items() if address == "/diary.ics"}
    assert events == {"Knit and natter", "Memory cafe"}, "what was over long ago is no service"
    knit = found.fields("Knit and natter")
    assert knit["fact.frequency"].value == "weekly"
    assert knit["fact.frequency"].evidence[0].rule == "ical:VEVENT[0].RRULE"
    assert knit["fact.times"].value == ("10:30-12:00",)
    assert knit["fact.postcodes"].value == ("WF1 1AA",)
    assert knit["fact.phones"].value == ("01924 496 000",)
    cafe = found.fields("Memory cafe")
    assert cafe["fact.frequency"].value == "weekly", "three dates a week apart"
    assert cafe["fact.weekdays"].value == ("thu",)


def test_the_items_of_a_feed_lead_to_their_pages_and_no_further(found: Discovered) -> None:
    assert found.addresses["Canal Bank Singers"] == "/choir/"
    assert "/elsewhere/" not in found.asked
    assert found.first.counts["failed_pages"] == 1, "the item whose page is gone"
    assert "/news.rss" not in found.addresses.values(), "titles alone are no service"


def test_items_without_a_page_of_their_own_are_read_in_the_feed(found: Discovered) -> None:
    listed = {name for name, address in found.addresses.items() if address == "/news.atom"}
    assert listed == {"Lunch at the Loom", "Evening Sewing", "Loom Listening Line"}


def test_a_second_discovery_finds_everything_again_and_changes_nothing(found: Discovered) -> None:
    assert found.again.healthy, found.again.lines()
    for change in ("add", "replace", "reopen", "mark_missing"):
        assert not found.again.counts.get(change), change


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
