"""Which candidate a reviewer is given next, and who holds what meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from register.errors import TidiermapError
from register.store.queue.candidates import KnownCandidate
from register.store.queue.leases import Lease
from register.store.queue.listing import Filters, QueueState
from review.quality.blind_serving import back_from, instead_of
from review.queue.filter import QueueFilter
from review.queue.reasons import list_filters
from review.visit import Visit

WAITS = (QueueState.UNDECIDED, QueueState.REOPENED)
TO_DECIDE_KEYS = ("", WAITS[0].value, WAITS[1].value)  # the states of the filter that ask for something to decide


def serve_next(visit: Visit, queue: QueueFilter, *, after: str = "") -> str | None:
    """The next candidate of the list that nobody else holds, now held by the reviewer; None where there is none.

    Behind the last comes the first that is left. The reviewer's hold on `after` ends. Choosing and holding are one
    transaction, so that no two are given the same. Who only reads holds nothing, and is shown what others hold too.
    """
    store = visit.home
    filters = own_filters(visit, queue)
    if not visit.may_decide:
        return _choose(visit, queue, filters, after)
    with store.transaction():
        if after:
            store.leases.give_back(visit.reviewer, after)
        free = Filters(**{**filters, "free_for": (visit.reviewer, store.clock())})
        chosen = back_from(visit) or _choose(visit, queue, free, after)
        waits = chosen is None or store.queue.get(chosen).state in WAITS
        if chosen and waits:
            store.leases.take(chosen, visit.reviewer, minutes=_minutes(visit))
        return instead_of(visit, chosen) if waits and queue.state in TO_DECIDE_KEYS else chosen


def any_free(visit: Visit, queue: QueueFilter) -> bool:
    """Whether the list holds anything that the reviewer could be given now."""
    free = Filters(**{**own_filters(visit, queue), "free_for": (visit.reviewer, visit.home.clock())})
    return bool(visit.home.queue.rows(**free, order=queue.order, limit=1))


def own_filters(visit: Visit, queue: QueueFilter) -> Filters:
    """The list's filters; for a reviewer with localities of their own only those, unless they chose one."""
    filters = list_filters(visit, queue)
    mine = visit.home.assignments.of(visit.reviewer)
    return filters if queue.locality or not mine else Filters(**{**filters, "localities": mine})


def _choose(visit: Visit, queue: QueueFilter, filters: Filters, after: str) -> str | None:
    """The next behind `after`, else the first; what the reviewer kept for later comes when nothing else is left."""
    later = () if queue.reason == "later" else visit.home.notes.candidates("later", visit.reviewer)
    following = after
    while following and (following := visit.home.browse.next_after(following, order=queue.order, **filters) or ""):
        if following not in later:
            return following
    rows = visit.home.queue.rows(**filters, order=queue.order, limit=len(later) + 2)
    left = [row.id for row in rows if row.id != after]
    return next((one for one in left if one not in later), left[0] if left else None)


def hold(visit: Visit, known: KnownCandidate) -> Lease | None:
    """Opening a candidate that waits for a decision holds it for the reviewer; gives the lease of another who does."""
    lease = visit.store.leases.of(known.id)
    if not visit.may_decide or known.state not in WAITS:
        return lease if lease and lease.holder != visit.reviewer else None
    with visit.store.transaction():
        lease = visit.store.leases.take(known.id, visit.reviewer, minutes=_minutes(visit))
    return lease if lease.holder != visit.reviewer else None


def take_over(visit: Visit, candidate_id: str) -> Lease:
    """Holds a candidate that another holds; they are told when they next save."""
    store = visit.store
    with store.transaction():
        state = store.queue.get(candidate_id).state
        if state not in WAITS:
            raise TidiermapError(f"this record is {state.value} already, so there is nothing to take over")
        lease = store.leases.take_over(candidate_id, visit.reviewer, minutes=_minutes(visit))
        if lease.taken_from:
            store.audit.note(
                visit.reviewer, "took over", f"candidate {candidate_id}", before=lease.taken_from, after=visit.reviewer
            )
    return lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A candidate of a list that another reviewer holds."""

    name: str
    lease: Lease


def with_others(visit: Visit, queue: QueueFilter) -> tuple[Away, ...]:
    """The candidates of the list that others hold; those that come back first come first."""
    held = tuple(lease for lease in visit.store.leases.held() if lease.holder != visit.reviewer)
    if not held:
        return ()
    listed = Filters(**{**own_filters(visit, queue), "ids": tuple(lease.candidate for lease in held)})
    names = {row.id: row.name for row in visit.store.queue.rows(**listed, limit=len(held))}
    return tuple(Away(name=names[lease.candidate], lease=lease) for lease in held if lease.candidate in names)


def _minutes(visit: Visit) -> int:
    return visit.bench.settings.rules.leases.minutes
