"""A listing's entry whose service gets a page of its own: one service, under the id that it had."""

from pathlib import Path

from flows.discovery.discover import discover
from flows.progress import QuietProgress
from flows.publishing.publish import publish
from register.store.queue.listing import QueueState
from tests.decisions import accept_all
from tests.loopback import serving
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


def test_an_entry_that_gets_a_page_of_its_own_keeps_its_id(tmp_path: Path) -> None:
    pages = {"/groups/": LIST.format("".join(ENTRY.format(*entry) for entry in ENTRIES.items()))}
    with serving(whats_on(pages)) as site:
        settings = lay_town(tmp_path, site)
        discover("town", settings=settings, progress=QuietProgress(), everything=True)
        with settings.open_store() as store:
            before = {row.name: row.id for row in store.queue.rows(states=("undecided",))}
            assert before.keys() == ENTRIES.keys()
            accept_all(store)
        publish(settings=settings, folder=tmp_path / "dataset")
        site.routes = whats_on(pages | {"/shed/": PAGE.format(*next(iter(ENTRIES.items())))})
        counts = discover("town", settings=settings, progress=QuietProgress(), everything=True).counts
        with settings.open_store() as store:
            known = store.queue.get(before["Hobsmoor Men's Shed"])
            assert not store.queue.rows(states=("undecided",))
            assert [store.queue.get(before[name]).state for name in ENTRIES][1:] == [QueueState.ACCEPTED] * 2
    assert (known.draft.page_url, known.missing_since) == (f"{site.base}/shed/", None)
    assert (counts["followed"], counts.get("add", 0)) == (1, 0)
