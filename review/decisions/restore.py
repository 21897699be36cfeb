"""Putting a field, or a whole record, back to how it stood after an earlier decision: by new decisions, never by
deleting one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from register.codes.codebook import Codebook
from register.codes.values import check_value
from register.codes.verdicts import is_rule
from register.codes.vocabulary import Status
from register.errors import NotFoundError, TidiermapError, UngroundedError
from register.grounding import ground
from register.models import RECORD, DecisionVerdict, DraftField, Evidence
from register.reviewing.standing import LoggedDecision, standing
from register.store import Store
from register.store.queue.candidates import FieldState, KnownCandidate
from register.store.queue.listing import QueueState
from review.decisions.decide import Answer, OvertakenError, Seen, decide
from review.decisions.history import Drafts
from review.record.earlier import decisions_since
from review.record.quotes import relocate

# A proposal without a value that somebody approved, as the decision that says so of any proposal.
ABSENT = {Status.NOT_EXTRACTED: DecisionVerdict.REJECT}


def restore(store: Store, seen: Seen, decision_id: int, *, reviewer: str, minutes: int, codebook: Codebook) -> None:
    """Decides as it was decided then. A field is put back to that decision; a record to how all its fields stood after
    its acceptance, and accepted where it waits.

    Raises as `decide` does; UngroundedError where the words that it rested on have left the page; nothing is kept then.
    """
    with store.transaction():
        log = store.decisions.log(seen.candidate)
        others = decisions_since([one.decision for one in log], seen.decisions, by_others_than=reviewer)
        known = store.queue.get(seen.candidate)
        if others and known.revision == seen.revision:
            raise OvertakenError(others)
        for answer in _answers(store, log, decision_id, known, codebook):
            now = replace(seen, decisions=len(store.decisions.log(seen.candidate)))
            decide(store, now, answer, reviewer=reviewer, minutes=minutes)


def _answers(
    store: Store, log: tuple[LoggedDecision, ...], decision_id: int, known: KnownCandidate, codebook: Codebook
) -> Iterator[Answer]:
    """The decisions that lead there from what stands now."""
    entry = next((one for one in log if one.id == decision_id and not one.undoes), None)
    fields, drafts = {field.name: field for field in store.queue.fields(known.id)}, Drafts(store, known.id)
    if entry is None or (entry.field != RECORD and entry.field not in fields):
        raise NotFoundError(f"candidate {known.id}: it has no decision {decision_id} to go back to")
    if entry.field != RECORD:
        yield _again(entry, fields[entry.field], known, drafts, codebook)
        return
    if entry.decision.verdict is not DecisionVerdict.APPROVE:
        raise TidiermapError("a rejection holds nothing to go back to; reject the record again instead")
    for name, then in sorted(_then(log, entry).items()):
        own = fields[name]
        stands = standing(log, name, opened=own.revision)
        if stands and stands[-1].id == then.id:
            continue
        answer = _again(then, own, known, drafts, codebook)
        if not (stands and _same(answer, stands[-1])):
            yield answer
    if known.state is not QueueState.ACCEPTED:
        yield Answer(field=RECORD, verdict=DecisionVerdict.APPROVE, comment=_comment(entry))


def _then(log: tuple[LoggedDecision, ...], acceptance: LoggedDecision) -> dict[str, LoggedDecision]:
    """How each field stood when the record was accepted."""
    until = max([acceptance.id, *(e.id for e in log if e.part_of == acceptance.id and not e.undoes)])
    past = tuple(entry for entry in log if entry.id <= until)
    names = {entry.field for entry in past if not is_rule(entry.field)} - {RECORD}
    return {name: left[-1] for name in names if (left := standing(past, name))}


def _again(entry: LoggedDecision, own: FieldState, known: KnownCandidate, drafts: Drafts, codebook: Codebook) -> Answer:
    """The decision once more, on what is proposed now and on what the page says now."""
    decision = entry.decision
    if decision.verdict in (DecisionVerdict.REJECT, DecisionVerdict.NOT_STATED):
        return Answer(field=own.name, verdict=decision.verdict, comment=_comment(entry))
    value, evidence = decision.value, decision.evidence
    if decision.verdict is DecisionVerdict.APPROVE:
        then = drafts.field(own.name, entry.proposed_in)
        if _alike(then, own.proposal):
            return Answer(field=own.name, verdict=decision.verdict, comment=_comment(entry))
        if then.status is not Status.REPORTED:
            verdict = ABSENT.get(then.status, DecisionVerdict.NOT_STATED)
            return Answer(field=own.name, verdict=verdict, comment=_comment(entry))
        value, evidence = then.value, then.evidence
    return Answer(
        field=own.name,
        verdict=DecisionVerdict.EDIT,
        value=check_value(own.name, value, codebook=codebook),
        evidence=tuple(_placed(one, known) for one in evidence),
        comment=_comment(entry),
    )


def _alike(then: DraftField, now: DraftField) -> bool:
    return (then.status, then.value) == (now.status, now.value)


def _same(answer: Answer, entry: LoggedDecision) -> bool:
    now = entry.decision
    return (answer.verdict, answer.value, answer.evidence) == (now.verdict, now.value, now.evidence)


def _placed(evidence: Evidence, known: KnownCandidate) -> Evidence:
    if evidence.page:
        return evidence
    span = relocate(evidence, known.page_text, spans=known.draft.spans)
    if span is None:
        raise UngroundedError(
            f"the quote “{evidence.quote[:120]}” that this rested on is no longer on the page; edit the field instead"
        )
    return ground(known.page_text, *span, rule=evidence.rule, supports=evidence.supports)


def _comment(entry: LoggedDecision) -> str:
    by, day = entry.decision.reviewer, entry.decision.decided_at.strftime("%Y-%m-%d")
    return f"as {by} decided on {day}"
