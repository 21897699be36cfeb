"""The register's lists: published records page by page, and what a candidate's words cost when it is admitted."""

from dataclasses import replace
from pathlib import Path

import pytest

from register.models import RECORD, DecisionVerdict
from register.store import Store
from review.decisions.decide import Answer, Seen, decide
from tests.seeding import TOLD, Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def accept(store: Store, key: str) -> None:
    seen = Seen(candidate=key, revision=1, decisions=0)
    decide(store, seen, Answer(field=RECORD, verdict=DecisionVerdict.APPROVE), reviewer="ada")


def publish(desk: Desk, *names: str) -> None:
    """A record each, with a key by its place."""
    for n, name in enumerate(names):
        told = {item: value for item, value in TOLD.items() if item != "tidier.brief_name"}
        desk.queue(draft(f"k{n}", told=told, name=name, url=f"https://growers.example/{n}"))
        with desk.store() as store:
            accept(store, f"k{n}")
        desk.publish(f"k{n}")


def walk(store: Store, *, back: bool = False, start: str = "", **filters: str) -> list[list[str]]:
    """Ids of the records page by page, two on each."""
    pages = []
    while rows := store.browse.records(limit=2, start=start, back=back, **filters):
        pages.append([row.id for row in rows])
        start = rows[0].place if back else rows[-1].place
    return pages


def test_records_are_listed_page_by_page_both_ways_withdrawn_ones_last(desk: Desk) -> None:
    publish(desk, "Choir", "Allotment", "Choir", "Baking~Club", "Yoga")
    with desk.store() as store:
        store.records.withdraw("tm-k1", at="2026-05-01T09:00:00.000000Z")
        assert walk(store) == [["tm-k3", "tm-k0"], ["tm-k2", "tm-k4"], ["tm-k1"]]
        last = store.browse.records(limit=9)[-1].place
        assert walk(store, back=True, start=last) == [["tm-k2", "tm-k4"], ["tm-k3", "tm-k0"]]
        assert walk(store, search="cho") == [["tm-k0", "tm-k2"]]
        assert walk(store, locality="elsewhere") == []
        assert walk(store, start="nonsense")[0] == ["tm-k3", "tm-k0"]


def test_a_page_of_records_leads_to_the_next_and_back(desk: Desk) -> None:
    publish(desk, "Allotment", "Choir")
    ada = desk.visitor()
    with desk.store() as store:
        first = store.browse.records(limit=1)[0].place
    page = ada.get("/records", params={"from": first}).text
    assert "Choir" in page
    assert "Allotment" not in page
    assert 'rel="prev"' in page
    assert 'rel="next"' not in page


def test_the_words_of_all_that_one_transaction_admits_are_written_at_once(desk: Desk) -> None:
    desk.queue(draft("first"))
    with desk.store() as store, store.transaction():
        page = store.db.execute("SELECT page_id FROM candidates").fetchone()[0]
        segments = "SELECT count(DISTINCT segid) FROM queue_words_idx"
        before = store.db.execute(segments).fetchone()[0]
        for n in range(5):  # read and written in turns, as admission does
            store.queue.add(draft(f"k{n}"), page_id=page, version_id=1, run_id=store.runs.latest(1)[0].id)
            assert store.queue.get(f"k{n}").revision == 1
        assert store.db.execute(segments).fetchone()[0] == before
    with desk.store() as store:
        assert store.db.execute(segments).fetchone()[0] == before + 1
        assert store.queue.count(search="nursery") == 6


def test_a_query_that_gives_no_rows_is_refused(desk: Desk) -> None:
    with desk.store() as store, pytest.raises(ValueError, match="query reads"):
        store.db.query("DELETE FROM typed")


def test_a_record_holds_no_field_of_an_earlier_state(desk: Desk) -> None:
    publish(desk, "Choir")
    with desk.store() as store, store.transaction():
        record = store.records.get("tm-k0")
        decisions = {field.name: decision for field, decision in store.records.decided_fields("k0")}
        fewer = replace(record, fields=record.fields[1:])
        store.records.put(fewer, "k0", decisions)
        assert store.records.get("tm-k0") == fewer
