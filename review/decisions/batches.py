"""The same done to many records at once, as ordinary decisions and notes that are undone as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from register.errors import TidiermapError
from register.models import RECORD, DecisionVerdict
from register.reviewing.standing import LoggedDecision, standing, taken_back
from register.store import Store
from register.store.decisions.batches import BatchStep, StepKind
from register.store.decisions.notes import NoteKind
from register.store.queue.listing import QueueRow
from review.decisions.batch_rules import Accepting, BatchAction, accepting, told, why_left
from review.decisions.decide import Answer, Seen, decide
from review.visit import Visit

VERDICTS = {"accept": DecisionVerdict.APPROVE, "reject": DecisionVerdict.REJECT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A record with what stood on the reviewer's screen of it: `told` is what it says at a glance, `accepting` what
    would be accepted, `why` the reason for which it is left ("" where something is done)."""

    row: QueueRow
    seen: Seen
    told: tuple[str, ...] = ()
    accepting: tuple[Accepting, ...] = ()
    why: str = ""


def plan(visit: Visit, action: BatchAction, rows: Sequence[QueueRow]) -> tuple[Planned, ...]:
    """What the action would do to each of these rows, in their order."""
    return tuple(
        Planned(
            row=row,
            seen=seen_now(visit.store, row.id, row.revision),
            told=told(visit, row),
            accepting=accepting(visit, row) if action.name == "accept" else (),
            why=why_left(visit, action, row),
        )
        for row in rows
    )


def seen_now(store: Store, candidate_id: str, revision: int) -> Seen:
    return Seen(candidate=candidate_id, revision=revision, decisions=store.batches.decisions_on(candidate_id)[0])


def carry_out(visit: Visit, action: BatchAction, agreed: Sequence[Seen], *, said: str, to: str = "") -> int:
    """Does it to each record that still is as the reviewer saw it, all in one transaction; gives the batch's id.

    What changed since, or may not be done any more, is left and noted with the reason.
    """
    store = visit.store
    with store.transaction():
        batch = store.batches.open(action.name, said=said, reviewer=visit.reviewer)
        ids = tuple(seen.candidate for seen in agreed)
        rows = {row.id: row for row in store.queue.rows(ids=ids, limit=len(ids))} if ids else {}
        done = 0
        for seen in agreed:
            row = rows.get(seen.candidate)
            why = "it is not in the queue any more" if row is None else _why_left(visit, action, row, seen)
            if not why:
                why = _do(visit, batch, action, seen, said=said, to=to)
            done += not why
            if why and row is not None:
                store.batches.note(batch, seen.candidate, StepKind.LEFT, why=why)
        store.audit.note(visit.reviewer, f"batch {action.name}", f"batch {batch}", after=f"{done} records: {said}")
    return batch


def undo_batch(visit: Visit, batch_id: int) -> int:
    """Undoes each step that nobody decided over since; gives how many candidates are as they were before.

    What is left as it is stands among the batch's steps with the reason. Raises TidiermapError where it was undone.
    """
    store, back = visit.store, set[str]()
    with store.transaction():
        batch = store.batches.find(batch_id)
        if batch is None or batch.undone_at is not None:
            raise TidiermapError("this batch was undone already" if batch else f"batch {batch_id}: there is none")
        for step in reversed(store.batches.steps(batch_id)):
            if step.kind in (StepKind.LEFT, StepKind.KEPT):
                continue
            why = _undo_step(visit, step)
            if why:
                store.batches.note(batch_id, step.candidate, StepKind.KEPT, number=step.number, why=why)
            else:
                back.add(step.candidate)
        store.batches.close(batch_id, by=visit.reviewer)
        store.audit.note(visit.reviewer, "batch undo", f"batch {batch_id}", after=f"{len(back)} records")
    return len(back)


def decide_as_part(visit: Visit, batch: int, seen: Seen, answer: Answer) -> str:
    """Keeps one decision as a step of the batch; gives why it was not, "" where it was."""
    store = visit.store
    try:
        decide(store, seen, answer, reviewer=visit.reviewer)
    except TidiermapError as error:
        return str(error)
    _, number = store.batches.decisions_on(seen.candidate, field=answer.field)
    store.batches.note(batch, seen.candidate, StepKind.DECISION, number=number)
    return ""


def _why_left(visit: Visit, action: BatchAction, row: QueueRow, seen: Seen) -> str:
    if seen_now(visit.store, row.id, row.revision) != seen:
        return "it changed, or somebody decided on it, since the list was made"
    return why_left(visit, action, row)


def _do(visit: Visit, batch: int, action: BatchAction, seen: Seen, *, said: str, to: str) -> str:
    store = visit.store
    if verdict := VERDICTS.get(action.name):
        return decide_as_part(visit, batch, seen, Answer(field=RECORD, verdict=verdict, comment=said))
    if action.name == "second_review":
        number = store.batches.ask_second_review(seen.candidate)
        if not number:
            return "it is with a second reviewer already"
        store.batches.note(batch, seen.candidate, StepKind.SECOND_REVIEW, number=number)
        return ""
    kind = NoteKind.LATER if action.name == "later" else NoteKind.ASK
    number = store.notes.add(
        seen.candidate, revision=seen.revision, field=RECORD, kind=kind, author=visit.reviewer, to=to, said=said
    )
    store.batches.note(batch, seen.candidate, StepKind.NOTE, number=number)
    return ""


def _undo_step(visit: Visit, step: BatchStep) -> str:
    store = visit.store
    if step.kind is StepKind.NOTE:
        store.notes.resolve(step.number, by=visit.reviewer)
        return ""
    if step.kind is StepKind.SECOND_REVIEW:
        return "" if store.batches.drop_second_review(step.number) else "somebody decides on it again already"
    return _undo_decision(visit, step)


def _undo_decision(visit: Visit, step: BatchStep) -> str:
    store, known = visit.store, visit.store.queue.get(step.candidate)
    log = store.decisions.log(step.candidate)
    made = next(entry for entry in log if entry.id == step.number)
    if made.decision.revision != known.revision:
        return "its page was read again since"
    if why := _overtaken(log, made):
        return why
    seen = Seen(candidate=step.candidate, revision=known.revision, decisions=len(log))
    answer = Answer(field=made.field, verdict=DecisionVerdict.UNDO)
    try:
        decide(store, seen, answer, reviewer=visit.reviewer)
    except TidiermapError as error:
        return str(error)
    return ""


def _overtaken(log: Sequence[LoggedDecision], made: LoggedDecision) -> str:
    """Why the decision is not to be undone with its batch: it was taken back, or somebody decided after it."""
    back = taken_back(log)
    if made.id in back:
        return "it was taken back already"
    since = [e for e in log if e.id > made.id and e.part_of != made.id and not e.undoes and e.id not in back]
    if since:
        return f"{since[-1].decision.reviewer} decided on it since"
    left = standing(log, made.field)
    return "" if left and left[-1].id == made.id else "something else was decided on it since"


def with_rule(action: BatchAction, least: float) -> BatchAction:
    return replace(action, rule=action.rule.format(least=f"{least:.0%}"))
