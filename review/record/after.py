"""The record that was decided on just now, as the page behind it names it, so that the decision can be taken back."""

from __future__ import annotations

from dataclasses import replace

from register.store import Store
from register.store.queue.candidates import KnownCandidate
from review.visit import Visit


def just_decided(visit: Visit) -> tuple[KnownCandidate | None, int]:
    """The candidate, or the reviewer's copy, that the address says was accepted or rejected, with the number of its
    decisions; none where the address says nothing, or names what is hidden from the reviewer."""
    query, home = visit.request.query_params, visit.home
    key = query.get("after", "") if query.get("said") in ("accepted", "rejected", "confirmed") else ""
    if not key or key in home.blind.hidden_from(visit.reviewer):
        return None, 0
    review = home.blind.find(key)
    if review is None:
        return _with_decisions(home, key)
    if review.reviewer != visit.reviewer or review.state == "lapsed":
        return None, 0
    with visit.bench.copies.lend() as desk:
        return _with_decisions(desk, key)


def _with_decisions(store: Store, key: str) -> tuple[KnownCandidate | None, int]:
    known = store.queue.find(key)
    return known, len(store.decisions.history(key)) if known else 0


def as_itself(visit: Visit, known: KnownCandidate) -> KnownCandidate:
    """A copy under the name of the record that it was made of, so that what is like it leaves that record out."""
    return replace(known, id=visit.blind.candidate_id) if visit.blind else known
