"""The pages of batches: what an action on many records would do, what it did, and taking it back."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import TidiermapError
from register.store.decisions.batches import StepKind
from register.store.queue.listing import Filters, QueueRow
from review.addresses import whole_number
from review.decisions.batch_rules import ACTIONS, ALIKE, STILL_SO
from review.decisions.batches import carry_out, plan, undo_batch, with_rule
from review.decisions.decide import Seen
from review.queue.filter import read_filter
from review.queue.reasons import list_filters
from review.visit import Visit, redirect

DONE = {**ACTIONS, ALIKE.name: ALIKE, STILL_SO.name: STILL_SO}  # all that a batch may have been
SHOWN = 50  # batches in the list


def show_batch_plan(visit: Visit) -> Response:
    """What the chosen action would do to the chosen rows, or to all of the list: exactly, before anything is done."""
    return _plan(visit)


def do_batch(visit: Visit) -> Response:
    action = ACTIONS.get(visit.field("action"))
    if action is None:
        return visit.render("message.html", status=422, title="Not understood", message="There is no such action.")
    said, to = visit.comment("said"), visit.field("to")
    if action.asks == "reason" and not said:
        return _plan(visit, trouble="Say why: the reason is kept with each of them.")
    if action.asks == "colleague" and (not said or to not in {"", *(user.name for user in visit.colleagues)}):
        return _plan(visit, trouble="Say what is asked, and of whom.")
    agreed = read_agreed(visit.field("agreed"))
    if not agreed:
        return _plan(visit, trouble="None of them is left to act on.")
    batch = carry_out(visit, action, agreed, said=said, to=to)
    return redirect(f"/batches/{batch}", {"back": read_filter(visit.form_values()).query()})


def show_batch(visit: Visit) -> Response:
    return _show(visit, visit.request.path_params["number"])


def undo_whole_batch(visit: Visit) -> Response:
    number = visit.request.path_params["number"]
    try:
        undo_batch(visit, whole_number(number))
    except TidiermapError as error:
        return _show(visit, number, trouble=str(error))
    return redirect(f"/batches/{number}")


def show_batches(visit: Visit) -> Response:
    batches = visit.store.batches.latest(SHOWN)
    return visit.render("batches.html", batches=batches, actions=DONE)


def read_agreed(text: str) -> tuple[Seen, ...]:
    """What stood on the list, "id:revision:decisions" of each record, apart by spaces; what is torn is left out."""
    found = []
    for one in text.split():
        key, _, rest = one.rpartition(":")
        candidate, _, revision = key.rpartition(":")
        if candidate and revision.isdecimal() and rest.isdecimal():
            found.append(Seen(candidate=candidate, revision=whole_number(revision), decisions=whole_number(rest)))
    return tuple(found)


def write_agreed(seen: tuple[Seen, ...]) -> str:
    return " ".join(f"{one.candidate}:{one.revision}:{one.decisions}" for one in seen)


def _plan(visit: Visit, *, trouble: str = "") -> Response:
    query = visit.form if visit.request.method == "POST" else visit.request.query_params
    action = ACTIONS.get(str(query.get("action", "")))
    if action is None:
        return redirect("/")
    rules = visit.bench.settings.rules.batches
    queue = read_filter(visit.form_values() if visit.request.method == "POST" else visit.request.query_params)
    rows, more = _rows(visit, rules.most)
    planned = plan(visit, action, rows)
    doing = tuple(one for one in planned if not one.why)
    return visit.render(
        "batch_plan.html",
        status=422 if trouble else 200,
        action=with_rule(action, rules.least_score),
        doing=doing,
        leaving=tuple(one for one in planned if one.why),
        agreed=write_agreed(tuple(one.seen for one in doing)),
        more=more,
        most=rules.most,
        queue=queue,
        colleagues=tuple(user.name for user in visit.colleagues),
        said=str(query.get("said", "")),
        trouble=trouble,
    )


def _rows(visit: Visit, most: int) -> tuple[tuple[QueueRow, ...], bool]:
    """The rows that were chosen, or all of the list up to `most`; and whether there are more. What the reviewer is to
    decide on unseen is not among them."""
    query = visit.request.query_params
    queue = read_filter(query)
    if visit.request.method == "POST":
        filters = Filters(ids=tuple(one.candidate for one in read_agreed(visit.field("agreed"))))
    elif query.get("of") == "all":
        filters = list_filters(visit, queue)
    else:
        filters = Filters(ids=tuple(query.getlist("id"))[:most])
    rows = visit.store.queue.rows(order=queue.order, limit=most + 1, **filters)
    hidden = visit.hidden
    return tuple(row for row in rows[:most] if row.id not in hidden), len(rows) > most


def _show(visit: Visit, number: str, *, trouble: str = "") -> Response:
    batch = visit.store.batches.find(whole_number(number))
    if batch is None:
        return visit.render("message.html", status=404, title="Not found", message=f"There is no batch {number}.")
    hidden = visit.hidden
    steps = tuple(step for step in visit.store.batches.steps(batch.id) if step.candidate not in hidden)
    done = dict.fromkeys(s.candidate for s in steps if s.kind not in (StepKind.LEFT, StepKind.KEPT))
    names = {step.candidate: step.name for step in steps}
    return visit.render(
        "batch.html",
        status=409 if trouble else 200,
        batch=batch,
        action=DONE.get(batch.action),
        done=tuple((one, names[one]) for one in done),
        left=tuple(step for step in steps if step.kind is StepKind.LEFT),
        kept=tuple(step for step in steps if step.kind is StepKind.KEPT),
        back=_back(visit),
        trouble=trouble,
    )


def _back(visit: Visit) -> str:
    """The part of the queue that the batch came from."""
    back = visit.request.query_params.get("back", "")
    return f"/{back}" if back.startswith("?") else "/"
