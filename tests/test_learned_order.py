"""The queue's order learns from what reviewers include and reject while they work through it."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.discovery.learned_order import learn_order
from register.models import Candidate, ProposedCode
from register.reviewing.rules import Order
from register.store.queue.listing import QueueOrder
from tests.forms import press
from tests.rulebook import RULES
from tests.seeding import LOCALITY, TEXT, Desk, draft

DECIDED = 12


def one(number: int, code: str) -> Candidate:
    """Gardening looks a little surer to the machine than befriending does."""
    made = draft(f"{code}{number:02}", score=0.72 if code == "nature" else 0.7)
    shown = ProposedCode(scheme="type", code=code, score=0.9, shown=True, evidence=(), reason="test")
    return replace(made, codes=(shown,))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    rules = RULES.model_copy(update={"order": Order(learn_after=DECIDED)})
    desk = Desk(tmp_path, rules=rules, learn_order=learn_order)
    for number in range(DECIDED):
        desk.queue(one(number, "nature"))
        desk.queue(one(number, "social_befriending"))
    return desk


def surest(desk: Desk) -> list[str]:
    with desk.store() as store:
        rows = store.queue.lists.rows(order=QueueOrder.SUREST, limit=100, states=("undecided", "reopened"))
    return [row.id for row in rows]


def decide_some(desk: Desk, most: int) -> None:
    """Includes befriending and rejects gardening, one after the other."""
    ada = desk.visitor()
    for number in range(most // 2):
        for code, verdict in (("social_befriending", "approve"), ("nature", "reject")):
            page = ada.get(f"/candidate/{code}{number:02}")
            press(ada, page, button=verdict, follow=False)


def test_after_so_many_decisions_what_the_team_includes_comes_first(desk: Desk) -> None:
    before = surest(desk)
    assert before[0].startswith("nature")
    decide_some(desk, DECIDED - 2)
    assert next(key for key in before if key in surest(desk)).startswith("nature"), "too little was decided yet"
    ada = desk.visitor()
    press(ada, ada.get("/candidate/social_befriending10"), button="approve", follow=False)
    press(ada, ada.get("/candidate/nature10"), button="reject", follow=False)
    assert surest(desk)[0].startswith("social_befriending")
    with desk.store() as store:
        assert (store.ordering.learned_from(LOCALITY), store.ordering.decided_since(LOCALITY)) == (DECIDED, 0)
        assert store.ordering.learned_from("elsewhere") == 0


def test_a_draft_that_was_read_again_is_ordered_by_what_it_says_now(desk: Desk) -> None:
    decide_some(desk, DECIDED)
    changed = replace(one(7, "social_befriending"), key="nature07", page_url=one(7, "nature").page_url)
    desk.read_again(changed, text=TEXT + " Read again.", changed=("code.type",))
    with desk.store() as store:
        learn_order(store, LOCALITY)
    order = surest(desk)
    assert order.index("nature07") < order.index("nature08")


def test_nothing_is_learned_of_a_register_without_decisions(desk: Desk) -> None:
    before = surest(desk)
    with desk.store() as store:
        assert learn_order(store, LOCALITY) == 0
        assert learn_order(store, "elsewhere") == 0
    assert surest(desk) == before
