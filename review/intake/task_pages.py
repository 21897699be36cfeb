"""Whom to ask next: open tasks, the chain that led to each, and how each ended."""

from __future__ import annotations

from starlette.responses import Response

from register.errors import TidiermapError
from register.reviewing.intake import LONGEST_ANSWER, LONGEST_NAME
from register.store.intake.tasks import KINDS
from review.addresses import whole_number
from review.visit import Visit, redirect

CLOSED_SHOWN = 50
LONGEST_LIST = 200


def show_tasks(visit: Visit) -> Response:
    return _show(visit)


def add_task(visit: Visit) -> Response:
    """A task that no statement named: somebody whom we thought of ourselves."""
    desk, name = visit.bench.settings.intake, visit.field("name").strip()
    locality, kind = visit.field("locality"), visit.field("kind")
    if not name or locality not in desk.localities() or kind not in KINDS:
        return _show(visit, status=422, message="Say whom to ask, and in which locality.")
    with visit.home.transaction():
        task_id = visit.home.tasks.add(
            locality=locality,
            kind=kind,
            name=name[:LONGEST_NAME],
            reach=visit.field("reach").strip()[:LONGEST_NAME],
            why=visit.field("why").strip()[:LONGEST_ANSWER],
            made_by=visit.reviewer,
        )
        visit.home.audit.note(visit.reviewer, "task", f"task {task_id}", after="by hand")
    return redirect("/tasks", {"task": str(task_id)})


def change_task(visit: Visit) -> Response:
    """Take it, give it back, close it with its outcome, open it again, or forget who was to be asked."""
    store = visit.home
    task = store.tasks.get(whole_number(visit.request.path_params["id"]))
    action, outcome = visit.field("action"), visit.field("outcome")
    outcomes = {one.key for one in visit.bench.settings.intake.rules.outcomes}
    try:
        with store.transaction():
            if action == "take":
                store.tasks.take(task.id, visit.reviewer)
            elif action == "give_back":
                store.tasks.take(task.id, "")
            elif action == "close" and outcome in outcomes:
                note = visit.field("note").strip()[:LONGEST_ANSWER]
                store.tasks.close(task.id, outcome=outcome, note=note, closed_by=visit.reviewer)
            elif action == "open":
                store.tasks.open_again(task.id)
            elif action == "forget":
                store.tasks.forget(task.id)
            else:
                raise TidiermapError("Choose how it ended.")
            store.audit.note(visit.reviewer, f"task: {action}", f"task {task.id}", before=task.state, after=outcome)
    except TidiermapError as error:
        return _show(visit, status=422, message=str(error), at=task.id)
    return redirect("/tasks", {"task": str(task.id)})


def _show(visit: Visit, *, status: int = 200, message: str = "", at: int = 0) -> Response:
    desk, tasks = visit.bench.settings.intake, visit.home.tasks
    locality = visit.request.query_params.get("locality", "")
    waiting = tasks.all(locality=locality, limit=LONGEST_LIST)
    closed = tasks.all(state="closed", locality=locality, limit=CLOSED_SHOWN)
    return visit.render(
        "tasks.html",
        status=status,
        waiting=waiting,
        closed=closed,
        chains={task.id: tasks.chain(task) for task in (*waiting, *closed)},
        told={task.id: visit.home.statements.of_task(task.id) for task in (*waiting, *closed)},
        labels={one.key: one.label for one in desk.rules.routes},
        outcomes=desk.rules.outcomes,
        ended={one.key: one.label for one in desk.rules.outcomes},
        localities=desk.localities(),
        locality=locality,
        kinds=KINDS,
        at=at or whole_number(visit.request.query_params.get("task", "")),
        message=message,
    )
