"""A reviewer's decisions on what they saw: refused where somebody or something changed it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from register.errors import TidiermapError
from register.models import RECORD, Decision, DecisionVerdict, Evidence, Value
from register.store import Store
from register.store.queue.listing import QueueState
from review.record.earlier import decisions_since


class OvertakenError(TidiermapError):
    """Another reviewer decided on the candidate after this one looked at it, or this one did in another window (then
    they are their `own`); `decisions` are those."""

    def __init__(self, decisions: tuple[Decision, ...], *, own: bool = False) -> None:
        names = ", ".join(sorted({decision.reviewer for decision in decisions}))
        told = "you decided on this in another window" if own else f"{names} decided on this record"
        super().__init__(f"{told} since you opened it; see below, then decide again")
        self.decisions = decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What stood on the reviewer's screen: the candidate's revision, and how many decisions it had."""

    candidate: str
    revision: int
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One decision to be kept: about a field, or about RECORD; value and evidence only with an edit."""

    field: str
    verdict: DecisionVerdict
    value: Value = None
    evidence: tuple[Evidence, ...] = ()
    comment: str = ""


def decide(store: Store, seen: Seen, answer: Answer, *, reviewer: str, minutes: int = 0) -> None:
    """Keeps the decision, all of it or nothing. Where `minutes` are given, the reviewer holds a candidate that still
    waits for so long more. The same decision sent twice (a double click, the Back button) is kept once.

    Raises HeldError where another reviewer holds the candidate, StaleRevisionError where the page was read again,
    OvertakenError where another reviewer was faster, or the reviewer decided otherwise in another window,
    TidiermapError where the decision does not fit the candidate's state or its evidence does not stand on the page.
    """
    decision = Decision(
        candidate=seen.candidate,
        revision=seen.revision,
        field=answer.field,
        verdict=answer.verdict,
        value=answer.value,
        evidence=answer.evidence,
        reviewer=reviewer,
        decided_at=store.clock(),
        comment=answer.comment,
    )
    with store.transaction():
        store.leases.check(seen.candidate, reviewer)
        history = store.decisions.history(seen.candidate)
        state = store.queue.get(seen.candidate)
        others = decisions_since(history, seen.decisions, by_others_than=reviewer)
        if others and state.revision == seen.revision:
            raise OvertakenError(others)
        if _is_repeated(history[seen.decisions :], decision):
            return
        if answer.field == RECORD:
            _check_record(state.state, answer.verdict)
            store.decisions.decide_record(decision)
        else:
            _check_field(state.state)
            store.decisions.decide_field(decision)
        _keep_hold(store, decision, state.state, minutes)


def _is_repeated(since: Sequence[Decision], decision: Decision) -> bool:
    """Whether the reviewer's last word on this, since they looked, is this very decision.

    Raises OvertakenError where it is another one of a field, or where an undo would take back what they have not seen.
    """
    own = tuple(one for one in since if one.field == decision.field)
    if not own:
        return False
    if _words(own[-1]) == _words(decision):
        return True
    if decision.field != RECORD or decision.verdict is DecisionVerdict.UNDO:
        raise OvertakenError(own, own=True)
    return False


def _words(decision: Decision) -> tuple[object, ...]:
    return decision.reviewer, decision.verdict, decision.value, decision.evidence, decision.comment


def _keep_hold(store: Store, decision: Decision, state: QueueState, minutes: int) -> None:
    """A decided record is nobody's; one that waits, or waits again, is whose decision it was."""
    undoes = decision.verdict is DecisionVerdict.UNDO
    if decision.field == RECORD and not undoes:
        store.leases.finish(decision.candidate)
    elif minutes and (decision.field == RECORD or state in (QueueState.UNDECIDED, QueueState.REOPENED)):
        store.leases.take(decision.candidate, decision.reviewer, minutes=minutes)


def _check_record(state: QueueState, verdict: DecisionVerdict) -> None:
    decided = state in (QueueState.ACCEPTED, QueueState.REJECTED)
    if decided and verdict is not DecisionVerdict.UNDO:
        raise TidiermapError(f"this record is {state.value} already; undo that first to decide otherwise")


def _check_field(state: QueueState) -> None:
    if state is QueueState.REJECTED:
        raise TidiermapError("this record is rejected; undo that first to decide on its fields")
