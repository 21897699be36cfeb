"""“All is still so”: one key that verifies again what a reviewer sees on a record whose check is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.errors import TidiermapError
from register.models import RECORD, DecisionVerdict, Evidence
from register.store import Store
from register.store.decisions.batches import StepKind
from register.store.queue.listing import QueueState
from register.store.staleness.freshness import Due
from review.decisions.batch_rules import STILL_SO
from review.decisions.decide import Answer, Seen, decide
from review.queue.filter import read_filter
from review.queue.serving import serve_next
from review.record.candidate_pages import go_on
from review.record.page import refuse, seen_by
from review.visit import Visit


def confirm_still_so(visit: Visit) -> Response:
    """Verifies again each overdue field that stood on the reviewer's screen, as it stands, and goes to the next record.

    What became overdue since is left: nobody saw it. It is one batch, so that it is undone as one.
    """
    store, candidate_id, queue = visit.store, visit.request.path_params["id"], read_filter(visit.form_values())
    shown = tuple(name for name in visit.fields("still") if name in FIELD_NAMES)
    try:
        with store.transaction():
            following = serve_next(visit, queue, after=candidate_id)
            due = _due(store, candidate_id)
            overdue = store.freshness.overdue_fields(candidate_id, due) if due else ()
            names = tuple(name for name in shown if name in overdue)
            if names and due:
                _confirm(visit, seen_by(visit), names)
                store.freshness.work_out(due.record_id, visit.bench.settings.freshness)
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=RECORD)
    return go_on(candidate_id, queue, following, said="confirmed")


def _due(store: Store, candidate_id: str) -> Due | None:
    record_id = store.records.id_of_candidate(candidate_id)
    return store.freshness.of_record(record_id) if record_id else None


def _confirm(visit: Visit, seen: Seen, names: Sequence[str]) -> None:
    store = visit.store
    if store.queue.get(seen.candidate).state is not QueueState.ACCEPTED:
        raise TidiermapError("this record waits for decisions on its fields; decide on those instead")
    batch = store.batches.open(STILL_SO.name, said="all is still so", reviewer=visit.reviewer)
    text = store.queue.get(seen.candidate).page_text
    for name in names:
        decide(store, seen, _answer_again(store, seen.candidate, name, text), reviewer=visit.reviewer)
        _, number = store.batches.decisions_on(seen.candidate, field=name)
        store.batches.note(batch, seen.candidate, StepKind.DECISION, number=number)


def _answer_again(store: Store, candidate_id: str, name: str, text: str) -> Answer:
    """The decision that stands on a field, as a decision of today."""
    decided = {field.name: number for field, number in store.records.decided_fields(candidate_id)}
    before = store.decisions.get(decided[name])
    evidence: tuple[Evidence, ...] = ()
    if before.verdict is DecisionVerdict.EDIT:
        evidence = tuple(_where_it_stands(one, text, name) for one in before.evidence)
    return Answer(field=name, verdict=before.verdict, value=before.value, evidence=evidence)


def _where_it_stands(evidence: Evidence, text: str, name: str) -> Evidence:
    """The quote where the page has it now: the page may have been read again since."""
    if evidence.page or text[evidence.start : evidence.end] == evidence.quote:
        return evidence
    places = [at for at in range(len(text)) if text.startswith(evidence.quote, at)]
    if not places:
        raise TidiermapError(
            f"the page no longer has the words behind {name} (“{evidence.quote[:60]}”); edit it instead"
        )
    start = min(places, key=lambda at: abs(at - evidence.start))
    return replace(evidence, start=start, end=start + len(evidence.quote))
