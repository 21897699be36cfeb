"""Dates of one activity over runs: one record that gains dates, and lives on while one of its pages does."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.staleness.recheck import recheck
from register.staleness.staleness import Verdict
from register.store import Store
from register.store.queue.listing import QueueState
from register.store.upkeep.replay import replay
from tests.decisions import accept_all
from tests.loopback import Site, serving
from tests.towns import lay_town, whats_on

PAGE = """<html><head><title>{name} - Fennbridge Hall</title></head><body><nav><a href="/">Home</a></nav>
<main><h1>{name}</h1><p>{what}</p><h2>When</h2><p>{when}, 10am to 12 noon</p><h2>Where</h2><p>Room {room}, Fennbridge
Hall, {room} Mill Lane, WF2 {room}AA</p><h2>Cost</h2><p>Free</p><h2>Join</h2><p>Ring the leader on 01924 49600{room}
before you come for the first time.</p></main><footer>Fennbridge Hall</footer></body></html>"""
EASEL = "Paint, draw or print beside other people at your own pace; materials, a tutor and tea are there for everybody."
KILN = "Women who want to work in clay meet around our kiln, with a potter who fires what you made the week before."
FIRST, SECOND, THIRD, FOURTH = (
    "Wednesday 1 July 2026",
    "Wednesday 8 July 2026",
    "Wednesday 15 July 2026",
    "Saturday 18 July 2026",
)
DAYS = ("2026-07-01", "2026-07-08", "2026-07-15", "2026-07-18")
NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)


def easel(when: str) -> str:
    return PAGE.format(name="Open Easel", what=EASEL, when=when, room=1)


BEFORE = {
    "/easel-01-07/": easel(FIRST),
    "/easel-08-07/": easel(SECOND),
    "/kiln/": PAGE.format(name="Women's Kiln", what=KILN, when="Thursday 2 July 2026", room=2),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(whats_on(BEFORE)) as site:
        yield site


@pytest.fixture(scope="module")
def published(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first state of the site, discovered, accepted and published."""
    tmp_path = tmp_path_factory.mktemp("town")
    settings = lay_town(tmp_path, site, clock=lambda: NOW)
    assert discover("town", settings=settings, progress=QuietProgress(), everything=True).counts["add"] == 2
    with settings.open_store() as store:
        accept_all(store)
    publish(settings=settings, folder=tmp_path / "dataset")
    return tmp_path


@pytest.fixture
def settings(published: Path, tmp_path: Path) -> Settings:
    folder = shutil.copytree(published, tmp_path / "town")
    return Settings(register=folder / "var" / "register.db", data=folder / "data", clock=lambda: NOW)


def easel_of(store: Store) -> str:
    return next(one.id for one in store.records.all() if one.name == "Open Easel").removeprefix("tm-")


def dates(store: Store) -> tuple[str, ...]:
    field = store.queue.get(easel_of(store)).draft.fields
    value = next(one.value for one in field if one.name == "fact.dates")
    return value if isinstance(value, tuple) else ()


def opened(store: Store) -> set[str]:
    return {one.name for one in store.queue.fields(easel_of(store)) if one.state == "open"}


def discover_again(settings: Settings, site: Site, pages: dict[str, str]) -> None:
    site.routes = whats_on(pages)
    assert discover("town", settings=settings, progress=QuietProgress(), everything=True).healthy


def read_again(settings: Settings, site: Site, pages: dict[str, str], command: str) -> None:
    if command == "discover":
        discover_again(settings, site, pages)
    else:
        site.routes = whats_on(pages)
        assert recheck("town", settings=settings, progress=QuietProgress()).healthy


def test_a_record_has_each_date_with_its_quote_page_and_route(settings: Settings, site: Site) -> None:
    with settings.open_store() as store:
        (record,) = (one for one in store.records.all() if one.name == "Open Easel")
        field = next(one for one in record.fields if one.name == "fact.dates")
        assert field.value == DAYS[:2]
        by_page = {one.page or record.page_url: one.quote for one in field.evidence}
        assert by_page == {f"{site.base}/easel-01-07/": FIRST, f"{site.base}/easel-08-07/": SECOND}
        assert field.found_via
        assert all(store.further.said(one) for one in field.evidence if one.page)


