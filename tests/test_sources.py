"""Open Referral UK feeds, calendars and RSS over loopback, each through discovery into the queue."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.settings import Settings
from flows.summary import RunSummary
from register.codes.codebook import read_codebook
from register.codes.values import check_value
from register.grounding import ungrounded
from register.models import DraftField
from register.store.queue.candidates import KnownCandidate
from tests.feeds import NAMES, feed, service, version_1, version_3
from tests.loopback import Answer, Route, serving

ROOT = Path(__file__).parent.parent
CODEBOOK = read_codebook(ROOT / "data")
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
