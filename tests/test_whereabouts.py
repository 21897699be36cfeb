"""Pages that move and services that are renamed, go on or end: a site of our own in two states, run by run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.summary import RunSummary
from register.store import Store
from register.store.crawling.moves import Way
from register.store.crawling.runs import FindingKind
from register.store.queue.listing import QueueState
from register.store.upkeep.replay import replay
from tests.decisions import accept_all
from tests.loopback import Answer, Route, Site, serving
from tests.towns import lay_town, whats_on

PAGE = """<html><head><title>{name} - Fennbridge Hall</title></head><body><nav><a href="/">Home</a></nav>
<main><h1>{name}</h1><p>{what}</p><h2>When</h2><p>{when}</p><h2>Where</h2><p>{where}</p><h2>Cost</h2><p>{cost}</p>
<h2>Join</h2><p>{join}</p></main><footer>Fennbridge Hall</footer></body></html>"""
Told = dict[str, str]


def told(name: str, what: str, when: str, number: int, cost: str = "Free") -> Told:
    where = f"Room {number}, Fennbridge Hall, {number} Mill Lane, WF2 {number}AA"
    join = f"Ring the leader on 01924 49600{number} before you come for the first time."
    return {"name": name, "what": what, "when": when, "where": where, "cost": cost, "join": join}


SHED = told(
    "Hobsmoor Men's Shed", "Members mend bicycles and turn bowls in a warm workshop.", "Every Tuesday at 10am", 1
)
KNIT = told("Knitting Circle", "We knit hats for the hospital and talk about our week.", "Every Monday at 2pm", 2)
LUNCH = told("Lunch Club", "A hot two course lunch with company for people who eat alone.", "Every Friday at noon", 3)
SING = told(
    "Community Choir", "We sing songs from all over the world, no reading of music.", "Every Thursday at 7pm", 4
)
GARDEN = told("Garden Group", "We dig, plant and weed raised beds that all of us share.", "Every Saturday at 1pm", 5)
WALK = told(
    "Canal Walk", "A slow walk along the canal with a rest at the lock.", "Tuesday 3 March 2026 at 11am", 6, "£2"
)
BEFORE = {
    "/groups/shed/": SHED,
    "/groups/knit/": KNIT,
    "/groups/lunch/": LUNCH,
    "/groups/sing/": SING,
    "/groups/garden/": GARDEN,
    "/events/walk-3-march/": WALK,
}
COFFEE = told(
    "Digital Help", "Bring your telephone or tablet and we show you how it works.", "Every Wednesday at 10am", 3
)
AFTER = {
    "/clubs/shed/": SHED,
    "/groups/knit/": KNIT | {"name": "Fennbridge Knitters"},
    "/groups/lunch/": COFFEE,
    "/clubs/garden/": GARDEN,
    "/events/walk-7-april/": WALK | {"when": "Tuesday 7 April 2026 at 11am"},
}


def routes(pages: dict[str, Told]) -> dict[str, Route]:
    names = {path: one["name"] for path, one in pages.items()}
    return whats_on({path: PAGE.format(**one) for path, one in pages.items()}, names=names)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(routes(BEFORE)) as site:
        yield site


@pytest.fixture(scope="module")
def settings(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The register after the second state of the site, all of whose first state was accepted and published."""
    folder = tmp_path_factory.mktemp("town")
    settings = lay_town(folder, site)
    assert crawl(settings).counts["add"] == len(BEFORE)
    with settings.open_store() as store:
        accept_all(store)
    publish(settings=settings, folder=folder / "dataset")
    site.routes = routes(AFTER)
    site.routes["/groups/garden/"] = Answer(body="", status=301, headers={"Location": "/clubs/garden/"})
    crawl(settings)
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with settings.open_store() as store:
        yield store


def crawl(settings: Settings) -> RunSummary:
    summary = discover("town", settings=settings, progress=QuietProgress(), everything=True)
    assert summary.healthy, summary.lines()
    return summary


def candidate(store: Store, name: str) -> str:
    return next(record.id.removeprefix("tm-") for record in store.records.all() if record.name == name)


def stands(store: Store, name: str) -> tuple[str, QueueState, bool]:
    """Where the service that was published under that name stands, its state, and whether it is missing."""
    known = store.queue.get(candidate(store, name))
    return known.draft.page_url, known.state, known.missing_since is not None


def open_fields(store: Store, name: str) -> set[str]:
    return {field.name for field in store.queue.fields(candidate(store, name)) if field.state == "open"}


def test_a_moved_page_takes_its_record_along_and_nothing_is_opened(store: Store, site: Site) -> None:
    assert stands(store, SHED["name"]) == (f"{site.base}/clubs/shed/", QueueState.ACCEPTED, False)
    (went,) = store.moves.of_candidate(candidate(store, SHED["name"]))
    assert (went.follow.way, went.follow.from_url) == (Way.CONTENT, f"{site.base}/groups/shed/")
    move = store.moves.page_of("town", f"{site.base}/groups/shed/")
    assert move is not None
    assert move.to_url == f"{site.base}/clubs/shed/"


