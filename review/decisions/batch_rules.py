"""What may be done to many records at once, and why one is left out: the rules, each with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from register.codes.vocabulary import SCOPE_FIELD, Inclusion, Scope, Status
from register.store.decisions.notes import NoteKind
from register.store.matching.pairs import PairState
from register.store.queue.candidates import FieldState
from register.store.queue.listing import QueueRow, QueueState
from review.record.contradictions import contradictions
from review.visit import Visit
from review.wording import say

WAITING = (QueueState.UNDECIDED, QueueState.REOPENED)
DECIDED = (QueueState.ACCEPTED, QueueState.REJECTED)
GLANCE = ("code.type", "tidier.when_how_much", "fact.cost")
INCLUDED = "eligibility.wide"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAction:
    """`rule` says to which records it is done; `asks` what comes with it: a reason, a colleague with a question, or
    nothing."""

    name: str
    label: str
    done: str
    rule: str
    asks: str = ""


ACTIONS = {
    action.name: action
    for action in (
        BatchAction(
            name="accept",
            label="Accept",
            done="accepted",
            rule="Only records that wait for a decision, are with nobody else, and are without contradictions: their "
            "page answers and still holds them, the type is known, the wide net includes them, they are for this "
            "locality, nothing is proposed with less than {least}, no two values exclude each other, nobody is "
            "unsure or asked, and they are not likely the same as another.",
        ),
        BatchAction(
            name="reject",
            label="Reject",
            done="rejected",
            rule="Records that wait for a decision and are with nobody else.",
            asks="reason",
        ),
        BatchAction(
            name="later", label="Keep for later", done="kept for later", rule="Records that wait for a decision."
        ),
        BatchAction(
            name="ask",
            label="Give to a colleague",
            done="given to a colleague",
            rule="Records that wait for a decision; the colleague finds them in the queue under “asked you”.",
            asks="colleague",
        ),
        BatchAction(
            name="second_review",
            label="Have decided again",
            done="given to a second reviewer",
            rule="Records that are accepted or rejected, and are not with a second reviewer already.",
        ),
    )
}

STILL_SO = BatchAction(
    name="still_so", label="All is still so", done="verified again", rule=""
)  # review/decisions/still_so.py
ALIKE = BatchAction(name="alike", label="Decide alike", done="decided alike", rule="")  # review/decisions/alike.py


def told(visit: Visit, row: QueueRow) -> tuple[str, ...]:
    """What a glance at the record needs, in words: its types, when it is, and what it costs."""
    settings = visit.bench.settings
    values = {field.name: field.value for field, _ in visit.store.records.decided_fields(row.id)}
    return tuple(words for name in GLANCE for words in say(name, values.get(name), settings.codebook))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """A value that accepting a record accepts, in words, and the words of the page that it rests on."""

    label: str
    values: tuple[str, ...]
    quotes: tuple[str, ...]


def accepting(visit: Visit, row: QueueRow) -> tuple[Accepting, ...]:
    """What the record says that is open: accepting it accepts just that."""
    store, settings = visit.store, visit.bench.settings
    waiting = {field.name for field in store.queue.fields(row.id) if field.state == "open"}
    return tuple(
        Accepting(
            label=settings.labels.get(field.name, field.name),
            values=say(field.name, field.value, settings.codebook),
            quotes=tuple(dict.fromkeys(evidence.quote for evidence in field.evidence)),
        )
        for field, _ in store.records.decided_fields(row.id)
        if field.name in waiting and field.status is Status.REPORTED
    )


def why_left(visit: Visit, action: BatchAction, row: QueueRow) -> str:
    """Why nothing is done to the record; empty where it is. All of the reasons, in words."""
    return "; ".join(_reasons(visit, action, row))


def _reasons(visit: Visit, action: BatchAction, row: QueueRow) -> Iterator[str]:
    if action.name == "second_review":
        if row.state not in DECIDED:
            yield "nobody has decided on it yet"
        return
    if row.state not in WAITING:
        yield f"it is {row.state.value} already"
        return
    lease = visit.store.leases.of(row.id)
    if action.name in ("accept", "reject") and lease and lease.holder != visit.reviewer:
        yield f"{lease.holder} has it open"
    if action.name == "accept":
        yield from _not_clean(visit, row)


def _not_clean(visit: Visit, row: QueueRow) -> Iterator[str]:
    store, least = visit.store, visit.bench.settings.rules.batches.least_score
    if row.missing_since:
        yield "the last crawl no longer found it"
    if row.page_gone:
        yield f"its page answers {row.page_gone}"
    fields = {field.name: field for field in store.queue.fields(row.id)}
    yield from _verdicts(fields)
    labels = visit.bench.settings.labels
    unsure = [
        labels.get(field.name, field.name)
        for field in fields.values()
        if field.state == "open" and field.proposal.status is Status.REPORTED and field.proposal.score < least
    ]
    if unsure:
        yield f"proposed with less than {least:.0%}: {', '.join(unsure)}"
    standing = {decided.name: decided.value for decided, _ in store.records.decided_fields(row.id)}
    yield from contradictions(standing)
    if any(note.open and note.kind in (NoteKind.UNSURE, NoteKind.ASK) for note in store.notes.of_candidate(row.id)):
        yield "somebody is unsure of it, or asks"
    for pair in store.pairs.rows_of(row.id):
        if pair.pair.state is PairState.OPEN:
            yield f"it is likely the same as {pair.name_of_other(row.id)}"


def _verdicts(fields: dict[str, FieldState]) -> Iterator[str]:
    proposed = {name: field.proposal.value for name, field in fields.items() if field.state == "open"}
    if "code.type" in proposed and not proposed["code.type"]:
        yield "its type is not known"
    if INCLUDED in proposed and proposed[INCLUDED] != Inclusion.INCLUDE.value:
        yield "the wide net does not clearly include it"
    if SCOPE_FIELD in proposed and proposed[SCOPE_FIELD] in (Scope.ELSEWHERE.value, Scope.NATIONAL.value):
        yield "it is not for this locality"
