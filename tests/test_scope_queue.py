"""Scope in the queue: a filter, what a person says before what the machine proposes, and the page that shows it."""

from dataclasses import replace
from pathlib import Path

from register.codes.vocabulary import SCOPE_FIELD, Scope, Status
from register.grounding import ground
from register.models import RECORD, DecisionVerdict, DraftField
from tests.drafts import LOCALITY, TEXT, URL, decide, keep_page, knitting, open_store
from tests.seeding import TEXT as TEXT_OF_DESK
from tests.seeding import Desk, draft


def test_the_queue_is_filtered_by_scope_and_a_person_overrules_the_machine(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    page_id, version_id = keep_page(store, TEXT)
    run = store.runs.start("discover", LOCALITY)
    for key, scope in (("here", Scope.LOCAL), ("there", Scope.ELSEWHERE), ("whole", Scope.NATIONAL)):
        seen = replace(knitting(key=key, url=URL), scope=scope, reasons=((SCOPE_FIELD, f"because {key}"),))
        store.queue.add(seen, page_id=page_id, version_id=version_id, run_id=run)
    assert [row.id for row in store.queue.rows(scope="elsewhere")] == ["there"]
    assert store.queue.scopes() == {"local": 1, "elsewhere": 1, "national_reference": 1, "unclear": 0}
    assert store.browse.reasons(("there",), SCOPE_FIELD) == {"there": "because there"}
    quote = (ground(TEXT, 0, 15, rule="reviewer"),)
    decide(store, SCOPE_FIELD, DecisionVerdict.EDIT, key="there", value="local", evidence=quote)
    assert {row.id for row in store.queue.rows(scope="local")} == {"here", "there"}
    assert store.queue.count(scope="elsewhere") == 0
    decide(store, SCOPE_FIELD, DecisionVerdict.UNDO, key="there")
    assert [row.id for row in store.queue.rows(scope="elsewhere")] == ["there"]


def test_a_scope_that_a_person_approved_stands_when_a_later_draft_says_otherwise(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    page_id, version_id = keep_page(store, TEXT)
    run = store.runs.start("discover", LOCALITY)
    evidence = (ground(TEXT, 0, 15, rule="scope"),)
    known = knitting(key="here", url=URL)
    told = DraftField(name=SCOPE_FIELD, status=Status.REPORTED, value="local", evidence=evidence)
    fields = tuple(told if f.name == SCOPE_FIELD else f for f in known.fields)
    local = replace(known, fields=fields, scope=Scope.LOCAL)
    store.queue.add(local, page_id=page_id, version_id=version_id, run_id=run)
    decide(store, SCOPE_FIELD, DecisionVerdict.APPROVE, key="here")
    decide(store, RECORD, DecisionVerdict.APPROVE, key="here")
    away = replace(local, scope=Scope.ELSEWHERE)
    store.queue.reopen(away, version_id=version_id, run_id=run, touched=frozenset({"fact.cost"}))
    assert [row.scope for row in store.queue.rows()] == [Scope.LOCAL]


def test_the_queue_page_says_why_a_candidate_is_not_counted(tmp_path: Path) -> None:
    desk, proposed = Desk(tmp_path), draft("away")
    evidence = (ground(TEXT_OF_DESK, 0, 4, rule="scope"),)
    field = DraftField(name=SCOPE_FIELD, status=Status.REPORTED, value="elsewhere", evidence=evidence)
    fields = tuple(field if f.name == SCOPE_FIELD else f for f in proposed.fields)
    reason = "its postcode lies in Bury"
    away = replace(proposed, fields=fields, scope=Scope.ELSEWHERE, reasons=((SCOPE_FIELD, reason),))
    desk.queue(draft("shed"))
    desk.queue(away)
    visitor = desk.visitor()
    listed = visitor.get("/?scope=elsewhere").text
    assert "/candidate/away" in listed
    assert "/candidate/shed" not in listed
    assert f"Elsewhere, not counted for {away.locality}: {reason}" in listed
    assert "Its postcode lies in Bury." in visitor.get("/candidate/away").text
