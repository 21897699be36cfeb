"""Random lives of pairs: whatever was merged, parted and taken back, undoing it all leaves what was there."""

import random
from pathlib import Path

import pytest

from register.errors import TidiermapError
from register.models import DecisionVerdict
from register.store import Store
from register.store.matching.judgements import PairVerdict
from tests.decisions import decide
from tests.seeding import Desk, draft
from tests.test_merging import CONTACTS, LISTED, LOCALITY, SAID, canonical, find_likely, merge

KEYS = ("ash", "birch", "cedar", "elm")
TAKEN = ("fact.phones", "fact.weekdays", "fact.cost")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for number, key in enumerate(KEYS):
        told = LISTED if number % 2 else CONTACTS | {"tidier.brief_name": LISTED["tidier.brief_name"]}
        desk.queue(draft(key, text=SAID, told=told, url=f"https://{key}.example/a"), text=SAID)
    with desk.store() as store:
        find_likely(store, LOCALITY)
        assert store.pairs.counts()["open"] == 6
    return desk


def judge(store: Store, chance: random.Random) -> tuple[str, str] | None:
    """Says something of two of them by lot; gives the pair, None where it was refused."""
    kept, other = chance.sample(KEYS, 2)
    taken = tuple(name for name in TAKEN if chance.random() < 0.5)
    verdict = chance.choice(["merge", "merge", PairVerdict.APART, PairVerdict.PROGRAMME])
    try:
        if verdict == "merge":
            merge(store, kept=kept, other=other, taken=taken)
        else:
            with store.transaction():
                store.merging.part(kept, other, verdict, reviewer="ada")
    except TidiermapError:
        return None
    return kept, other


def act(store: Store, chance: random.Random, done: list[tuple[str, str]]) -> None:
    if done and chance.random() < 0.3:
        store.merging.undo(*done.pop(), reviewer="ben")
    elif pair := judge(store, chance):
        done.append(pair)


@pytest.mark.parametrize("seed", range(12))
def test_undoing_every_judgement_leaves_the_tables_as_they_were(desk: Desk, seed: int) -> None:
    chance, done = random.Random(seed), list[tuple[str, str]]()  # noqa: S311 (no secret)
    with desk.store() as store:
        for key in KEYS:
            if chance.random() < 0.4:
                decide(store, key)
        before = canonical(store)
        for _ in range(12):
            act(store, chance, done)
            check_pointers(store)
        while done:
            store.merging.undo(*done.pop(), reviewer="ben")
        assert canonical(store) == before


def check_pointers(store: Store) -> None:
    """Whatever was merged leads to one that stands, and only that one has fields to publish."""
    for key in KEYS:
        went = store.judgements.went_to(key)
        assert store.judgements.went_to(went) == went
        fields = store.merging.fields(went)
        assert fields is None or len({field.name for field, _ in fields}) == len(fields)


@pytest.mark.parametrize("seed", range(6))
def test_decisions_in_between_stand_as_if_nothing_had_been_merged(desk: Desk, seed: int) -> None:
    chance, done = random.Random(seed), list[tuple[str, str]]()  # noqa: S311 (no secret)
    decided: dict[tuple[str, str], str] = {}
    with desk.store() as store:
        for _ in range(10):
            act(store, chance, done)
            kept = store.judgements.went_to(chance.choice(KEYS))
            name = chance.choice(["fact.age_min", "tidier.why"])
            decide(store, kept, name, DecisionVerdict.NOT_STATED)
            decided[kept, name] = "not_stated"
        while done:
            store.merging.undo(*done.pop(), reviewer="ben")
        states = {(key, field.name): field.state for key in KEYS for field in store.queue.fields(key)}
        assert {place: state for place, state in states.items() if state != "open"} == decided
