"""What pages and records are taken to be: the table, and what no order of answers can do."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.codes.vocabulary import Cause, Status
from register.errors import ConfigError
from register.models import Evidence, RecordField
from register.staleness.record_state import Circumstances, judge_fields, judge_record, over_since
from register.staleness.staleness import Look, Means, PageState, StalenessRules, Verdict, next_state, read_staleness
from tests.clocks import HandClock

DATA = Path(__file__).parent.parent / "data"
RULES = read_staleness(DATA)
NOON = HandClock().now
BEGAN = date(2026, 3, 2)


def look(rules: StalenessRules, cause: str, day: int, *, error: str = "", home: bool = False) -> Look:
    """A look on a day after the first; no cause finds the page there."""
    when = BEGAN + timedelta(days=day)
    if not cause:
        return Look(day=when, means=Means.THERE, verdict=Verdict.LIVE, home=home)
    row = rules.row(cause, error)
    return Look(day=when, means=Means(row.means), verdict=Verdict(row.verdict), cause=row.words, home=home)


def after(*looks: tuple[int, str], home: bool = False, error: str = "") -> PageState:
    state = PageState()
    for day, cause in looks:
        state = next_state(state, look(RULES, cause, day, home=home, error=error), RULES.limits)
    return state


def weekly(cause: str, weeks: int) -> list[tuple[int, str]]:
    return [(7 * week, cause) for week in range(weeks)]


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        ([(0, "")], "live"),
        ([(0, ""), (7, "404")], "unknown"),
        ([(0, ""), (7, "soft_404")], "soft-404"),
        ([(0, ""), (7, "parked")], "parked"),
        ([(0, ""), (7, "http_403_wall")], "blocked"),
        ([(0, ""), (7, "429")], "blocked"),
        ([(0, ""), (7, "login")], "blocked"),
        ([(0, ""), (7, "500")], "unknown"),
        (weekly("404", 2), "unknown"),
        (weekly("404", 3), "dead"),
        (weekly("410", 3), "dead"),
        (weekly("soft_404", 3), "dead"),
        (weekly("parked", 3), "dead"),
        (weekly("dns", 4), "unknown"),
        (weekly("dns", 5), "dead"),
        (weekly("http_403_wall", 60), "blocked"),
        (weekly("429", 60), "blocked"),
        (weekly("500", 60), "unknown"),
        (weekly("timeout", 60), "unknown"),
        (weekly("robots", 60), "blocked"),
        ([(day, "404") for day in range(8)], "unknown"),  # one bad week, asked every day
        ([(0, "404"), (0, "404"), (0, "404"), (14, "404")], "unknown"),  # a day counts once
        ([(0, "404"), (7, "404"), (10, ""), (14, "404")], "unknown"),  # it was there in between
        ([(0, "404"), (7, "http_403_wall"), (14, "500"), (21, "404"), (28, "404")], "dead"),
        ([(0, "404"), (7, "404"), (14, "404"), (21, "http_403_wall")], "dead"),  # a refusal tells nothing new
        ([(0, "404"), (7, "404"), (14, "404"), (21, "")], "live"),
    ],
)
def test_the_table(looks: list[tuple[int, str]], verdict: str) -> None:
    assert after(*looks).verdict.value == verdict


def test_since_is_the_first_day_of_a_verdict_and_the_cause_the_last() -> None:
    state = after((0, ""), (7, "404"), (14, "500"), (21, "404"), (28, "410"))
    assert (state.verdict, state.since, state.there) == (Verdict.DEAD, BEGAN + timedelta(days=28), BEGAN)
    assert "410" in state.cause
    assert after((0, ""), (7, "404"), (14, "500")).since == BEGAN + timedelta(days=7)


def test_a_front_page_takes_longer_to_be_dead() -> None:
    assert after(*weekly("404", 4), home=True).verdict is Verdict.UNKNOWN
    assert after(*weekly("404", 5), home=True).verdict is Verdict.DEAD


def test_a_server_that_takes_no_connection_counts_and_one_that_breaks_off_does_not() -> None:
    assert after(*weekly("refused", 6), error="ConnectionRefusedError: 111").verdict is Verdict.DEAD
    assert after(*weekly("refused", 60), error="ResponseNeverReceived").verdict is Verdict.UNKNOWN


CAUSES = st.sampled_from(["", *(cause.value for cause in Cause)])
STEPS = st.lists(st.tuples(st.integers(min_value=0, max_value=9), CAUSES), max_size=40)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_no_order_of_answers_makes_a_page_dead_that_was_not_failing_for_long(steps: list[tuple[int, str]]) -> None:
    """Against an independent count: dead means so many different days of failure, over so many days, with no day
    between on which the page was there."""
    state, day, failed = PageState(), 0, list[tuple[int, Means]]()
    for wait, cause in steps:
        day += wait
        one = look(RULES, cause, day)
        state = next_state(state, one, RULES.limits)
        if one.means is Means.THERE:
            failed = []
            assert state.verdict is Verdict.LIVE
        elif one.means in (Means.GONE, Means.SILENT):
            failed.append((day, one.means))
        gone = sorted({when for when, means in failed if means is Means.GONE})
        every = sorted({when for when, _ in failed})
        limits = RULES.limits
        dead = (len(gone) >= limits.gone.failures and gone[-1] - gone[0] >= limits.gone.days) or (
            len(every) >= limits.silent.failures and every[-1] - every[0] >= limits.silent.days
        )
        assert (state.verdict is Verdict.DEAD) is dead


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["http_403_wall", "429", "500", "login", "tls"]))))
def test_refusals_and_faults_alone_never_kill(steps: list[tuple[int, str]]) -> None:
    day, state = 0, PageState()
    for wait, cause in steps:
        day += wait
        state = next_state(state, look(RULES, cause, day), RULES.limits)
        assert state.verdict is not Verdict.DEAD


def field(name: str, *values: str, quotes: tuple[str, ...] = ()) -> RecordField:
    evidence = tuple(Evidence(quote=q, start=0, end=len(q), rule="test") for q in quotes)
    value = values if name in ("fact.dates", "fact.weekdays", "fact.recurrence") else values[0]
    dates = {"fetched_at": NOON, "changed_at": NOON, "verified_at": NOON}
    return RecordField(name=name, status=Status.REPORTED, value=value, evidence=evidence, verified_by="ada", **dates)


@pytest.mark.parametrize(
    ("fields", "over"),
    [
        ((field("fact.dates", "2026-02-14"),), True),
        ((field("fact.dates", "2026-02-14", "2026-03-14"),), False),
        ((field("fact.dates", "2026-02-14"), field("fact.weekdays", "sat")), True),
        ((field("fact.dates", "2026-02-14"), field("fact.weekdays", "mon")), False),
        ((field("fact.dates", "2026-02-14"), field("fact.frequency", "weekly")), False),
        ((field("fact.dates", "2026-02-14"), field("fact.frequency", "one_off")), True),
        ((field("fact.dates", "2026-02-14"), field("fact.recurrence", "FREQ=WEEKLY;BYDAY=MO")), False),
        (
            (
                field("fact.dates", "2026-02-14", quotes=("14 February 2026",)),
                field("tidier.when_how_much", "x", quotes=("Every Monday until Saturday 14 February 2026",)),
                field("fact.recurrence", "FREQ=WEEKLY;BYDAY=MO"),
            ),
            True,
        ),
        ((), False),
    ],
)
def test_a_record_is_over_by_its_own_dates_alone(fields: tuple[RecordField, ...], over: bool) -> None:
    last = over_since(fields, RULES.expiry, BEGAN)
    assert last == (date(2026, 2, 14) if over else None)


def test_what_people_must_decide_comes_before_what_the_page_does() -> None:
    live = Circumstances(page=after((0, "")))
    assert judge_record(live).verdict is Verdict.LIVE
    dead = replace(live, page=after(*weekly("404", 3)))
    over = replace(dead, over_since=date(2026, 2, 14))
    closing = replace(over, closing="We have closed.")
    assert [judge_record(one).verdict.value for one in (dead, over, closing)] == ["dead", "expired", "closing"]
    again = replace(over, page=live.page, touched=frozenset({"fact.dates"}))
    assert judge_record(again).verdict is Verdict.CHANGED, "its page gives new dates"
    assert judge_record(Circumstances(page=None)).verdict is Verdict.UNKNOWN
    assert judge_record(replace(live, missing=True)).verdict is Verdict.CHANGED


def test_fields_that_are_not_as_their_record() -> None:
    now = Circumstances(page=after((0, "")), touched=frozenset({"fact.cost"}))
    told = judge_fields(now, (field("fact.dates", "2026-02-14"), field("fact.frequency", "weekly")), BEGAN)
    assert {name: one.verdict.value for name, one in told.items()} == {"fact.cost": "changed", "fact.dates": "expired"}


def test_a_cause_without_a_row_and_a_limit_of_a_week_are_refused(tmp_path: Path) -> None:
    text = (DATA / "staleness.toml").read_text(encoding="utf-8")
    (tmp_path / "staleness.toml").write_text(text.replace('cause = "login"', 'cause = "429"'))
    with pytest.raises(ConfigError, match="login"):
        read_staleness(tmp_path)
    (tmp_path / "staleness.toml").write_text(text.replace("days = 14", "days = 7"))
    with pytest.raises(ConfigError, match="days"):
        read_staleness(tmp_path)
