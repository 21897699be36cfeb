"""Why candidates want a person, as far as it stands beside the queue itself: ages, notes, readers' reports."""

from __future__ import annotations

from datetime import timedelta

from register.store.queue.listing import Filters, QueueRow, Reason
from review.queue.filter import OVERDUE, REASONS, REPORTED, QueueFilter
from review.visit import Visit

FROM_NOTES = ("asked", "unsure", "later")


def list_filters(visit: Visit, queue: QueueFilter) -> Filters:
    """The filter with all that it means here and now, for this reviewer."""
    found, now = queue.filters, visit.store.clock()
    if queue.changed:
        found["changed_after"] = now - timedelta(days=int(queue.changed))
    if queue.waiting:
        found["waiting_before"] = now - timedelta(days=int(queue.waiting))
    if queue.reason == OVERDUE:
        found["due_before"] = now
    elif queue.reason in FROM_NOTES:
        found["ids"] = visit.store.notes.candidates(queue.reason, visit.reviewer)
    elif queue.reason == REPORTED:
        found["ids"] = tuple(dict.fromkeys(report.candidate_id for report in visit.store.reports.waiting()))
    if queue.reason in (OVERDUE, REPORTED, *FROM_NOTES) and not queue.state:
        found["states"] = ()  # such a reason calls for a person on a decided candidate too
    return found


def reason_numbers(visit: Visit, queue: QueueFilter, known: dict[str, int]) -> dict[str, int]:
    """How many there are of each reason: `known` says it of the lines' own, the rest is counted here."""
    own = {reason.value: known[reason.value] for reason in Reason if reason.value in known}
    others = (name for name in REASONS if name not in set(Reason))
    asked = {name: _filters_of(visit, queue, name) for name in others}
    counted = {name: visit.store.queue.lists.cheap_count(**filters) for name, filters in asked.items()}
    return own | {name: number for name, number in counted.items() if number is not None}


def _filters_of(visit: Visit, queue: QueueFilter, reason: str) -> Filters:
    return list_filters(visit, QueueFilter(state=queue.state, locality=queue.locality, reason=reason))


def row_reasons(visit: Visit, rows: tuple[QueueRow, ...]) -> dict[str, tuple[str, ...]]:
    """In words, why each of these rows wants a person, beyond its state."""
    noted = visit.store.notes.reasons(tuple(row.id for row in rows), visit.reviewer) if rows else {}
    now = visit.store.clock()
    found = {}
    for row in rows:
        told = [name for name in FROM_NOTES if name in noted.get(row.id, ())]
        told += [OVERDUE] if row.state.value == "accepted" and row.due_at and row.due_at <= now else []
        told += [Reason.CLASH.value] if row.clash else []
        told += [Reason.NO_TYPE.value] if not row.type_known else []
        told += [Reason.UNCLEAR.value] if row.unclear else []
        found[row.id] = tuple(REASONS[name] for name in told)
    return found
