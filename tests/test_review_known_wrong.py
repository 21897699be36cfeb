"""Proposals that are wrong on purpose: plausible, told of kindly, counted, and nothing of them outside."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup

from register.codes.values import check_value
from register.grounding import ungrounded
from register.models import Candidate
from register.reviewing.rules import Sharing
from register.store.decisions.blind import BlindKind
from review.quality.known_wrong import Source, make_wrong
from review.quality.lessons import all_noticed
from tests.forms import press
from tests.rulebook import CODEBOOK, RULES
from tests.second_reviews import next_for
from tests.seeding import TEXT, TOLD, Desk, Told, draft
from tests.test_review_blind import canonical

OFTEN = RULES.model_copy(update={"known_wrong": Sharing(share=1.0)})
WITH_PHONE = TEXT + " Call 01234 567890"
OTHER_TEXT = TEXT.replace("Potting Shed Pals", "Barge Boat Club") + " Call 09876 543210"
PHONE: Told = TOLD | {"fact.phones": (("01234 567890",), [("01234 567890", "01234 567890")])}
OTHER: Told = TOLD | {
    "tidier.brief_name": ("Barge Boat Club", [("Barge Boat Club", "")]),
    "fact.phones": (("09876 543210",), [("09876 543210", "09876 543210")]),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, rules=OFTEN)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (no secret)


def source() -> Source:
    return Source(
        candidate=draft(text=WITH_PHONE, told=PHONE),
        text=WITH_PHONE,
        others=[draft("boat", text=OTHER_TEXT, told=OTHER)],
        codebook=CODEBOOK,
    )


def spoilt_ways() -> dict[str, list[tuple[Candidate, str]]]:
    found: dict[str, list[tuple[Candidate, str]]] = {}
    for seed in range(300):
        made = make_wrong(source(), chance=chance(seed))
        for one in made.wrong:
            found.setdefault(one.way, []).append((made.candidate, one.field))
    return found


def test_fields_are_wrong_in_four_ways_and_one_or_two_at_once() -> None:
    assert set(spoilt_ways()) == {"another_record", "neighbouring_day", "nearest_code", "moved_quote"}
    numbers = [len(make_wrong(source(), chance=chance(seed)).wrong) for seed in range(300)]
    assert set(numbers) == {1, 2}
    assert 0.25 < numbers.count(2) / len(numbers) < 0.45


def test_what_is_wrong_is_still_grounded_and_a_value_that_the_field_may_hold() -> None:
    for copies in spoilt_ways().values():
        for candidate, name in copies:
            field = next(f for f in candidate.fields if f.name == name)
            was = next(f for f in source().candidate.fields if f.name == name)
            assert not ungrounded(WITH_PHONE, candidate.fields)
            assert field.value != was.value
            assert check_value(name, field.value, codebook=CODEBOOK) == field.value
            if isinstance(field.value, tuple):
                assert {e.supports for e in field.evidence if e.supports} <= set(field.value)


def test_each_way_is_what_it_is_called() -> None:
    ways = spoilt_ways()
    values = {way: {next(f for f in c.fields if f.name == n).value for c, n in made} for way, made in ways.items()}
    assert values["another_record"] == {("09876 543210",)}, "the other record's, which is not on this page"
    assert values["neighbouring_day"] == {("wed",), ("fri",)}
    assert values["nearest_code"] == {("nature",)}
    assert all(words in TEXT for words in values["moved_quote"])


def test_nothing_else_of_the_record_is_touched() -> None:
    for seed in range(50):
        made = make_wrong(source(), chance=chance(seed))
        wrong = {one.field for one in made.wrong}
        for before, now in zip(source().candidate.fields, made.candidate.fields, strict=True):
            assert before == now or before.name in wrong


def test_words_are_moved_from_another_service_of_the_page_where_there_is_one() -> None:
    told: Told = {"tidier.why": ("every Thursday at 10.30am", [("every Thursday at 10.30am", "")])}
    words = "We want people who live alone to find company over the seedlings."
    own = replace(draft(told=told), spans=((TEXT.index("every"), TEXT.index("every") + 25),))
    other = draft("pots", told={"tidier.how": (words, [(words, "")])})
    made = make_wrong(Source(candidate=own, text=TEXT, others=[other], codebook=CODEBOOK), chance=chance(1))
    assert [(one.way, one.wrong) for one in made.wrong] == [("moved_quote", words)]


def test_where_nothing_can_be_plausibly_wrong_nothing_is() -> None:
    bare = draft(told={"fact.cost": ("free", [("It costs nothing.", "")])})
    assert make_wrong(Source(candidate=bare, text=TEXT, others=[], codebook=CODEBOOK), chance=chance(1)) is None


def seed_desk(desk: Desk) -> None:
    desk.queue(draft())
    ada = desk.visitor("ada")
    press(ada, ada.get("/candidate/shed"), button="approve", follow=False)
    for number in range(3):
        desk.queue(draft(f"n{number}", name=f"New {number}"))


def test_a_copy_with_a_wrong_field_comes_in_place_of_work_and_is_told_of(desk: Desk) -> None:
    seed_desk(desk)
    before = canonical(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    with desk.store() as store:
        assert store.known_wrong.is_seeded(key)
        assert not store.known_wrong.is_seeded("shed")
        wrong = store.known_wrong.wrong_fields(key)
    page = ben.get(f"/candidate/{key}")
    plain = ben.get("/candidate/n2")
    assert [h.text for h in BeautifulSoup(page.text, "lxml").select("h3, button")] == [
        h.text for h in BeautifulSoup(plain.text, "lxml").select("h3, button")
    ], "it looks as any other"
    for words in ("on purpose", "test of"):
        assert words not in BeautifulSoup(page.text, "lxml").select_one("#panel").text
    page = press(ben, page, button="approve")
    assert page.url.path == "/candidate/n0", "where the reviewer stood"
    told = BeautifulSoup(page.text, "lxml").select_one(".lesson").text
    assert "slipped through" in told
    assert "not of you" in told
    assert canonical(desk) == before, "nothing canonical knows of it"
    with desk.store() as store:
        assert [one.noticed for one in all_noticed(store)] == [False] * len(wrong)
    assert not BeautifulSoup(desk.visitor("ada").get(f"/?after={key}&said=accepted").text, "lxml").select(".lesson")


def test_what_was_noticed_and_mended_is_counted(desk: Desk) -> None:
    seed_desk(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    with desk.store() as store:
        wrong = store.known_wrong.wrong_fields(key)
    page = ben.get(f"/candidate/{key}")
    for one in wrong:
        page = press(ben, page, field=one.field, button="reject")
    page = press(ben, page, button="approve")
    assert "You noticed" in page.text
    with desk.store() as store:
        first = all_noticed(store)
        assert [(one.noticed, one.mended) for one in first] == [(True, False)] * len(wrong)
    page = press(ben, page, button="undo")
    for one in wrong:
        page = press(ben, page, field=one.field, button="undo")
    press(ben, page, button="approve")
    with desk.store() as store:
        assert all_noticed(store) == first, "what was told of is known; only the first decision counts"


def test_a_record_rejected_whole_tells_nothing_of_its_fields(desk: Desk) -> None:
    seed_desk(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    page = press(ben, ben.get(f"/candidate/{key}"), button="reject")
    assert "before it came to that" in page.text
    with desk.store() as store:
        assert {one.noticed for one in all_noticed(store)} == {None}


def test_it_is_never_made_of_what_the_reviewer_knows(desk: Desk) -> None:
    seed_desk(desk)
    ada = desk.visitor("ada")
    assert next_for(ada) == "n0", "she decided on the only record that there is"
    ben = desk.visitor("ben")
    ben.get("/candidate/shed")
    with desk.store() as store:
        store.leases.give_back("ada")
    assert next_for(ben) == "n0", "he has looked at it"


def test_how_many_is_the_share_that_the_rules_say(tmp_path: Path) -> None:
    desk = Desk(tmp_path, rules=RULES.model_copy(update={"known_wrong": Sharing(share=0)}))
    seed_desk(desk)
    assert next_for(desk.visitor("ben")) == "n0"


def test_nothing_of_it_is_learned_counted_or_published(desk: Desk) -> None:
    seed_desk(desk)
    ben = desk.visitor("ben")
    key = next_for(ben)
    press(ben, ben.get(f"/candidate/{key}"), button="approve")
    with desk.store() as store:
        assert {one.draft.key for one in store.learning.decided_codes()} == {"shed"}
        assert {one.id for one in store.learning.decided_after(0)} == {"shed"}
        assert [one[0] for one in store.records.accepted()] == ["shed"]
        assert store.learning.precedent(key) is None
        assert sum(store.queue.counts().values()) == 4
        assert store.queue.find(key) is None
        tables = [r["name"] for r in store.db.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = ("blind_", "openings", "audit", "disputes", "told", "adjudications", "second_", "sqlite_")
        for table in (name for name in tables if not name.startswith(own)):
            rows = json.dumps(list(store.db.query(f"SELECT * FROM {table}")), default=str)  # noqa: S608
            assert key not in rows, f"{table} knows of the copy"


def test_a_candidate_marked_as_wrong_is_left_out_too(desk: Desk) -> None:
    seed_desk(desk)
    with desk.store() as store, store.transaction():
        store.learning.note_known_wrong("shed", "code.type")
    with desk.store() as store:
        assert store.known_wrong.is_seeded("shed")
        assert list(store.records.accepted()) == []
        assert list(store.learning.decided_after(0)) == []
        assert store.learning.precedent("shed") is None
        assert not store.blind.all(BlindKind.KNOWN_WRONG)
