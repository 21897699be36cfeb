"""Organisation, programme and place: proposed by the machine, decided by a person, with ids that stay."""

from pathlib import Path

import pytest

from register.store import Store
from register.store.matching.identity import Identity
from register.store.matching.judgements import PairVerdict
from register.store.matching.pairs import LikelyPair
from tests.seeding import Desk, draft

KEYS = ("first", "second", "third")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    for key in KEYS:
        made.queue(draft(key, url=f"https://{key}.example/"))
        made.clock.move(days=1)
    with made.store() as store, store.transaction():
        for n, key in enumerate(KEYS):
            others = KEYS[n + 1 :]
            found = [LikelyPair(other=other, score=0.6, reasons=("same name",), programme=0.9) for other in others]
            store.pairs.keep(key, found + [LikelyPair(other=other, score=0.6, reasons=()) for other in KEYS[:n]])
    return made


def ids(store: Store) -> tuple[Identity, ...]:
    return tuple(store.identity.of(key) for key in KEYS)


def test_each_candidate_has_its_own_until_a_person_says_otherwise(desk: Desk) -> None:
    with desk.store() as store:
        assert store.identity.of("first") == Identity(
            organisation="org-first", programme="prog-first", place="place-first"
        )
        assert len({one.programme for one in ids(store)}) == 3


def test_one_programme_in_two_localities_is_two_records_with_one_programme_id(desk: Desk) -> None:
    with desk.store() as store:
        before = ids(store)
        store.merging.part("first", "second", PairVerdict.PLACE, reviewer="ada", organisation=False)
        first, second, _ = ids(store)
        assert first.programme == second.programme == "prog-first"
        assert first.organisation != second.organisation, "a national programme may be run by two organisations"
        assert first.place != second.place
        assert store.identity.leads_to("prog-second") == "prog-first", "an id that was given out leads on"
        store.merging.undo("first", "second", reviewer="ada")
        assert ids(store) == before


def test_one_organisation_with_two_programmes(desk: Desk) -> None:
    with desk.store() as store:
        store.merging.part("first", "second", PairVerdict.PROGRAMME, reviewer="ada")
        first, second, _ = ids(store)
        assert first.organisation == second.organisation
        assert first.programme != second.programme


def test_what_was_joined_before_keeps_its_id_when_an_older_one_joins(desk: Desk) -> None:
    with desk.store() as store:
        store.merging.part("second", "third", PairVerdict.PLACE, reviewer="ada")
        assert store.identity.of("third").programme == "prog-second"
        store.merging.part("first", "third", PairVerdict.PLACE, reviewer="ada")
        assert {one.programme for one in ids(store)} == {"prog-second"}
        store.merging.undo("second", "third", reviewer="ada")
        assert [one.programme for one in ids(store)] == ["prog-first", "prog-second", "prog-first"]


def test_apart_joins_nothing(desk: Desk) -> None:
    with desk.store() as store:
        store.merging.part("first", "second", PairVerdict.APART, reviewer="ada")
        assert len({one.organisation for one in ids(store)}) == 3
