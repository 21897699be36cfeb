"""Likely duplicates: found, judged, merged and taken apart again exactly."""

from pathlib import Path

import pytest

from flows.discovery.likely import find_likely
from register.datafile import find_data
from register.errors import StaleRevisionError, TidiermapError
from register.matching.model import read_matcher
from register.matching.scoring import Likeness
from register.matching.traits import traits_of
from register.models import Candidate, DecisionVerdict
from register.store import Store
from register.store.matching.judgements import PairVerdict
from register.store.matching.pairs import PairState
from tests.decisions import decide
from tests.seeding import LATER, LOCALITY, TEXT, TOLD, TOLD_LATER, Desk, Told, draft

PHONE = "01632 960 123"
SAID = f"{TEXT} Ring {PHONE} or write to pals@growers.example. Find us at ZZ99 4AB."
CONTACTS: Told = {
    "fact.phones": ((PHONE,), [(PHONE, PHONE)]),
    "fact.postcodes": (("ZZ99 4AB",), [("ZZ99 4AB", "ZZ99 4AB")]),
}
LISTED: Told = {
    "tidier.brief_name": ("Potting Shed Pals", [("Potting Shed Pals", "")]),
    "fact.weekdays": (("mon",), [("Mondays", "mon")]),
    **CONTACTS,
}
CANONICAL = (
    "candidates",
    "fields",
    "records",
    "record_fields",
    "pairs",
    "traits",
    "trait_blocks",
    "trait_bearers",
    "trait_words",
    "drift",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def queue_two(desk: Desk) -> None:
    """The service on its own page, without a telephone, and in a directory that has one and says another weekday."""
    desk.queue(draft("shed", text=SAID, told=TOLD | {"fact.postcodes": CONTACTS["fact.postcodes"]}), text=SAID)
    desk.queue(
        draft("entry", text=SAID, told=LISTED, name="Potting Shed Pals", url="https://directory.example/a/"), text=SAID
    )
    with desk.store() as store:
        find_likely(store, LOCALITY)


def merge(store: Store, *, kept: str = "shed", other: str = "entry", taken: tuple[str, ...] = ("fact.phones",)) -> int:
    seen = {one: store.queue.get(one).revision for one in (kept, other)}
    with store.transaction():
        return store.merging.merge(kept, other, taken=taken, reviewer="ada", seen=seen)


def canonical(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {name: list(store.db.execute(f"SELECT * FROM {name} ORDER BY 1, 2")) for name in CANONICAL}  # noqa: S608 (names are ours)


def likeness(first: Candidate, second: Candidate, *, bearers: int = 1) -> Likeness:
    """How alike the two are in a register where each number and name has so many bearers, and words are rare."""
    matcher = read_matcher(find_data())
    ground = matcher.ground(rarity=lambda word: 1.0, bearers=lambda key: bearers)
    found = matcher.likeness(traits_of(first, matcher.words), traits_of(second, matcher.words), ground)
    assert found is not None
    return found


def test_the_same_service_in_a_directory_is_found_with_the_reasons(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        (row,) = store.pairs.rows()
    assert (row.pair.first, row.pair.second) == ("entry", "shed")
    assert row.pair.score > 0.7
    assert row.pair.reasons == ("same name", "same postcode", "other day")


def test_two_programmes_of_one_organisation_are_less_likely_than_one_service_twice() -> None:
    both = {"fact.phones": ((PHONE,), [(PHONE, PHONE)])}
    yoga = draft("a", text=SAID, told=both, name="Chair Yoga", url="https://growers.example/a")
    choir = draft("b", text=SAID, told=both, name="Singing for Breath", url="https://growers.example/b")
    again = draft("c", text=SAID, told=both, name="Chair yoga", url="https://directory.example/c")
    other = likeness(yoga, choir)
    assert other.service < 0.1
    assert other.organisation > 0.5 > other.programme
    assert likeness(yoga, again).service > 0.8


def test_a_name_that_many_have_is_no_sign_where_the_place_is_another() -> None:
    here = draft("a", text="ZZ99 4AB", told={"fact.postcodes": (("ZZ99 4AB",), [])}, name="Coffee Morning")
    there = draft(
        "b", text="", told={"fact.postcodes": (("ZZ1 1AA",), [])}, name="Coffee morning", url="https://b.example/"
    )
    found = likeness(here, there, bearers=4)
    assert found.service < 0.5
    assert found.reasons == ("same name, which many bear", "other place")


def test_one_programme_in_two_towns_is_told_from_one_service() -> None:
    both = {"fact.phones": ((PHONE,), [(PHONE, PHONE)])}
    here = draft("a", text=SAID, told=both | CONTACTS, name="Musical Mornings")
    there = draft(
        "b",
        text=SAID,
        told=both | {"fact.postcodes": (("ZZ1 1AA",), [])},
        name="Musical Mornings",
        url="https://b.example/",
    )
    found = likeness(here, there)
    assert found.programme > 0.8
    assert found.place < 0.5
    assert found.service < 0.5


def test_nothing_is_compared_twice_and_other_localities_are_others(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        assert store.traits.to_compare(LOCALITY) == ()
        assert store.pairs.counts("elsewhere")["open"] == 0


def test_kept_apart_is_not_asked_again_unless_what_tells_one_changes(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        store.merging.part("shed", "entry", PairVerdict.APART, reviewer="ada")
        store.db.execute("UPDATE traits SET revision = 0")
        assert find_likely(store, LOCALITY) == 0, "compared again with the same words"
    later = TOLD_LATER | {"fact.postcodes": CONTACTS["fact.postcodes"]}
    desk.read_again(draft("shed", text=LATER, told=later), text=LATER, changed=["tidier.when_how_much"])
    with desk.store() as store:
        find_likely(store, LOCALITY)
        assert store.pairs.find("shed", "entry").state is PairState.OPEN
        assert len(store.judgements.history("shed", "entry")) == 1


def test_an_open_pair_that_is_no_longer_likely_goes(desk: Desk) -> None:
    queue_two(desk)
    other = draft("shed", text=LATER, told={}, name="Steam Engine Club")
    desk.read_again(other, text=LATER, changed=["tidier.brief_name"])
    with desk.store() as store:
        find_likely(store, LOCALITY)
        assert store.pairs.rows() == ()


def test_a_merge_points_and_takes_the_chosen_fields_with_their_page(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        decide(store, "shed")
        merge(store)
        assert store.judgements.went_to("entry") == "shed"
        fields = {field.name: (field, decision) for field, decision in store.merging.fields("shed")}
        phones, decision = fields["fact.phones"]
        assert phones.value == (PHONE,)
        assert phones.evidence[0].page == "https://directory.example/a/"
        assert store.decisions.get(decision).candidate == "entry"
        assert fields["fact.weekdays"][0].value == ("thu",), "what was not taken is the kept one's own"
        assert [row[0] for row in store.records.accepted()] == ["shed"]


def test_undoing_a_merge_leaves_every_table_as_it_was(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        decide(store, "shed")
        before = canonical(store)
        merge(store, taken=("fact.phones", "fact.weekdays"))
        assert canonical(store) != before
        store.merging.undo("shed", "entry", reviewer="ben")
        assert canonical(store) == before
        with pytest.raises(TidiermapError, match="nothing to undo"):
            store.merging.undo("shed", "entry", reviewer="ben")


def test_what_was_decided_on_the_kept_one_since_stays_when_the_merge_is_undone(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        merge(store)
        desk.clock.move(minutes=5)
        decide(store, "shed", "fact.phones", DecisionVerdict.NOT_STATED)
        fields = {field.name: field for field, _ in store.merging.fields("shed")}
        assert fields["fact.phones"].value is None, "a later decision on the kept one goes before what was taken"
        after = dict(canonical(store))
        store.merging.undo("shed", "entry", reviewer="ada")
        states = {field.name: field.state for field in store.queue.fields("shed")}
        assert states["fact.phones"] == "not_stated"
        assert store.queue.fields("entry")[0].state == "open"
        assert [row for row in canonical(store)["fields"] if row[0] == "shed"] == [
            row for row in after["fields"] if row[0] == "shed"
        ]


def test_a_merge_on_which_another_rests_is_undone_after_it(desk: Desk) -> None:
    queue_two(desk)
    desk.queue(draft("third", text=SAID, told=LISTED, url="https://other.example/b/"), text=SAID)
    with desk.store() as store:
        find_likely(store, LOCALITY)
        merge(store, kept="shed", other="entry")
        merge(store, kept="third", other="shed", taken=("fact.phones",))
        assert store.judgements.went_to("entry") == "third"
        with pytest.raises(TidiermapError, match="was merged into Potting Shed Pals since; undo that merge first"):
            store.merging.undo("shed", "entry", reviewer="ada")
        with pytest.raises(TidiermapError, match="was merged into Potting Shed Pals already"):
            merge(store, kept="entry", other="third")
        taken = {field.name: field for field, _ in store.merging.fields("third")}["fact.phones"]
        assert taken.evidence[0].page == "https://directory.example/a/", "where the words stand, not the page between"
        store.merging.undo("third", "shed", reviewer="ada")
        store.merging.undo("shed", "entry", reviewer="ada")
        assert store.judgements.went_to("entry") == "entry"


def test_what_is_stale_rejected_or_no_pair_is_refused(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        with pytest.raises(StaleRevisionError), store.transaction():
            store.merging.merge("shed", "entry", taken=("fact.phones",), reviewer="ada", seen={"shed": 1, "entry": 7})
        assert store.judgements.went_to("entry") == "entry"
        with pytest.raises(StaleRevisionError), store.transaction():
            store.merging.merge("shed", "entry", taken=(), reviewer="ada", seen={"shed": 7, "entry": 1})
        with pytest.raises(TidiermapError, match="there is none"):
            merge(store, kept="shed", other="nobody", taken=())
        decide(store, "entry", verdict=DecisionVerdict.REJECT)
        with pytest.raises(TidiermapError, match="is rejected, so there is nothing to merge"):
            merge(store)
        assert store.pairs.rows() == ()


def test_judgements_are_append_only(desk: Desk) -> None:
    queue_two(desk)
    with desk.store() as store:
        merge(store)
        for statement in ("DELETE FROM judgements", "UPDATE judgements SET reviewer = 'eve'"):
            with pytest.raises(Exception, match="append-only"):
                store.db.execute(statement)


def test_what_was_likely_the_merged_one_is_asked_of_the_kept_one(desk: Desk) -> None:
    phone = {"fact.phones": CONTACTS["fact.phones"]}
    desk.queue(draft("shed", text=SAID, told=phone, name="Potting Shed Pals"), text=SAID)
    desk.queue(
        draft("entry", text=SAID, told=phone, name="Potting Shed Pals Seedling Company", url="https://a.example/"),
        text=SAID,
    )
    desk.queue(draft("third", text=SAID, told={}, name="Seedling Company", url="https://b.example/"), text=SAID)
    with desk.store() as store:
        find_likely(store, LOCALITY)
        assert store.pairs.find("shed", "third") is None
        before = canonical(store)
        merge(store, taken=())
        (row,) = store.pairs.rows()
        assert (row.pair.first, row.pair.second) == ("shed", "third")
        assert row.pair.reasons[-1] == "as the one merged into it"
        store.db.execute("UPDATE traits SET revision = 0")
        find_likely(store, LOCALITY)
        assert store.pairs.counts()["open"] == 1, "and comparing again does not lose it"
        with store.transaction():
            store.merging.part("shed", "third", PairVerdict.APART, reviewer="ada")
        store.merging.undo("shed", "third", reviewer="ada")
        store.merging.undo("shed", "entry", reviewer="ada")
        store.db.execute("UPDATE traits SET revision = 1")
        assert canonical(store) == before