def test_a_date_that_the_schedule_says_is_kept_and_asks_nobody(settings: Settings, site: Site) -> None:
    discover_again(settings, site, BEFORE | {"/easel-15-07/": easel(THIRD)})
    with settings.open_store() as store:
        assert store.queue.get(easel_of(store)).state is QueueState.ACCEPTED
        assert dates(store) == DAYS[:3]
        assert store.queue.counts()["undecided"] == 0


def test_a_date_beside_the_schedule_is_a_change_of_the_dates_alone(settings: Settings, site: Site) -> None:
    discover_again(settings, site, BEFORE | {"/easel-18-07/": easel(FOURTH)})
    with settings.open_store() as store:
        assert store.queue.get(easel_of(store)).state is QueueState.REOPENED
        assert opened(store) == {"fact.dates"}
        assert dates(store) == (*DAYS[:2], DAYS[3])
        assert store.queue.counts()["undecided"] == 0


def test_what_is_read_again_keeps_the_dates_of_pages_that_are_not(settings: Settings, site: Site) -> None:
    pages = BEFORE | {"/easel-01-07/": easel(FIRST).replace("Free", "£3 a time")}
    discover_again(settings, site, pages)
    with settings.open_store() as store:
        assert dates(store) == DAYS[:2]
        assert "fact.dates" not in opened(store)
        assert opened(store)


@pytest.mark.parametrize("dearer", [False, True])
@pytest.mark.parametrize("command", ["recheck", "discover"])
def test_a_date_to_come_whose_page_is_gone_opens_the_dates(
    settings: Settings, site: Site, command: str, dearer: bool
) -> None:
    left = {path: body for path, body in BEFORE.items() if path != "/easel-08-07/"}
    if dearer:
        left["/easel-01-07/"] = easel(FIRST).replace("Free", "£3 a time")
    revisions = set()
    for _ in range(2):  # the second reading asks nothing that the first did not
        read_again(settings, site, left, command)
        with settings.open_store() as store:
            revisions.add(store.queue.get(easel_of(store)).revision)
            assert dates(store) == DAYS[:1]
            assert store.queue.get(easel_of(store)).state is QueueState.REOPENED
            assert ("fact.dates" in opened(store), len(opened(store)) > 1) == (True, dearer)
    assert len(revisions) == 1


def test_a_date_that_is_over_may_lose_its_page(settings: Settings, site: Site) -> None:
    later = replace(settings, clock=lambda: datetime(2026, 7, 10, 12, tzinfo=UTC))
    discover_again(later, site, {path: body for path, body in BEFORE.items() if path != "/easel-08-07/"})
    with later.open_store() as store:
        assert (dates(store), opened(store)) == (DAYS[:2], set())


@pytest.mark.parametrize("command", ["recheck", "discover"])
def test_a_record_lives_on_while_a_page_of_its_dates_does(settings: Settings, site: Site, command: str) -> None:
    later = replace(settings, clock=lambda: datetime(2026, 7, 3, 12, tzinfo=UTC))
    left = {path: body for path, body in BEFORE.items() if path != "/easel-01-07/"}
    read_again(later, site, left, command)
    with later.open_store() as store:
        known = store.queue.get(easel_of(store))
        assert (known.draft.page_url, known.missing_since) == (f"{site.base}/easel-08-07/", None)
        assert store.staleness.of_records()[f"tm-{known.id}"] in {Verdict.MOVED, Verdict.CHANGED, Verdict.LIVE}
        assert store.queue.counts()["undecided"] == 0
    publish(settings=later, folder=later.register.parent.parent / "dataset")
    with later.open_store() as store:
        again = replay(
            store, later.register.with_name("again.db"), open_store=lambda path, clock: Store(path, clock=clock)
        )
        assert not [one.differs for one in again if one.differs]


def test_dates_that_pass_together_cast_no_doubt_on_their_host(settings: Settings, site: Site) -> None:
    more = {f"/easel-{day}-07/": easel(f"Wednesday {day} July 2026") for day in (15, 22, 29)}
    discover_again(settings, site, BEFORE | more)
    site.routes = whats_on({path: BEFORE[path] for path in ("/easel-01-07/", "/kiln/")})
    run = recheck("town", settings=settings, progress=QuietProgress())
    assert (run.healthy, [host.doubt for host in run.hosts]) == (True, [""])
    with settings.open_store() as store:
        assert store.queue.get(easel_of(store)).missing_since is None
