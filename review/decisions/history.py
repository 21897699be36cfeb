"""A candidate's whole history: who decided what, when, what stood before and after, and what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from register.codes.codebook import Codebook
from register.codes.vocabulary import Status
from register.models import RECORD, Candidate, DecisionVerdict, DraftField
from register.reviewing.standing import LoggedDecision, last_on_record, standing, taken_back
from register.store import Store
from register.store.queue.listing import QueueState
from review.wording import say, say_absence

SAID = {
    DecisionVerdict.APPROVE: "accepted",
    DecisionVerdict.EDIT: "edited",
    DecisionVerdict.REJECT: "rejected",
    DecisionVerdict.NOT_STATED: "not stated",
    DecisionVerdict.UNDO: "undone",
}
DECIDED = (QueueState.ACCEPTED, QueueState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One decision. `before` and `after` are in words, what a field said or what state a record was in; `parts` counts
    the fields that were approved with a record.

    `stands` says that nobody took it back and nothing came after it; then it may be `undoable`, else `restorable`.
    `undone` says that it was taken back.
    """

    id: int
    field: str
    who: str
    when: datetime
    said: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    comment: str
    revision: int
    parts: int
    stands: bool
    undone: bool
    undoable: bool
    restorable: bool


class Drafts:
    """The drafts of one candidate, each read once."""

    def __init__(self, store: Store, candidate_id: str) -> None:
        self._store, self._id = store, candidate_id
        self._read: dict[int, Candidate] = {}

    def field(self, name: str, revision: int) -> DraftField:
        """What the revision proposed of the field."""
        if revision not in self._read:
            self._read[revision] = self._store.browse.revision(self._id, revision).draft
        fields = self._read[revision].fields
        return next((f for f in fields if f.name == name), DraftField(name=name, status=Status.NOT_EXTRACTED))


def history_of(store: Store, candidate_id: str, codebook: Codebook) -> tuple[HistoryEntry, ...]:
    """Every decision on the candidate, newest first; approvals that were part of an acceptance are counted there."""
    log, state = store.decisions.log(candidate_id), store.queue.get(candidate_id).state
    opened = {field.name: field.revision for field in store.queue.fields(candidate_id)}
    drafts, back = Drafts(store, candidate_id), taken_back(log)
    parts = [entry.part_of for entry in log if not entry.undoes and entry.field in opened]
    whole = {entry.id for entry in log if entry.field == RECORD}
    entries = []
    for place, entry in enumerate(log):
        if entry.part_of in whole and entry.field != RECORD:
            continue
        stands = _stands(log, entry, opened, state)
        before, after = (_told(log[:end], entry, drafts, codebook) for end in (place, place + 1))
        entries.append(
            HistoryEntry(
                id=entry.id,
                field=entry.field,
                who=entry.decision.reviewer,
                when=entry.decision.decided_at,
                said=SAID[entry.decision.verdict],
                before=before,
                after=after,
                comment=entry.decision.comment,
                revision=entry.decision.revision,
                parts=parts.count(entry.id),
                stands=stands,
                undone=entry.id in back,
                undoable=stands and _undoable(log, entry, opened, state),
                restorable=not stands and not entry.undoes and _restorable(entry, opened, state),
            )
        )
    return tuple(reversed(entries))


def _stands(log: Sequence[LoggedDecision], entry: LoggedDecision, opened: dict[str, int], state: QueueState) -> bool:
    if entry.field == RECORD:
        last = last_on_record(log)
        return state in DECIDED and last is not None and last.id == entry.id
    left = standing(log, entry.field, opened=opened.get(entry.field, 0))
    return bool(left) and left[-1].id == entry.id


def _undoable(log: Sequence[LoggedDecision], entry: LoggedDecision, opened: dict[str, int], state: QueueState) -> bool:
    if entry.field == RECORD or state not in DECIDED:
        return True
    left = standing(log, entry.field, opened=opened.get(entry.field, 0))
    return state is QueueState.ACCEPTED and len(left) > 1


def _restorable(entry: LoggedDecision, opened: dict[str, int], state: QueueState) -> bool:
    """A rejected record is not decided on; a rejection has nothing that could be put back into a record."""
    if entry.field == RECORD:
        return state is not QueueState.REJECTED and entry.decision.verdict is DecisionVerdict.APPROVE
    return state is not QueueState.REJECTED and entry.field in opened


def _told(log: Sequence[LoggedDecision], entry: LoggedDecision, drafts: Drafts, codebook: Codebook) -> tuple[str, ...]:
    """What the entry's field said, or in what state its record was, after these decisions."""
    if entry.field == RECORD:
        return (_record_after(log, entry),)
    left = standing(log, entry.field, opened=entry.proposed_in)
    proposal = drafts.field(entry.field, entry.proposed_in)
    return say_decided(left[-1] if left else None, proposal, codebook)


def _record_after(log: Sequence[LoggedDecision], entry: LoggedDecision) -> str:
    own = log[-1] if log and log[-1].id == entry.id else None
    if own is None:
        return entry.stood or "open"
    if not own.undoes:
        return "accepted" if own.decision.verdict is DecisionVerdict.APPROVE else "rejected"
    return next((one.stood for one in log if one.id == own.part_of), "") or "open"


def say_decided(entry: LoggedDecision | None, proposal: DraftField, codebook: Codebook) -> tuple[str, ...]:
    """In words what a field says by that decision; without one it is open, and says what is proposed."""
    name = proposal.name
    if entry is None:
        return ("open",)
    if entry.decision.verdict is DecisionVerdict.EDIT:
        return say(name, entry.decision.value, codebook)
    if entry.decision.verdict is DecisionVerdict.REJECT:
        return ("rejected",)
    if entry.decision.verdict is DecisionVerdict.NOT_STATED:
        return (say_absence(name, Status.NOT_REPORTED),)
    return say(name, proposal.value, codebook) or (say_absence(name, proposal.status),)
