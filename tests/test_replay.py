"""From the log alone, a register's candidates, fields and records come out the same, byte for byte."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from register.errors import TidiermapError
from register.grounding import ground
from register.models import RECORD, Decision, DecisionVerdict
from register.publishing.publication import name_publication, tables_digest, to_line
from register.store import Store
from register.store.matching.pairs import LikelyPair
from register.store.publishing.records import compose
from register.store.upkeep.replay import compare, replay
from tests.public import withdraw_rejected
from tests.seeding import LATER, TEXT, TOLD, TOLD_LATER, Desk, draft

KEYS = ("shed", "barn", "loft")
LIVES = 6  # random registers
STEPS = 40  # things that happen in each


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def again(desk: Desk, name: str = "again.db") -> dict[str, str]:
    """What differs of each table after a replay of the desk's register."""
    with desk.store() as store:
        found = replay(store, desk.folder / name, open_store=lambda path, clock: Store(path, clock=clock))
    return {one.table: one.differs for one in found if one.differs}


class Life:
    """Random things that happen to three candidates, as crawls, reviewers and publishing do them."""

    def __init__(self, desk: Desk, store: Store, seed: int) -> None:
        self.desk, self.store, self.chance = desk, store, Random(seed)  # noqa: S311 (no secret)
        self.later: set[str] = set()

    def live(self) -> None:
        for key in KEYS:
            self.desk.queue(draft(key))
        store = self.store
        with store.transaction():
            for key, others in (("shed", ("barn", "loft")), ("barn", ("shed", "loft"))):
                store.pairs.keep(key, [LikelyPair(other=one, score=0.9, reasons=()) for one in others])
        deeds: tuple[Callable[[str], object], ...] = (self.decide, self.decide, self.decide, self.whole, self.whole)
        deeds += (self.undo, self.read_again, self.touch, self.miss, self.publish, self.merge)
        for _ in range(STEPS):
            self.desk.clock.now += timedelta(minutes=self.chance.randint(0, 3000))
            self.chance.choice(deeds)(self.chance.choice(KEYS))

    def _decide(self, key: str, field: str, verdict: DecisionVerdict) -> None:
        value, evidence = None, ()
        text = LATER if key in self.later else TEXT
        if verdict is DecisionVerdict.EDIT:
            value, evidence = "said anew", (ground(text, 0, 17, rule="reviewer"),)
        decision = Decision(
            candidate=key,
            revision=self.store.queue.get(key).revision,
            field=field,
            verdict=verdict,
            value=value,
            evidence=evidence,
            reviewer=self.chance.choice(("ada", "bo")),
            decided_at=self.store.clock(),
        )
        decide = self.store.decisions.decide_record if field == RECORD else self.store.decisions.decide_field
        with suppress(TidiermapError), self.store.transaction():  # a reviewer is told
            decide(decision)

    def decide(self, key: str) -> None:
        self._decide(key, self.chance.choice(tuple(TOLD)), self.chance.choice(tuple(DecisionVerdict)))

    def whole(self, key: str) -> None:
        weights = {DecisionVerdict.APPROVE: 4, DecisionVerdict.REJECT: 1, DecisionVerdict.UNDO: 1}
        self._decide(key, RECORD, self.chance.choices(tuple(weights), tuple(weights.values()))[0])

    def undo(self, key: str) -> None:
        self._decide(key, self.chance.choice(tuple(TOLD)), DecisionVerdict.UNDO)

    def read_again(self, key: str) -> None:
        self.later ^= {key}
        text, told = (LATER, TOLD_LATER) if key in self.later else (TEXT, TOLD)
        fresh, changed = draft(key, text=text, told=told), ("tidier.when_how_much", "fact.weekdays", "fact.cost")
        store, state = self.store, self.store.queue.get(key).state.value
        if state != "rejected":
            self.desk.read_again(fresh, text=text, changed=changed, reopen=state != "undecided")
            return
        with store.transaction():
            _, version_id = self.desk._keep(store, fresh, text, b"")
            store.queue.requeue(fresh, version_id=version_id, run_id=store.runs.start("recheck", "fenmarsh"))

    def touch(self, key: str) -> None:
        with self.store.transaction():
            self.store.queue.touch(key, fetched_at=self.store.clock() - timedelta(minutes=1))

    def miss(self, key: str) -> None:
        with self.store.transaction():
            self.store.queue.mark_missing(key)

    def merge(self, key: str) -> None:
        other = self.chance.choice([one for one in KEYS if one != key])
        merging, queue = self.store.merging, self.store.queue
        with suppress(TidiermapError), self.store.transaction():
            if self.chance.random() < 0.4:
                merging.undo(key, other, reviewer="ada")
            else:
                seen = {one: queue.get(one).revision for one in (key, other)}
                merging.merge(key, other, taken=("fact.cost",), reviewer="bo", seen=seen)

    def publish(self, _: str) -> None:
        store = self.store
        with store.transaction():
            composed = []
            for candidate, locality, name, url in list(store.records.accepted()):
                decided = store.merging.fields(candidate)
                if decided is None:
                    continue
                told = {"gss_code": "E99999999", "name": name, "page_url": url, "locality": locality}
                route = store.routes.of_own_page(candidate)
                record = compose(
                    decided, id=f"tm-{candidate}", own_route=route, identity=store.identity.of(candidate), **told
                )
                composed.append((record, candidate, {field.name: number for field, number in decided}))
            pointers = store.merging.due_pointers(
                store.records.ids() | {candidate: record.id for record, candidate, _ in composed}
            )
            as_of = store.log.last()
            if self.chance.random() < 0.5:  # somebody decides while the files are written
                self.decide(self.chance.choice(KEYS))
            for record, candidate, numbers in composed:
                store.records.put(record, candidate, numbers, as_of=as_of if store.log.last() != as_of else 0)
            for record_id, kept in pointers:
                store.records.point(record_id, kept)
            withdraw_rejected(store)
            records, publications = store.records.all(), store.publications
            last, made = publications.last(), publications.draft((one.id, to_line(one)) for one in records)
            number, previous = (last.number + 1, last.id) if last else (1, "")
            name = name_publication(number, published_at=store.clock(), content=made.content, previous=previous)
            publications.note(name, made, records=len(records), tables=tables_digest(records))
            publications.seal(name, "{}")


