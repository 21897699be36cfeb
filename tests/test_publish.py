"""Publishing: approved records and only those, all or nothing, the same bytes each time."""

import csv
import json
from pathlib import Path

import pytest

from flows.publishing.publish import publish
from flows.settings import Settings
from register.codes.vocabulary import SCOPE_FIELD
from register.errors import PublishError
from register.grounding import ground
from register.models import RECORD, DecisionVerdict, Evidence
from register.store import Store
from register.store.people.audit import AuditHead
from tests.clocks import Ticking
from tests.drafts import LATER, LOCALITY, TEXT, decide, keep_page, knitting, queued
from tests.registers import lay_register


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(register=lay_register(tmp_path / "register.db"), clock=Ticking())


def put_out(settings: Settings):
    return publish(settings=settings, folder=settings.register.parent / "dataset")


def files_of(settings: Settings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (settings.register.parent / "dataset").iterdir()}


def test_only_approved_records_are_published_and_twice_gives_the_same_bytes(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        queued(store, key="beef", url="http://127.0.0.1:8765/other/")
        queued(store, key="cafe", url="http://127.0.0.1:8765/third/")
        decide(store, RECORD, DecisionVerdict.APPROVE)
        decide(store, RECORD, DecisionVerdict.REJECT, key="cafe")
    first = put_out(settings)
    before = files_of(settings)
    second = put_out(settings)
    assert files_of(settings) == before
    assert (first.id, first.changed, second.changed) == (second.id, True, False)
    rows = list(csv.DictReader(before["records.csv"].decode().splitlines()))
    assert [row["name"] for row in rows] == ["Knit and Natter"]
    assert rows[0]["gss_code"] == "E99999999"
    assert rows[0]["tidier.why"] == "(not_reported)"
    evidence = list(csv.DictReader(before["evidence.csv"].decode().splitlines()))
    quotes = [row for row in evidence if row["quote"]]
    assert quotes
    assert all(TEXT[int(row["start"]) : int(row["end"])] == row["quote"] for row in quotes)


def test_a_record_that_is_not_for_the_locality_is_published_and_counted_apart(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        quote = (ground(TEXT, 0, 15, rule="reviewer"),)
        decide(store, SCOPE_FIELD, DecisionVerdict.EDIT, value="national_reference", evidence=quote)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    summary = put_out(settings).summary
    assert (summary.counts["records"], summary.counts["records_not_local"]) == (1, 1)
    rows = list(csv.DictReader(files_of(settings)["records.csv"].decode().splitlines()))
    assert [row[SCOPE_FIELD] for row in rows] == ["national_reference"]


def test_three_kinds_of_absence_are_kept_apart(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        decide(store, "fact.cost", DecisionVerdict.REJECT)
        decide(store, "tidier.why", DecisionVerdict.NOT_STATED)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    put_out(settings)
    fields = json.loads(files_of(settings)["records.json"])[0]["fields"]
    assert fields["fact.cost"]["status"] == "not_extracted"
    assert fields["tidier.why"]["status"] == "not_reported"
    assert fields["tidier.brief_name"]["status"] == "reported"


def test_a_reopened_record_stays_as_it_was_published(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    put_out(settings)
    before = files_of(settings)["records.csv"]
    with settings.open_store() as store:
        _, version_id = keep_page(store, LATER)
        run_id = store.runs.start("recheck", LOCALITY)
        touched = frozenset({"tidier.when_how_much"})
        store.queue.reopen(knitting(LATER), version_id=version_id, run_id=run_id, touched=touched)
    put_out(settings)
    assert files_of(settings)["records.csv"] == before
    with settings.open_store() as store:
        decide(store, RECORD, DecisionVerdict.APPROVE, revision=2)
    put_out(settings)
    assert b"every Friday at 11am" in files_of(settings)["records.csv"]
    with settings.open_store() as store:
        record = store.records.all()[0]
        dates = {field.name: field.verified_at for field in record.fields}
        assert dates["tidier.when_how_much"] > dates["fact.cost"], "what nobody looked at again keeps its date"


def test_a_record_rejected_later_becomes_a_dated_tombstone(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    put_out(settings)
    with settings.open_store() as store:
        decide(store, RECORD, DecisionVerdict.REJECT)
    publication = put_out(settings)
    assert publication.summary.counts["withdrawn"] == 1
    files = files_of(settings)
    assert b"Knit and Natter" not in files["records.csv"]
    assert b"Knit and Natter" in files["tombstones.csv"]


def break_evidence(store: Store) -> None:
    lie = Evidence(quote="a quote that is nowhere", start=3, end=26, rule="test")
    store.db.execute(
        "UPDATE fields SET proposal = json_replace(proposal, '$.evidence[0].quote', ?) WHERE name = 'fact.cost'",
        [lie.quote],
    )


def break_code(store: Store) -> None:
    store.db.execute(
        "UPDATE fields SET proposal = json_replace(proposal, '$.value[0]', 'yoga') WHERE name = 'code.type'"
    )


def break_decision(store: Store) -> None:
    store.db.execute("UPDATE fields SET decision_id = NULL WHERE name = 'tidier.why'")


def drop_evidence(store: Store) -> None:
    store.db.execute(
        "UPDATE fields SET proposal = json_replace(proposal, '$.evidence', json('[]')) WHERE name = 'fact.cost'"
    )


@pytest.mark.parametrize(
    ("breaking", "says"),
    [
        (break_evidence, "does not stand on the page"),
        (break_code, "found 'yoga', expected one of"),
        (break_decision, "found no decision"),
        (drop_evidence, "without evidence"),
    ],
)
def test_a_broken_invariant_publishes_nothing(settings: Settings, breaking, says: str) -> None:
    with settings.open_store() as store:
        queued(store)
        queued(store, key="beef", url="http://127.0.0.1:8765/other/")
        decide(store, RECORD, DecisionVerdict.APPROVE)
        decide(store, RECORD, DecisionVerdict.APPROVE, key="beef")
        breaking(store)
    with pytest.raises(PublishError, match=says):
        put_out(settings)
    with settings.open_store() as store:
        assert store.records.all() == ()
    assert not (settings.register.parent / "dataset").exists()


def test_a_locality_whose_last_run_is_quarantined_keeps_what_it_has(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
        run_id = store.runs.start("discover", LOCALITY)
        store.runs.finish(run_id, verdict="quarantined", finish_reason="finished", counts={}, message="too few")
    publication = put_out(settings)
    assert publication.summary.counts["records"] == 0
    assert LOCALITY in publication.summary.message


def test_cells_that_a_spreadsheet_would_run_are_kept_as_text() -> None:
    from register.publishing.export import safe_cell

    assert safe_cell("=HYPERLINK()") == "'=HYPERLINK()"
    assert safe_cell("+44 1632 960000").startswith("'")
    assert safe_cell("free") == "free"


def test_a_publication_tells_the_end_of_the_audit_log(settings: Settings) -> None:
    with settings.open_store() as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    publication = put_out(settings)
    told = json.loads(files_of(settings)["audit.json"])
    with settings.open_store() as store:
        assert store.audit.verify(head=AuditHead(**told)) is None
        last = store.audit.latest(limit=1)[0]
    assert (last.what, last.about) == ("published", f"publication {publication.id}")
    assert last.hash == told["hash"]
