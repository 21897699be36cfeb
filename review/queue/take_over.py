"""Taking over what another reviewer holds; what was typed before comes along."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import TidiermapError
from review.queue.filter import read_filter
from review.queue.serving import take_over
from review.record.page import Trouble, show_board
from review.visit import Visit, redirect


def take_over_candidate(visit: Visit) -> Response:
    """Opens the candidate as the reviewer's own; an edit that was refused stands in its form again, to be saved."""
    candidate_id, field = visit.request.path_params["id"], visit.field("field")
    try:
        lease = take_over(visit, candidate_id)
    except TidiermapError as error:
        return show_board(visit, candidate_id, status=422, trouble=_typed(visit, str(error)))
    if field and visit.field("verdict"):
        told = f"You took it over from {lease.taken_from}" if lease.taken_from else "You have it now"
        return show_board(
            visit, candidate_id, trouble=_typed(visit, f"{told}. Look at it as it is now, and save again.")
        )
    queue = read_filter(visit.form_values())
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "taken over"})


def _typed(visit: Visit, message: str) -> Trouble:
    return Trouble(
        message=message,
        field=visit.field("field"),
        verdict=visit.field("verdict"),
        typed=visit.fields("value"),
        quotes=visit.field("quotes"),
        comment=visit.field("comment"),
    )