def test_any_life_of_candidates_comes_out_the_same(tmp_path: Path) -> None:
    kinds: set[str] = set()
    merges = records = 0
    for seed in range(LIVES):
        (tmp_path / str(seed)).mkdir()
        desk = Desk(tmp_path / str(seed))
        with desk.store() as store:
            Life(desk, store, seed).live()
            assert again(desk) == {}, f"seed {seed}"
            with Store(desk.folder / "again.db", clock=desk.clock) as other:
                assert store.records.all() == other.records.all()
                assert [*store.publications.lines(99)] == [*other.publications.lines(99)]
            kinds |= {row["kind"] for row in store.db.query("SELECT kind FROM log")}
            records += len(store.records.all())
            merges += sum(1 for _ in store.db.query("SELECT 1 FROM judgements WHERE verdict = 'merge'"))
    assert kinds >= {"version", "revision", "decision", "judgement", "seen", "missing", "record", "publication"}
    assert records >= LIVES, "lives are full ones, or the test proves nothing"
    assert merges >= 3


@pytest.mark.parametrize(
    ("table", "harm"),
    [
        ("fields", "UPDATE fields SET state = 'reject' WHERE name = 'fact.cost'"),
        ("candidates", "UPDATE candidates SET state = 'rejected'"),
        ("record_fields", "UPDATE record_fields SET value = '\"more\"' WHERE name = 'fact.cost'"),
        ("records", "DELETE FROM records"),
    ],
)
def test_what_was_changed_past_the_log_shows(desk: Desk, table: str, harm: str) -> None:
    with desk.store() as store:
        life = Life(desk, store, 1)
        desk.queue(draft())
        life._decide("shed", RECORD, DecisionVerdict.APPROVE)
        life.publish("")
        if table == "records":
            store.db.execute("DELETE FROM record_fields")
        store.db.execute(harm)
        store.db.conn.commit()
    assert table in again(desk)


def test_what_happened_before_there_was_a_log_is_told(desk: Desk) -> None:
    desk.queue(draft())
    with desk.store() as store:
        store.db.execute("DROP TRIGGER log_no_delete")
        store.db.execute("DELETE FROM log")
        store.db.conn.commit()
    with pytest.raises(TidiermapError, match="revisions: found 1 from before there was a log"):
        again(desk)
    with pytest.raises(TidiermapError, match="expected none"):
        again(desk, "register.db")


def test_a_register_is_as_it_is(desk: Desk) -> None:
    desk.queue(draft())
    with desk.store() as store:
        assert [one.differs for one in compare(store, store)] == [""] * 12
