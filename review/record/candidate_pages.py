"""The record page of one candidate: shown, decided on, and left for the next in the queue."""

from __future__ import annotations

from starlette.responses import Response

from register.codes.vocabulary import FIELD_NAMES
from register.errors import StaleRevisionError, TidiermapError
from register.models import RECORD, DecisionVerdict
from review.decisions.decide import Answer, decide
from review.decisions.edits import check_edit, read_value
from review.queue.filter import QueueFilter, read_filter
from review.queue.learned_order import learn_behind
from review.queue.serving import serve_next
from review.record.board import Board, lay_out
from review.record.page import refuse, seen_by, show_board
from review.visit import Visit, redirect
from review.wording import field_guide


def show_candidate(visit: Visit) -> Response:
    return show_board(visit, visit.request.path_params["id"])


def go_to_next(visit: Visit) -> Response:
    candidate_id, queue = visit.request.path_params["id"], read_filter(visit.request.query_params)
    return go_on(candidate_id, queue, serve_next(visit, queue, after=candidate_id))


def decide_on_field(visit: Visit) -> Response:
    """Keeps the decision on one field, and shows the page at the next field that is open."""
    candidate_id, name = visit.request.path_params["id"], visit.field("field")
    if name not in FIELD_NAMES:
        return visit.render("message.html", status=422, title="Not understood", message=f"There is no field {name!r}.")
    try:
        answer, minutes = _answer(visit, candidate_id, name), visit.bench.settings.rules.leases.minutes
        with visit.store.transaction():
            decide(visit.store, seen_by(visit), answer, reviewer=visit.reviewer, minutes=minutes)
            if answer.verdict is DecisionVerdict.EDIT:
                visit.store.notes.drop_typed(candidate_id, name, by=visit.reviewer)
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=name)
    board = lay_out(visit.store, candidate_id, visit.bench.settings)
    undone = visit.field("verdict") == DecisionVerdict.UNDO
    at = name if undone else _next_open(board, name)
    queue = read_filter(visit.form_values())
    return redirect(f"/candidate/{candidate_id}", {**queue.values(), "at": at}, anchor=f"field-{at}")


def decide_on_record(visit: Visit) -> Response:
    """Accepts or rejects the whole candidate and goes to the next; undo comes back to the candidate."""
    candidate_id, queue = visit.request.path_params["id"], read_filter(visit.form_values())
    minutes = visit.bench.settings.rules.leases.minutes
    try:
        answer = Answer(field=RECORD, verdict=_verdict(visit), comment=visit.comment())
        with visit.store.transaction():  # the next is chosen first: a decided candidate has no place in the list
            undoes = answer.verdict is DecisionVerdict.UNDO
            following = None if undoes else serve_next(visit, queue, after=candidate_id)
            decide(visit.store, seen_by(visit), answer, reviewer=visit.reviewer, minutes=minutes)
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=RECORD)
    if answer.verdict is DecisionVerdict.UNDO:
        return redirect(f"/candidate/{candidate_id}", {**queue.values(), "said": "undone"})
    said = "accepted" if answer.verdict is DecisionVerdict.APPROVE else "rejected"
    return learn_behind(visit, candidate_id, go_on(candidate_id, queue, following, said=said))


def _answer(visit: Visit, candidate_id: str, name: str) -> Answer:
    verdict = _verdict(visit)
    if verdict is not DecisionVerdict.EDIT:
        return Answer(field=name, verdict=verdict, comment=visit.comment())
    settings, seen = visit.bench.settings, seen_by(visit)
    visit.store.leases.check(candidate_id, visit.reviewer)  # before its value is checked, which is not to be saved
    board = lay_out(visit.store, candidate_id, settings)
    if board.known.revision != seen.revision:  # before its quotes are looked up on a page that they are not from
        raise StaleRevisionError(candidate_id, seen.revision, board.known.revision)
    field = board.field(name)
    value, evidence = check_edit(
        name,
        read_value(field_guide(name, settings.checklist).control, visit.fields("value")),
        visit.field("quotes"),
        known=field.known if field else (),
        text=board.known.page_text,
        spans=board.known.draft.spans,
        codebook=settings.codebook,
    )
    return Answer(field=name, verdict=verdict, value=value, evidence=evidence, comment=visit.comment())


def _verdict(visit: Visit) -> DecisionVerdict:
    try:
        return DecisionVerdict(visit.field("verdict"))
    except ValueError as error:
        expected = ", ".join(DecisionVerdict)
        raise TidiermapError(f"found the verdict {visit.field('verdict')!r}, expected one of {expected}") from error


def _next_open(board: Board, name: str) -> str:
    """The next open field below `name` as the page lists them; `record` where none is left below."""
    names = [field.name for field in board.fields]
    below = names[names.index(name) + 1 :] if name in names else names
    return next((n for n in below if (field := board.field(n)) and field.open), RECORD)


def go_on(candidate_id: str, queue: QueueFilter, following: str | None, *, said: str = "") -> Response:
    """To the next record of the list, which tells what was done with the last one; to the queue behind the last."""
    after = {"after": candidate_id, "said": said} if said else {}
    if following is None:
        return redirect("/", {**queue.values(), **after, "end": "1"})
    return redirect(f"/candidate/{following}", {**queue.values(), **after})
