"""The register: what it refuses, what it keeps, and how decisions move a candidate."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from register.codes.vocabulary import Status
from register.errors import NotFoundError, StaleRevisionError, TidiermapError, UngroundedError
from register.grounding import ground
from register.migrations import register_migrations
from register.models import RECORD, DecisionVerdict, DraftField, Evidence, Fetch
from register.store import Store
from register.store.queue.listing import QueueState
from review.queue.lifecycle import Action, next_action
from tests.drafts import LATER, LOCALITY, TEXT, URL, decide, keep_page, knitting, open_store, queued


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as store:
        yield store


def field(store: Store, name: str):
    return next(f for f in store.queue.fields("c0ffee") if f.name == name)


def test_every_table_is_strict_and_the_file_is_in_wal_mode(store: Store) -> None:
    tables = [t for t in store.db.tables if not t.name.startswith(("_", "sqlite_"))]
    assert len(tables) >= 14
    assert [t.name for t in tables if not t.strict and not t.virtual_table_using and "_words" not in t.name] == []
    assert store.db.journal_mode == "wal"


@pytest.mark.parametrize("table", ["decisions", "revisions"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET revision = 9"])
def test_what_people_decided_and_what_the_machine_drafted_cannot_be_changed(
    store: Store, table: str, statement: str
) -> None:
    queued(store)
    decide(store, "fact.cost", DecisionVerdict.APPROVE)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.db.execute(statement.format(table))


def test_an_old_database_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    old = Database(tmp_path / "register.db")
    migrations = register_migrations()
    later = [migration.name for migration in migrations.pending(old)][1:]
    assert later, "there is a migration after the first, so that there is an old state to come from"
    migrations.apply(old, stop_before=later)
    old.execute(
        "INSERT INTO runs (id, kind, locality, started_at, verdict) "
        "VALUES ('r', 'discover', 'x', '2026-01-01T00:00:00.000000Z', 'healthy')"
    )
    assert "runs_by_locality" not in {index.name for index in old["runs"].indexes}
    old.conn.close()
    with open_store(tmp_path) as store:
        assert store.runs.get("r").locality == "x"
        assert "runs_by_locality" in {index.name for index in store.db["runs"].indexes}
        assert not register_migrations().pending(store.db)


def test_a_database_with_nothing_in_it_gets_every_table_and_is_opened_twice(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        queued(store)
    with open_store(tmp_path) as store:
        assert store.queue.counts()["undecided"] == 1


def test_a_transaction_keeps_all_or_nothing(store: Store) -> None:
    def half_way() -> None:
        with store.transaction():
            queued(store)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half_way()
    assert store.queue.find("c0ffee") is None


def test_three_dates_fetched_changed_checked(store: Store) -> None:
    keep_page(store, TEXT)
    first = store.pages.get(LOCALITY, URL)
    keep_page(store, TEXT)
    same = store.pages.get(LOCALITY, URL)
    assert same.fetched_at > first.fetched_at
    assert same.changed_at == first.changed_at
    keep_page(store, LATER)
    assert store.pages.get(LOCALITY, URL).changed_at > first.changed_at


def test_a_304_moves_only_the_date_of_the_check(store: Store) -> None:
    keep_page(store, TEXT)
    before = store.pages.get(LOCALITY, URL)
    after = store.pages.note_fetch(
        LOCALITY, Fetch(url=URL, final_url=URL, status=304, fetched_at=store.clock()), body=None
    )
    assert (after.fetched_at, after.changed_at, after.archive) == (before.fetched_at, before.changed_at, before.archive)
    assert after.checked_at > before.checked_at


def test_approving_a_record_approves_what_is_open_and_keeps_what_was_decided(store: Store) -> None:
    queued(store)
    decide(store, "tidier.why", DecisionVerdict.NOT_STATED)
    decide(store, RECORD, DecisionVerdict.APPROVE)
    assert field(store, "tidier.why").state == "not_stated"
    assert field(store, "fact.cost").state == "approve"
    assert store.queue.get("c0ffee").state is QueueState.ACCEPTED


def test_undoing_an_approval_reopens_only_what_it_approved(store: Store) -> None:
    queued(store)
    decide(store, "tidier.why", DecisionVerdict.NOT_STATED)
    decide(store, RECORD, DecisionVerdict.APPROVE)
    decide(store, RECORD, DecisionVerdict.UNDO)
    assert field(store, "tidier.why").state == "not_stated"
    assert field(store, "fact.cost").state == "open"
    assert store.queue.get("c0ffee").state is QueueState.UNDECIDED


def test_an_undo_with_nothing_to_undo_is_refused(store: Store) -> None:
    queued(store)
    with pytest.raises(TidiermapError, match="expected a decision to undo"):
        decide(store, RECORD, DecisionVerdict.UNDO)


def test_a_decision_on_an_older_revision_is_refused(store: Store) -> None:
    queued(store)
    _, version_id = keep_page(store, LATER)
    store.queue.replace(
        knitting(LATER),
        version_id=version_id,
        run_id=store.runs.start("discover", LOCALITY),
        reason="",
        changed=frozenset(),
    )
    with pytest.raises(StaleRevisionError, match="revision 1, expected 2"):
        decide(store, "fact.cost", DecisionVerdict.APPROVE, revision=1)


def test_an_edit_needs_a_quote_that_stands_on_the_page(store: Store) -> None:
    queued(store)
    lie = (Evidence(quote="not on the page", start=0, end=15, rule="reviewer"),)
    with pytest.raises(UngroundedError, match="does not stand"):
        decide(store, "tidier.where", DecisionVerdict.EDIT, value="the moon", evidence=lie)
    with pytest.raises(TidiermapError, match="without a quote"):
        decide(store, "tidier.where", DecisionVerdict.EDIT, value="the library")
    start = TEXT.index("in the library")
    decide(
        store,
        "tidier.where",
        DecisionVerdict.EDIT,
        value="the library",
        evidence=(ground(TEXT, start, start + 14, rule="reviewer"),),
    )
    assert field(store, "tidier.where").state == "edit"
    assert field(store, "tidier.where").proposal.value is None, "the machine's draft is never overwritten"


@pytest.mark.parametrize("name", ["tidier.nothing", "record.why"])
def test_an_unknown_field_is_refused(store: Store, name: str) -> None:
    queued(store)
    with pytest.raises(NotFoundError):
        decide(store, name, DecisionVerdict.APPROVE)


def test_reopening_opens_the_touched_fields_only(store: Store) -> None:
    queued(store)
    decide(store, RECORD, DecisionVerdict.APPROVE)
    _, version_id = keep_page(store, LATER)
    store.queue.reopen(
        knitting(LATER),
        version_id=version_id,
        run_id=store.runs.start("recheck", LOCALITY),
        touched=frozenset({"tidier.when_how_much"}),
    )
    states = {f.name: f.state for f in store.queue.fields("c0ffee")}
    assert [name for name, state in states.items() if state == "open"] == ["tidier.when_how_much"]
    assert store.queue.get("c0ffee").state is QueueState.REOPENED


def test_queue_rows_filter_by_state_locality_and_words(store: Store) -> None:
    queued(store)
    queued(store, key="beef", url="http://127.0.0.1:8765/other/")
    decide(store, RECORD, DecisionVerdict.REJECT, key="beef")
    assert [r.id for r in store.queue.rows(states=("undecided",))] == ["c0ffee"]
    assert [r.id for r in store.queue.rows(search="OTHER")] == ["beef"]
    assert store.queue.rows(locality="elsewhere") == ()
    assert store.queue.rows(search="' OR 1=1 --") == ()
    assert store.queue.counts() == {"undecided": 1, "accepted": 0, "reopened": 0, "rejected": 1}


def test_sessions_expire_and_only_their_hash_is_kept(store: Store) -> None:
    store.users.put("ada", role="reviewer", password_hash="h")
    store.users.open_session("ada", token="secret-token", csrf="c")
    assert store.users.session("secret-token").user.name == "ada"
    assert store.users.session("guess") is None
    assert "secret-token" not in str(list(store.db.query("SELECT * FROM sessions")))
    for _ in range(13 * 60):
        store.clock()
    assert store.users.session("secret-token") is None


def test_a_field_that_a_person_decided_stays_where_our_rules_merely_read_it_otherwise(store: Store) -> None:
    queued(store)
    decide(store, "fact.cost", DecisionVerdict.APPROVE)
    read_otherwise = replace(knitting(), fields=tuple(_without_value(f) for f in knitting().fields))
    action = next_action(store.queue.get("c0ffee"), read_otherwise, page_text=TEXT)
    assert (action.action, action.fields) == (Action.REPLACE, frozenset())
    assert {"fact.cost", "code.type"} <= action.drifted
    _, version_id = keep_page(store, TEXT)
    run = store.runs.start("discover", LOCALITY)
    store.queue.replace(
        read_otherwise, version_id=version_id, run_id=run, reason="", changed=action.fields, drifted=action.drifted
    )
    assert field(store, "fact.cost").state == "approve"
    assert field(store, "fact.cost").proposal.value == "free"
    assert field(store, "code.type").proposal.value is None
    store.queue.note_drift(read_otherwise, names=action.drifted, run_id=run)
    assert [row["field"] for row in store.db["drift"].rows] == ["fact.cost"]


def _without_value(draft_field: DraftField) -> DraftField:
    return DraftField(name=draft_field.name, status=Status.NOT_REPORTED, score=0.5)
