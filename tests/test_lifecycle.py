"""The queue's lifecycle table, row by row, and what counts as a touched field."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.codes.vocabulary import Status
from register.grounding import ground
from register.models import Candidate, DraftField
from register.store.queue.candidates import KnownCandidate
from register.store.queue.listing import QueueState
from review.queue.lifecycle import Action, next_action, plain, signature

OLD = "Tea and Tunes meets every Monday at 10am in the hall. It is free."
NEW = "Tea and Tunes meets every Thursday at 2pm in the hall. It is free."
MENU = "Home | Shop | " + OLD


def draft(text: str, when: str, *, text_hash: str) -> Candidate:
    """A candidate of two fields: when it meets, and what it costs, each quoted from `text`."""
    fields = tuple(
        DraftField(
            name=name,
            status=Status.REPORTED,
            value=value,
            evidence=(ground(text, text.index(value), text.index(value) + len(value), rule="test"),),
            score=0.9,
        )
        for name, value in (("tidier.when_how_much", when), ("fact.cost", "free"))
    )
    return Candidate(
        key="k",
        locality="x",
        page_url="https://example.org/",
        name="Tea and Tunes",
        text_hash=text_hash,
        fields=fields,
        codes=(),
        spans=((0, len(text)),),
    )


def known(state: QueueState) -> KnownCandidate:
    return KnownCandidate(
        id="k",
        state=state,
        revision=1,
        draft=draft(OLD, "every Monday at 10am", text_hash="h1"),
        version_id=1,
        page_text=OLD,
        missing_since=None,
    )


SEEN = {
    "nothing changed": (draft(OLD, "every Monday at 10am", text_hash="h1"), OLD),
    "page changed, draft same": (draft(MENU, "every Monday at 10am", text_hash="h2"), MENU),
    "draft changed, page same": (draft(OLD, "every Monday", text_hash="h1"), OLD),
    "both changed": (draft(NEW, "every Thursday at 2pm", text_hash="h3"), NEW),
    "not seen": (None, ""),
}
TABLE = {
    "nothing changed": (Action.TOUCH, Action.TOUCH, Action.TOUCH, Action.TOUCH),
    "page changed, draft same": (Action.REFRESH, Action.TOUCH, Action.TOUCH, Action.TOUCH),
    "draft changed, page same": (Action.REPLACE, Action.KEEP_AND_REPORT, Action.KEEP_AND_REPORT, Action.TOUCH),
    "both changed": (Action.REPLACE, Action.REOPEN, Action.REOPEN, Action.REQUEUE),
    "not seen": (Action.MARK_MISSING, Action.MARK_MISSING, Action.MARK_MISSING, Action.NOTHING),
}
STATES = (QueueState.UNDECIDED, QueueState.ACCEPTED, QueueState.REOPENED, QueueState.REJECTED)


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("column", range(4), ids=[state.value for state in STATES])
def test_the_table(row: str, column: int) -> None:
    seen, text = SEEN[row]
    assert next_action(known(STATES[column]), seen, page_text=text).action is TABLE[row][column]


def test_a_candidate_never_seen_before_is_added() -> None:
    assert next_action(None, SEEN["nothing changed"][0], page_text=OLD).action is Action.ADD


def test_only_the_touched_field_is_reopened() -> None:
    seen, text = SEEN["both changed"]
    assert next_action(known(QueueState.ACCEPTED), seen, page_text=text).fields == {"tidier.when_how_much"}


def test_a_field_read_otherwise_from_words_that_stayed_is_drift_even_where_the_page_changed() -> None:
    text = OLD + " Parking behind the church."
    seen = draft(text, "every Monday", text_hash="h4")
    action = next_action(known(QueueState.ACCEPTED), seen, page_text=text)
    assert (action.action, action.drifted) == (Action.KEEP_AND_REPORT, {"tidier.when_how_much"})


@pytest.mark.parametrize(("before", "after"), [("Free", "free"), ("Mon  10am", "mon 10AM"), ("tea, cake!", "Tea cake")])
def test_cosmetic_differences_are_none(before: str, after: str) -> None:
    assert plain(before) == plain(after)


def test_a_price_is_not_cosmetic() -> None:
    assert plain("£2") != plain("2")


@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_order_of_many_values_does_not_matter(values: list[str]) -> None:
    one = DraftField(name="fact.phones", status=Status.REPORTED, value=tuple(values))
    other = DraftField(name="fact.phones", status=Status.REPORTED, value=tuple(reversed(values)))
    assert signature(one) == signature(other)


def test_times_without_a_zone_are_refused() -> None:
    from register.serial import from_text, to_text

    with pytest.raises(ValueError, match="no time zone"):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001 (the fault under test)
    when = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    assert from_text(to_text(when)) == when
