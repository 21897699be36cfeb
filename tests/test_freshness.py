"""When records are due, which steps are taken about overdue ones, and what a verification undoes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.staleness.freshness import keep_fresh, let_expire
from register.errors import ConfigError
from register.models import DecisionVerdict
from register.staleness.freshness import (
    Freshness,
    Grounds,
    Step,
    due_at,
    explain,
    freshness_at,
    interval,
    read_freshness,
    steady_checks,
    steps_due,
)
from tests.decisions import decide
from tests.public import PublicDesk
from tests.seeding import TEXT, TOLD

DATA = Path(__file__).parent.parent / "data"
RULES = read_freshness(DATA)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MAIL = TEXT + " Write to info@shed.example"
TOLD_MAIL = TOLD | {"fact.emails": (("info@shed.example",), [("info@shed.example", "info@shed.example")])}


def grounds(source: str = "own_page", *, changes: int = 0, steady: int = 0, expired: datetime | None = None) -> Grounds:
    return Grounds(source=source, changes=changes, steady=steady, verified_at=NOW, expired_at=expired)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (grounds(), 365),
        (grounds("provider"), 365),
        (grounds("directory"), 180),
        (grounds("statement"), 180),
        (grounds("a source of an older file"), 365),
        (grounds(changes=1), 255),  # 365 * 0.7
        (grounds(changes=9), 60),  # never sooner than `least`
        (grounds(steady=1), 456),  # 365 * 1.25
        (grounds(steady=9), 730),  # never later than `most`
        (grounds("directory", changes=2, steady=1), 110),
    ],
)
def test_the_interval_follows_from_source_changes_and_steadiness(given: Grounds, days: int) -> None:
    assert interval(given, RULES) == days
    assert due_at(given, RULES) == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("after", "email", "steps", "state"),
    [
        (-1, True, (), Freshness.VERIFIED),
        (0, True, (Step.PROVIDER,), Freshness.DUE),
        (13, True, (Step.PROVIDER,), Freshness.DUE),
        (14, True, (Step.PROVIDER, Step.REVIEWER), Freshness.DUE),
        (0, False, (Step.PROVIDER, Step.REVIEWER), Freshness.DUE),
        (42, True, (Step.PROVIDER, Step.REVIEWER, Step.PUBLIC), Freshness.UNVERIFIED),
    ],
)
def test_steps_follow_one_another(after: int, email: bool, steps: tuple[Step, ...], state: Freshness) -> None:
    asks = NOW + timedelta(days=14 if email else 0)
    now = NOW + timedelta(days=after)
    assert steps_due(NOW, RULES, now=now, asks_reviewers=asks) == steps
    assert freshness_at(NOW, now, RULES) is state


def test_what_nobody_worked_out_counts_as_verified() -> None:
    assert freshness_at(None, NOW, RULES) is Freshness.VERIFIED


def test_checks_count_as_steady_where_they_are_apart_and_nothing_changed_since() -> None:
    days = [NOW + timedelta(days=n) for n in (0, 1, 2, 40, 50, 100)]
    assert steady_checks(days, RULES, since=NOW) == 2
    assert steady_checks(days, RULES, since=NOW + timedelta(days=45)) == 1
    assert steady_checks([], RULES, since=NOW) == 0


def test_the_interval_is_told_in_a_sentence() -> None:
    told = explain(grounds("directory", changes=2, expired=NOW), RULES)
    assert told == (
        "It rests on a directory's entry, which holds for 180 days; it changed twice in the last 730 days, so it is "
        "checked sooner; what was verified on 2 March 2026 holds for 88 days, until 29 May 2026; a person let it "
        "expire on 2 March 2026."
    )


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("least = 60", "leest = 60", r"freshness\.toml: leest.*one of the keys"),
        ("least = 60", "least = 9999", r"least, which is no more than most"),
        ('key = "statement"', 'key = "provider"', r"each source\.key once"),
        ("routes = []", 'routes = ["web"]', r"the last one, which is for all others"),
        ("reviewer = 14", "reviewer = 99", r"provider, reviewer and public in this order"),
    ],
)
def test_a_fault_in_the_rules_is_told_with_file_and_key(tmp_path: Path, was: str, now: str, told: str) -> None:
    text = (DATA / "freshness.toml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "freshness.toml").write_text(text.replace(was, now), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        read_freshness(tmp_path)


class Life(PublicDesk):
    """A register with one published record, and the steps by hand."""

    def begin(self, *, mail: bool = False) -> str:
        return self.accept("shed", text=MAIL if mail else TEXT, told=TOLD_MAIL if mail else TOLD)

    def step(self, **by: float) -> dict[str, int]:
        self.clock.move(**by)
        settings = Settings(register=self.folder / "register.db", data=DATA, clock=self.clock)
        return dict(keep_fresh(settings=settings).taken)

    def expire(self, *, host: str = "", locality: str = "") -> int:
        settings = Settings(register=self.folder / "register.db", data=DATA, clock=self.clock)
        return let_expire(settings=settings, host=host, locality=locality, why="it was rebuilt", who="ada")

    def state(self) -> Freshness:
        with self.store() as store:
            due = store.freshness.of_record("tm-shed")
            return freshness_at(due.due_at if due else None, self.clock(), RULES)

    def steps_taken(self) -> list[tuple[str, bool]]:
        with self.store() as store:
            return [(one.step, one.undone_at is not None) for one in store.freshness.steps("tm-shed")]

    def in_queue(self) -> bool:
        with self.store() as store:
            return bool(store.queue.rows(due_before=self.clock(), limit=9))


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


def test_a_record_s_life_from_fresh_to_unverified_and_back(life: Life) -> None:
    life.begin(mail=True)
    assert life.step() == {}
    assert (life.state(), life.in_queue()) == (Freshness.VERIFIED, False)
    assert life.step(days=364) == {}
    assert life.step(days=2) == {"provider": 1}
    assert life.step() == {}, "the same step is taken once"
    assert (life.state(), life.in_queue()) == (Freshness.DUE, False)
    assert life.step(days=14) == {"reviewer": 1}
    assert life.in_queue()
    assert life.step(days=30) == {"public": 1}
    assert life.state() is Freshness.UNVERIFIED
    assert life.steps_taken() == [("provider", False), ("reviewer", False), ("public", False)]
    with life.store() as store:
        for field in store.queue.fields("shed"):
            decide(store, "shed", field.name, DecisionVerdict.APPROVE)
        store.freshness.work_out("tm-shed", RULES)
    assert life.step() == {}
    assert (life.state(), life.in_queue()) == (Freshness.VERIFIED, False)
    assert life.steps_taken() == [("provider", True), ("reviewer", True), ("public", True)]
    assert life.step(days=800) == {"provider": 1, "reviewer": 1, "public": 1}


def test_without_an_address_to_write_to_a_person_is_asked_at_once(life: Life) -> None:
    life.begin()
    assert life.step(days=366) == {"reviewer": 1}
    assert life.in_queue()


def test_one_field_that_is_old_makes_the_record_due_and_only_it_is_to_be_confirmed(life: Life) -> None:
    life.begin()
    life.clock.move(days=300)
    with life.store() as store:
        for field in store.queue.fields("shed"):
            if field.name != "fact.cost":
                decide(store, "shed", field.name, DecisionVerdict.APPROVE)
    life.step(days=100)
    with life.store() as store:
        due = store.freshness.of_record("tm-shed")
        assert due is not None
        assert store.freshness.overdue_fields("shed", due) == ("fact.cost",)


def test_a_host_s_verifications_expire_at_once_and_a_later_one_stands(life: Life) -> None:
    life.begin()
    life.step()
    life.clock.move(days=1)
    assert life.expire(host="elsewhere.example") == 0
    assert life.expire(locality="fenmarsh") == 1
    assert life.expire(locality="fenmarsh") == 0
    assert life.in_queue()
    assert life.step() == {"reviewer": 1}
    life.clock.move(days=1)
    with life.store() as store:
        for field in store.queue.fields("shed"):
            decide(store, "shed", field.name, DecisionVerdict.APPROVE)
        store.freshness.work_out("tm-shed", RULES)
    assert not life.in_queue()
    assert life.state() is Freshness.VERIFIED


def test_a_tombstone_is_never_overdue(life: Life) -> None:
    life.begin()
    life.step()
    with life.store() as store:
        store.records.withdraw("tm-shed", at="2026-03-03T09:00:00.000000Z")
    assert life.step(days=900) == {}
    assert not life.in_queue()
