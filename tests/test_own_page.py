"""A listing's entry whose service gets a page of its own: one service, under the id that it had."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from flows.settings import Settings
from register.store.queue.listing import QueueState
from tests.decisions import accept_all
from tests.loopback import Site, serving
from tests.towns import lay_town, whats_on

ENTRIES = {
    "Hobsmoor Men's Shed": "Members mend bicycles and turn bowls in a warm workshop every Tuesday at 10am in the Mill.",
    "Knitting Circle": "We knit hats for the hospital and talk about our week every Monday at 2pm in the Mill.",
    "Canal Walkers": "A slow walk along the canal with a rest at the lock every Friday at 11am from the Mill.",
}
LIST = "<html><head><title>Groups - Mill</title></head><body><main><h1>Groups</h1>{}</main></body></html>"
ENTRY = '<div class="card"><h2>{}</h2><p>{}</p></div>'
PAGE = """<html><head><title>{0} - Mill</title></head><body><main><h1>{0}</h1><p>{1}</p>
<p>Nobody has to come every week, and there is a kettle, a radio and somebody to show you how it is done.</p>
<h2>Cost</h2><p>Free, and tea is 50p.</p><h2>Join</h2><p>Ring 01924 496001 before you come for the first time.</p>
</main></body></html>"""


SHED = "Hobsmoor Men's Shed"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(whats_on({"/groups/": listing()})) as site:
        yield site


@pytest.fixture(scope="module")
def published(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register with every entry of the listing published."""
    folder = tmp_path_factory.mktemp("published")
    settings = lay_town(folder, site)
    read(settings, site, {"/groups/": listing()})
    assert ids_of(settings).keys() == ENTRIES.keys()
    with settings.open_store() as store:
        accept_all(store)
    publish(settings=settings, folder=folder / "dataset")
    return folder


@pytest.fixture(scope="module")
def moved(site: Site, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after one entry got a page of its own."""
    settings = copied(published, tmp_path_factory.mktemp("moved"))
    counts = read(settings, site, {"/groups/": listing(), "/shed/": PAGE.format(SHED, ENTRIES[SHED])})
    assert (counts["followed"], counts["add"]) == (1, 0)
    return settings.register.parent.parent


def settings_in(folder: Path) -> Settings:
    return Settings(register=folder / "var" / "register.db", data=folder / "data")


def copied(folder: Path, into: Path) -> Settings:
    return settings_in(shutil.copytree(folder, into / "town"))


def ids_of(settings: Settings) -> dict[str, str]:
    """The candidates' ids by name."""
    with settings.open_store() as store:
        return {row.name: row.id for row in store.queue.rows(states=tuple(QueueState))}


def listing(**said: str) -> str:
    entries = {name: said.get(name.split()[0], text) for name, text in ENTRIES.items()}
    return LIST.format("".join(ENTRY.format(*entry) for entry in entries.items()))


def read(settings: Settings, site: Site, pages: dict[str, str]) -> Counter[str]:
    site.routes = whats_on(pages)
    return Counter(discover("town", settings=settings, progress=QuietProgress(), everything=True).counts)


def test_an_entry_that_gets_a_page_of_its_own_keeps_its_id(site: Site, published: Path, moved: Path) -> None:
    ids = ids_of(settings_in(published))
    with settings_in(moved).open_store() as store:
        known = store.queue.get(ids[SHED])
        assert not store.queue.rows(states=("undecided",))
        assert [store.queue.get(ids[name]).state for name in ENTRIES][1:] == [QueueState.ACCEPTED] * 2
    assert (known.draft.page_url, known.missing_since) == (f"{site.base}/shed/", None)


OTHER_TEA = PAGE.replace("tea is 50p", "tea is 60p")
MORE_KNITTING = ENTRIES["Knitting Circle"].replace("hats", "hats and scarves")


@pytest.mark.parametrize(
    ("pages", "stands"),
    [
        # The list is read again, the page alone, both: the record stays with its page.
        ({"/groups/": listing(Knitting=MORE_KNITTING), "/shed/": PAGE.format(SHED, ENTRIES[SHED])}, "/shed/"),
        ({"/groups/": listing(), "/shed/": OTHER_TEA.format(SHED, ENTRIES[SHED])}, "/shed/"),
        ({"/groups/": listing(Knitting=MORE_KNITTING), "/shed/": OTHER_TEA.format(SHED, ENTRIES[SHED])}, "/shed/"),
        # The page is gone: the list that is read again tells of it still.
        ({"/groups/": listing(Knitting=MORE_KNITTING)}, "/groups/"),
    ],
)
def test_it_stays_with_its_page_as_long_as_that_is_there(
    site: Site, moved: Path, tmp_path: Path, pages: dict[str, str], stands: str
) -> None:
    settings = copied(moved, tmp_path)
    key = ids_of(settings)[SHED]
    for _ in range(2):
        read(settings, site, pages)
        with settings.open_store() as store:
            known = store.queue.get(key)
            assert (known.draft.page_url, known.missing_since) == (f"{site.base}{stands}", None)
            assert not store.queue.rows(states=("undecided",))


def test_an_old_name_that_comes_back_beside_the_new_one_makes_two(site: Site, published: Path, tmp_path: Path) -> None:
    settings = copied(published, tmp_path)
    key = ids_of(settings)["Knitting Circle"]
    renamed = listing().replace("Knitting Circle", "Wool and Wine")
    assert read(settings, site, {"/groups/": renamed})["followed"] == 1
    both = renamed.replace("</main>", f"{ENTRY.format('Knitting Circle', ENTRIES['Knitting Circle'])}</main>")
    read(settings, site, {"/groups/": both})
    with settings.open_store() as store:
        assert store.queue.get(key).draft.name == "Knitting Circle"
        assert [row.name for row in store.queue.rows(states=("undecided",))] == ["Wool and Wine"]