def test_a_redirected_page_takes_its_record_along(store: Store, site: Site) -> None:
    assert stands(store, GARDEN["name"]) == (f"{site.base}/clubs/garden/", QueueState.ACCEPTED, False)
    (went,) = store.moves.of_candidate(candidate(store, GARDEN["name"]))
    assert went.follow.way is Way.REDIRECT


def test_a_renamed_service_keeps_its_id_and_a_person_is_asked_for_its_name(store: Store, site: Site) -> None:
    assert stands(store, KNIT["name"]) == (f"{site.base}/groups/knit/", QueueState.REOPENED, False)
    opened = open_fields(store, KNIT["name"])
    assert "tidier.brief_name" in opened
    assert not opened & {"tidier.when_how_much", "tidier.where", "fact.phones", "fact.cost"}


def test_an_address_that_is_given_to_another_activity_is_one_service_gone_and_one_new(store: Store, site: Site) -> None:
    assert stands(store, LUNCH["name"]) == (f"{site.base}/groups/lunch/", QueueState.ACCEPTED, True)
    assert [row.name for row in store.queue.rows(states=("undecided",))] == [COFFEE["name"]]


def test_a_service_goes_on_under_its_next_date_and_its_dates_alone_are_opened(store: Store, site: Site) -> None:
    assert stands(store, WALK["name"]) == (f"{site.base}/events/walk-7-april/", QueueState.REOPENED, False)
    assert open_fields(store, WALK["name"]) <= {"fact.dates", "tidier.when_how_much", "fact.weekdays", "fact.frequency"}


def test_what_is_gone_is_missing(store: Store) -> None:
    assert stands(store, SING["name"])[1:] == (QueueState.ACCEPTED, True)


def test_a_run_tells_what_moved_apart_from_what_is_new_and_gone(store: Store, site: Site) -> None:
    run = store.runs.latest(1, kind="discover")[0]
    found = store.runs.findings(run.id)
    paths = {kind: {one.url.removeprefix(site.base) for one in found if one.kind == kind} for kind in FindingKind}
    assert paths[FindingKind.MOVED_PAGE] == {"/groups/shed/", "/groups/garden/"}
    assert paths[FindingKind.GONE_PAGE] == {"/groups/sing/", "/events/walk-3-march/"}
    assert "/events/walk-7-april/" in paths[FindingKind.NEW_PAGE]
    assert "/clubs/shed/" not in paths[FindingKind.NEW_PAGE]


def test_the_log_alone_gives_the_same_again(settings: Settings, tmp_path: Path) -> None:
    with settings.open_store() as store:
        again = replay(store, tmp_path / "again.db", open_store=lambda path, clock: Store(path, clock=clock))
    assert [one.differs for one in again] == [""] * len(again)


def test_a_further_run_finds_all_where_it_is_now(settings: Settings, site: Site, tmp_path: Path) -> None:
    own = shutil.copytree(settings.register.parent.parent, tmp_path / "own")
    later = Settings(register=own / "var" / "register.db", data=own / "data")
    site.routes = {
        path: Answer(body=str(one.body).replace("</footer>", ", since 1987</footer>"))
        if isinstance(one, Answer)
        else one
        for path, one in site.routes.items()
        if path != "/groups/garden/"
    }
    counts = crawl(later).counts
    assert {name: counts.get(name, 0) for name in ("add", "reopen", "followed", "mark_missing", "move")} == {
        "add": 0,
        "reopen": 0,
        "followed": 0,
        "mark_missing": 0,
        "move": 0,
    }
    with later.open_store() as store:
        assert stands(store, GARDEN["name"])[0] == f"{site.base}/clubs/garden/"


REBUILT = """<html><head><title>Fennbridge Hall community: {name}</title></head><body>
<div class="menu"><a href="/">Start</a> <a href="/hire/">Hire us</a></div>
<table><tr><td colspan="2"><b>{name}</b></td></tr><tr><td>Venue</td><td>{where}</td></tr>
<tr><td>Day and hour</td><td>{when}</td></tr><tr><td>Price</td><td>{cost}</td></tr>
<tr><td>Booking enquiries</td><td>{join}</td></tr><tr><td colspan="2">{what}</td></tr></table>
<p>Follow our news, share this page, tell your friends and neighbours.</p></body></html>"""


def test_a_rebuilt_host_is_told_once_and_opens_nothing(settings: Settings, site: Site, tmp_path: Path) -> None:
    own = shutil.copytree(settings.register.parent.parent, tmp_path / "own")
    later = Settings(register=own / "var" / "register.db", data=own / "data")
    site.routes = routes(AFTER) | {path: Answer(body=REBUILT.format(**one)) for path, one in AFTER.items()}
    summary = crawl(later)
    assert summary.counts["changed_pages"] >= len(AFTER)
    assert summary.counts.get("reopen", 0) == 0, summary.lines()
    assert [issue.kind for issue in summary.issues if not issue.no_page] == ["rebuilt"]
