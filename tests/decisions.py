"""A reviewer's decision put into the register past the workbench, for tests of what follows from it."""

from register.grounding import ground
from register.models import RECORD, Decision, DecisionVerdict, Evidence, Value
from register.store import Store


def decide(
    store: Store,
    key: str,
    field: str = RECORD,
    verdict: DecisionVerdict = DecisionVerdict.APPROVE,
    value: Value = None,
    *,
    evidence: tuple[Evidence, ...] | None = None,
    revision: int = 0,
    comment: str = "",
) -> int:
    """Gives the decision's id. Left out, the revision is the present one and an edit quotes the service's own words."""
    if evidence is None and verdict is DecisionVerdict.EDIT:
        known = store.queue.get(key)
        evidence = (ground(known.page_text, *known.draft.spans[0], rule="reviewer"),)
    decision = Decision(
        candidate=key,
        revision=revision or store.queue.get(key).revision,
        field=field,
        verdict=verdict,
        value=value,
        evidence=evidence or (),
        reviewer="ada",
        decided_at=store.clock(),
        comment=comment,
    )
    with store.transaction():
        if field == RECORD:
            return store.decisions.decide_record(decision)
        return store.decisions.decide_field(decision)


def accept_all(store: Store) -> None:
    """Accepts everything in the queue as it is proposed."""
    for row in store.queue.rows(limit=10_000):
        decide(store, row.id)
