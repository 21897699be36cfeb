"""How fresh a published record is, as its pages tell it."""

from __future__ import annotations

from dataclasses import dataclass

from register.staleness.freshness import Freshness, explain, freshness_at
from register.store import Store
from register.store.queue.listing import QueueState
from register.store.staleness.freshness import TakenStep
from review.settings import ReviewSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessView:
    """What may be said of a record's last check, why it is due when it is, the steps taken, and the names of the fields
    that are to be confirmed: none where the check is not overdue, or where the record waits for decisions anyway."""

    state: Freshness
    sentence: str
    steps: tuple[TakenStep, ...]
    fields: tuple[str, ...] = ()


def freshness_view(store: Store, record_id: str | None, settings: ReviewSettings) -> FreshnessView | None:
    """Of a published record; None where nothing is known of when it is due."""
    due = store.freshness.of_record(record_id) if record_id else None
    if due is None:
        return None
    state = freshness_at(due.due_at, store.clock(), settings.freshness)
    accepted = store.queue.get(due.candidate_id).state is QueueState.ACCEPTED
    overdue = state is not Freshness.VERIFIED and accepted
    return FreshnessView(
        state=state,
        sentence=explain(due.grounds, settings.freshness),
        steps=store.freshness.steps(due.record_id),
        fields=store.freshness.overdue_fields(due.candidate_id, due) if overdue else (),
    )
