"""The queue learns while it is worked through: after some decisions on records, behind the answer, its order is new."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.responses import Response

from review.visit import Visit, Workbench


def learn_behind(visit: Visit, candidate_id: str, answer: Response) -> Response:
    """The answer, after which the order of the candidate's locality is learned anew where enough was decided since.

    Decisions on copies are not counted: they are on records that were decided before.
    """
    if visit.blind is not None:
        return answer
    locality = visit.store.queue.get(candidate_id).draft.locality
    if visit.store.ordering.decided_since(locality) >= visit.bench.settings.rules.order.learn_after:
        answer.background = BackgroundTask(_learn, visit.bench, locality)
    return answer


def _learn(bench: Workbench, locality: str) -> None:
    with bench.stores.lend() as store:
        bench.settings.learn_order(store, locality)
