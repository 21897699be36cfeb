"""A reviewer's word on one rule of the study."""

from __future__ import annotations

from starlette.responses import Response

from register.codes.verdicts import RULE_GROUP
from register.errors import TidiermapError
from review.queue.filter import read_filter
from review.record.page import refuse, seen_by
from review.record.rules import judge_rule
from review.visit import Visit, redirect


def decide_on_rule(visit: Visit) -> Response:
    """Keeps the decision on a rule and what follows for the nets; shows the record page at the next rule."""
    candidate_id, name = visit.request.path_params["id"], visit.field("field")
    try:
        judge_rule(
            visit.store,
            seen_by(visit),
            name,
            visit.field("verdict"),
            quotes=visit.field("quotes"),
            comment=visit.comment(),
            reviewer=visit.reviewer,
            minutes=visit.bench.settings.rules.leases.minutes,
        )
    except TidiermapError as error:
        return refuse(visit, candidate_id, error, field=name)
    names = [RULE_GROUP + one.rule for one in visit.store.queue.get(candidate_id).draft.rules]
    following = [*names[names.index(name) + 1 :], name][0]
    at = name if visit.field("verdict") == "undo" else following
    query = {**read_filter(visit.form_values()).values(), "at": at}
    return redirect(f"/candidate/{candidate_id}", query, anchor=f"field-{at}")
