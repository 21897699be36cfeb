"""What a provider answers by its own link waits for a reviewer."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from register.store import Store
from register.store.upkeep.replay import replay
from review.queue.lifecycle import Action, next_action
from tests.forms import press
from tests.providers import PLACE, answer, make, provider, publish_one
from tests.seeding import LATER, TOLD, Desk, draft


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return publish_one(Desk(tmp_path))


def published(desk: Desk) -> dict[str, object]:
    with desk.store() as store:
        return {field.name: field.value for field in store.records.get("tm-shed").fields}


def test_the_page_says_what_is_published_and_nothing_else(desk: Desk) -> None:
    desk.queue(draft("other", name="Other Shed"))
    page = provider(desk).get(make(desk))
    assert page.status_code == 200
    assert "Potting Shed Pals" in page.text
    assert "find company over the seedlings" in page.text
    assert "Free" in page.text
    assert not {"Other Shed", "ada", "Befriending"} & set(re.findall(r"[\w ]+", page.text))
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["cache-control"] == "no-store"


def test_corrections_open_just_their_fields_with_the_providers_words(desk: Desk) -> None:
    before, path = published(desk), make(desk)
    desk.clock.move(days=3)
    client = provider(desk)
    typed = {
        "fact-cost": "donation",
        "tidier-when_how_much": "Fridays at 3pm",
        "fact-phones": "01632 960001\n01632 960002",
    }
    sent = answer(client, path, **typed)
    assert sent.status_code == 303
    assert "A person will look at your changes" in client.get(sent.headers["location"]).text
    assert published(desk) == before, "nothing goes straight into the dataset"
    with desk.store() as store:
        known = store.queue.get("shed")
        fields = {field.name: field for field in store.queue.fields("shed")}
        opened = {name for name, field in fields.items() if field.state == "open"}
        assert known.state.value == "reopened"
        assert opened == {"fact.cost", "tidier.when_how_much", "fact.phones", "fact.weekdays"}
        assert fields["fact.weekdays"].proposal.value == ("fri",), "read of the same words"
        assert fields["fact.phones"].proposal.value == ("01632 960001", "01632 960002")
        assert fields["fact.cost"].fetched_at == desk.clock(), "when the provider said so"
        assert fields["fact.age_min"].fetched_at < desk.clock()
        for name in opened:
            for quote in fields[name].proposal.evidence:
                assert store.pages.words_of(quote.page)[quote.start : quote.end] == quote.quote
    reviewer = desk.visitor()
    page = reviewer.get("/candidate/shed")
    assert "said to us" in page.text
    press(reviewer, page, button="approve")
    desk.publish()
    with desk.store() as store:
        record = {field.name: field for field in store.records.get("tm-shed").fields}
    assert record["fact.cost"].value == "donation"
    assert record["fact.cost"].found_via == ("provider",)
    assert record["fact.age_min"].found_via == ("web_desk",)


def test_what_hangs_on_a_changed_answer_and_is_no_longer_said_opens_as_not_stated(desk: Desk) -> None:
    answer(provider(desk), make(desk), **{"tidier-when_how_much": "once in a blue moon"})
    with desk.store() as store:
        weekdays = next(field for field in store.queue.fields("shed") if field.name == "fact.weekdays")
    assert (weekdays.state, weekdays.proposal.status.value) == ("open", "not_reported")
    assert "the new words do not say it" in desk.visitor().get("/candidate/shed").text


def test_a_replay_makes_the_record_again_with_the_providers_words(desk: Desk, tmp_path: Path) -> None:
    answer(provider(desk), make(desk), **{"fact-cost": "donation"})
    client = desk.visitor()
    press(client, client.get("/candidate/shed"), button="approve")
    desk.publish()
    with desk.store() as store:
        again = replay(store, tmp_path / "again.db", open_store=lambda path, clock: Store(path, clock=clock))
        assert [one.table for one in again if one.differs] == []


def test_an_edit_may_keep_the_providers_quote(desk: Desk) -> None:
    answer(provider(desk), make(desk), **{"fact-cost": "donation"})
    client = desk.visitor()
    edited = press(client, client.get("/candidate/shed"), button="edit", field="fact.cost", value="mixed", follow=False)
    assert edited.status_code == 303, edited.text
    assert desk.states()["fact.cost"] == "edit"


def test_the_page_of_the_web_read_again_does_not_undo_what_the_provider_said(desk: Desk) -> None:
    answer(provider(desk), make(desk), **{"fact-cost": "donation"})
    with desk.store() as store:
        as_read = store.queue.find("shed", as_read=True)
        assert next_action(as_read, draft(), page_text=as_read.page_text).action is Action.TOUCH
        changed = next_action(
            as_read, draft(text=LATER, told=TOLD | {"fact.age_min": (21, [("every Friday", "")])}), page_text=LATER
        )
    assert "fact.cost" not in changed.fields | changed.drifted
    with desk.store() as store, store.transaction():
        desk.clock.move(days=5)
        store.queue.touch("shed", fetched_at=desk.clock())
        fields = {field.name: field.fetched_at for field in store.queue.fields("shed")}
    assert fields["fact.cost"] < fields["fact.age_min"], "the provider did not say it again"


def test_all_right_and_monitoring_alone_open_nothing(desk: Desk) -> None:
    client, path = provider(desk), make(desk)
    answer(client, path, right="1", people_12_months="1,200", funders=["council", "nhs"], cost_a_year="£2,500")
    answer(client, path, people_12_months="1300")
    assert desk.state() == "accepted"
    with desk.store() as store:
        verdicts = [one.verdict for one in store.provider.answers("tm-shed")]
        latest = {one.question: one.value for one in store.monitoring.latest()}
        assert len(store.monitoring.of_record("tm-shed")) == 4
    assert verdicts == ["monitoring", "right"]
    assert latest == {"people_12_months": "1300", "funders": "council; nhs", "cost_a_year": "2500"}
    page = desk.visitor().get(PLACE).text
    for words in ("all is right", "1200", "1300", "The council, The NHS", "£2,500"):
        assert words in page


def test_a_closed_service_waits_for_a_reviewer_as_excluded(desk: Desk) -> None:
    answer(provider(desk), make(desk), closed="1", since="1 February 2026")
    with desk.store() as store:
        fields = {field.name: field for field in store.queue.fields("shed") if field.state == "open"}
        words = store.pages.words_of(store.provider.answers("tm-shed")[0].statement)
        assert store.records.get("tm-shed").withdrawn_at is None
    assert set(fields) == {"eligibility.wide", "eligibility.strict"}
    assert fields["eligibility.wide"].proposal.value == "exclude"
    assert "We have closed, since 1 February 2026." in words


def test_there_is_nothing_of_the_kind(desk: Desk) -> None:
    answer(provider(desk), make(desk), **{"fact-cost-none": "1"})
    with desk.store() as store:
        cost = next(field for field in store.queue.fields("shed") if field.name == "fact.cost")
    assert (cost.state, cost.proposal.status.value, cost.proposal.value) == ("open", "not_reported", None)


def test_what_is_published_already_opens_nothing(desk: Desk) -> None:
    answer(provider(desk), make(desk), **{"fact-cost": "free"})
    assert desk.state() == "accepted"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"people_12_months": "many"}, "is not a whole number"),
        ({"share_local": "101"}, "from 0 to 100"),
        ({"cost_a_year": "a lot"}, "is not an amount"),
        ({"funded_until": "soon"}, "is not a day"),
        ({"taking_new": "perhaps"}, "pick one of the answers"),
        ({"closed": "1", "since": "31/31/2026"}, "is not a day"),
        ({"fact-cost": "a goat"}, "pick one of the answers"),
        ({"tidier-why": "x" * 2001}, "keep to 2,000"),
        ({}, "You have not told us anything yet"),
    ],
)
def test_what_is_wrong_is_told_beside_its_question_and_nothing_is_lost(
    desk: Desk, typed: dict[str, str], told: str
) -> None:
    more = {"other_measures": "A tree of wishes"} if typed else {}
    page = answer(provider(desk), make(desk), **typed, **more)
    assert page.status_code == 422
    assert told in page.text
    assert not typed or "A tree of wishes" in page.text
    with desk.store() as store:
        assert store.provider.answers("tm-shed") == ()


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: the school year, of which five less is about the age."""
    sentences = [s for s in re.split(r"[.?!:]+", text) if len(s.split()) > 1]
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", w.lower().removesuffix("e")))) for w in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_page_is_plain_english(desk: Desk) -> None:
    soup = BeautifulSoup(provider(desk).get(make(desk)).text, "lxml")
    for chosen in soup.select("dd, select, h1, label.tick, .unseen"):  # our record, and names of scales and groups
        chosen.decompose()
    lines = [line.get_text(" ", strip=True) for line in soup.select("main p, main label, main legend, main h2")]
    assert grade(". ".join(lines)) <= 5, "a reading age of 9 to 11"
