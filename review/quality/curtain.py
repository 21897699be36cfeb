"""Keeps blind reviews blind: whoever has a copy works on the copy, and does not see what was decided on the record."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from register.errors import NotFoundError
from register.store.decisions.blind import BlindReview
from review.quality.blind import take_note
from review.visit import Handler, Visit, redirect


def kept_blind(path: str, handler: Handler) -> Handler:
    """The handler of a page: as it is, unless its address names a candidate or a record."""
    return keep_blind(handler) if "{" in path else handler


def keep_blind(handler: Handler) -> Handler:
    """The handler of a page with a candidate or a record in its address, as a reviewer with blind reviews meets it.

    A copy's pages are those of any candidate, on the register of copies (`visit.home` stays the register itself), and
    only its own reviewer finds them. The pages of a record whose copy the reviewer still has lead to the copy.
    """

    def answer(visit: Visit) -> Response:
        named = {str(one) for one in visit.request.path_params.values()}
        if review := visit.store.blind.find(visit.request.path_params.get("id", "")):
            return _note_opening(visit, _at_the_desk(visit, review, handler))
        if copy := hidden_copy(visit, named):
            return redirect(f"/candidate/{copy}")
        return _note_opening(visit, handler(visit))

    return answer


def _note_opening(visit: Visit, answer: Response) -> Response:
    """Notes that the record page was shown to somebody who may decide: it tells how long decisions take."""
    request, key = visit.request, str(visit.request.path_params.get("id", ""))
    if request.method == "GET" and request.url.path == f"/candidate/{key}" and visit.may_decide:
        with visit.store.transaction():
            visit.store.openings.note(key, visit.reviewer)
    return answer


def hidden_copy(visit: Visit, names: set[str]) -> str | None:
    """The copy that the reviewer has of a candidate or record among these, while it is hidden from them."""
    if not visit.session:
        return None
    for candidate_id, key in visit.store.blind.hidden_from(visit.reviewer).items():
        if candidate_id in names or visit.store.records.id_of_candidate(candidate_id) in names:
            return key
    return None


def _at_the_desk(visit: Visit, review: BlindReview, handler: Handler) -> Response:
    if review.reviewer != visit.reviewer or review.state == "lapsed":
        raise NotFoundError(f"candidate {review.key}: there is none in this register")
    with visit.bench.copies.lend() as desk:
        take_note(visit.store, desk, review)  # what a crash left untold
        there = replace(visit, store=desk, origin=visit.store, blind=review)
        if visit.request.method != "POST":
            return handler(there)
        with visit.store.transaction():  # always before one of the copies, so that no two wait for one another
            answer = handler(there)
            take_note(visit.store, desk, visit.store.blind.get(review.key))
    return answer
