"""The queue's lists: what they are filtered by, found by and ordered by, and that what is counted is so."""
# ruff: noqa: S311 (chance of a test)

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from register.migrations import m025_the_queue_as_a_list, split
from register.models import RECORD, DecisionVerdict
from register.store import Store
from register.store.queue.listing import QueueOrder
from review.decisions.decide import Answer, Seen, decide
from tests.seeding import LATER, LOCALITY, TEXT, TOLD, TOLD_LATER, Desk, draft

CHANGED = ("tidier.when_how_much", "fact.weekdays", "fact.cost")
UNTYPED = {name: told for name, told in TOLD.items() if name != "code.type"}
UNCLEAR = {name: told for name, told in TOLD.items() if name != "eligibility.wide"}
GARDENS = TOLD | {"code.type": (("nature",), [("seedlings", "nature")])}
WAITING = ("undecided", "reopened")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def say(store: Store, key: str, verdict: DecisionVerdict) -> None:
    known = store.queue.get(key)
    seen = Seen(candidate=key, revision=known.revision, decisions=len(store.decisions.history(key)))
    decide(store, seen, Answer(field=RECORD, verdict=verdict), reviewer="ada")


def recount(store: Store) -> Counter[tuple[str, int, str]]:
    """What the counters should say, counted line by line."""
    found: Counter[tuple[str, int, str]] = Counter()
    for line in store.db.query("SELECT * FROM queue_lines"):
        told = ["all", f"kind {line['page_kind']}", f"scope {line['scope']}"]
        told += ["missing"] if line["missing_since"] else []
        told += ["gone"] if line["page_gone"] else []
        told += [] if line["type_known"] else ["no type"]
        told += ["unclear"] if line["unclear"] else []
        told += ["clash"] if line["clash"] else []
        touched = store.db.query("SELECT field FROM queue_touched WHERE line = ?", [line["line"]])
        told += [f"field {row['field']}" for row in touched]
        for locality in ("", line["locality"]):
            found.update((locality, line["stage"], what) for what in told)
    return found


def counted(store: Store) -> Counter[tuple[str, int, str]]:
    rows = store.db.query("SELECT * FROM queue_counts WHERE n <> 0")
    return Counter({(row["locality"], row["stage"], row["what"]): row["n"] for row in rows})


def lines(store: Store) -> list[dict[str, object]]:
    return [dict(row) for row in store.db.query("SELECT * FROM queue_lines ORDER BY candidate_id")]


def live(desk: Desk, chance: Random, steps: int) -> None:
    """Random lives of candidates: drafted, read again, missed, decided, undone."""
    keys: list[str] = []
    for step in range(steps):
        key = chance.choice(keys) if keys else ""
        deed = chance.randrange(8) if key else 0
        with desk.store() as store:
            state = store.queue.get(key).state.value if key else ""
        told = chance.choice((TOLD, UNTYPED, UNCLEAR, GARDENS))
        if deed in (0, 1):
            keys.append(f"k{step}")
            desk.queue(draft(keys[-1], told=told, score=chance.random()), status=chance.choice((200, 200, 410)))
        elif deed in (2, 3, 4):
            verdict = chance.choice((DecisionVerdict.APPROVE, DecisionVerdict.APPROVE, DecisionVerdict.REJECT))
            with desk.store() as store:
                say(store, key, DecisionVerdict.UNDO if state in ("accepted", "rejected") else verdict)
        elif deed == 5:
            with desk.store() as store, store.transaction():
                store.queue.mark_missing(key)
        elif deed == 6 and state == "accepted":
            desk.read_again(draft(key, text=LATER, told=TOLD_LATER), text=LATER, changed=CHANGED, reopen=True)
        elif deed == 7 and state == "undecided":
            desk.read_again(draft(key, told=told, score=chance.random()), text=TEXT, changed=["code.type"])


@pytest.mark.parametrize("seed", [1, 2])
def test_counters_and_lines_are_what_is_so_whatever_happens(desk: Desk, seed: int) -> None:
    live(desk, Random(seed), 40)
    with desk.store() as store:
        assert counted(store) == recount(store)
        states = Counter(row["state"] for row in store.db.query("SELECT state FROM candidates"))
        assert store.queue.counts() == {name: states[name] for name in store.queue.counts()}
        for row in store.queue.rows(limit=1000):
            known = store.queue.get(row.id)
            assert (row.state, row.name, row.revision) == (known.state, known.draft.name, known.revision)
            assert row.type_known == any(f.name == "code.type" and f.value for f in known.draft.fields)
        for stage, n in store.db.conn.execute("SELECT stage, n FROM queue_counts WHERE locality = '' AND what = 'all'"):
            assert n == store.db.conn.execute("SELECT count(*) FROM queue_lines WHERE stage = ?", [stage]).fetchone()[0]


def test_an_older_register_gets_the_same_lists_as_if_it_had_always_had_them(desk: Desk) -> None:
    live(desk, Random(3), 30)
    derived = ("queue_lines", "queue_counts", "queue_touched", "locality_needs", "locality_codes", "accepted_codes")
    with desk.store() as store:
        before, codes = lines(store), set(store.db.conn.execute("SELECT * FROM locality_codes"))
        words = sorted(store.db.conn.execute("SELECT name, organisation, address, words FROM queue_words"))
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%queue\\_%' ESCAPE '\\'"
        for (name,) in list(store.db.conn.execute(triggers)):
            store.db.execute(f"DROP TRIGGER {name}")
        for table in ("queue_words", *reversed(derived)):
            store.db.execute(f"DROP TABLE {table}")
        for statement in list(
            store.db.conn.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%locality_codes%'")
        ):
            store.db.execute(f"DROP TRIGGER {statement[0]}")
        for statement in split(m025_the_queue_as_a_list.STATEMENTS):
            store.db.execute(statement)
        left_out = ("line", "waiting_since", "clash", "chance", "by_doubt", "by_worth", "by_need")
        after = lines(store)
        for was, now in zip(before, after, strict=True):
            if store.decisions.history(str(was["candidate_id"])):
                continue  # a field that was decided keeps the proposal that was decided on
            assert {k: v for k, v in was.items() if k not in left_out} == {
                k: v for k, v in now.items() if k not in left_out
            }
        assert counted(store) == recount(store)
        assert set(store.db.conn.execute("SELECT * FROM locality_codes")) == {c for c in codes if c[2]}
        assert sorted(store.db.conn.execute("SELECT name, organisation, address, words FROM queue_words")) == words


def test_words_find_names_organisations_addresses_and_the_services_own_words_by_their_beginnings(desk: Desk) -> None:
    provider = {"fact.provider": ("Fenmarsh Growers", [("Fenmarsh Growers", "")])}
    desk.queue(draft("shed", told=TOLD | provider))
    desk.queue(
        draft("cafe", name="Café Zoë", told={"tidier.why": TOLD["tidier.why"]}, url="https://zoe.example/teatime")
    )
    with desk.store() as store:

        def found(words: str) -> list[str]:
            return [row.id for row in store.queue.rows(search=words, order=QueueOrder.MATCH)]

        assert found("potting shed") == ["shed", "cafe"], "in the name first, in the words of the page then"
        assert found("cafe zoe") == ["cafe"]
        assert found("CAF") == ["cafe"]
        assert found("growers tools") == ["shed", "cafe"]
        assert found("teatime") == ["cafe"]
        assert found("zoe.example/teatime") == ["cafe"]
        assert set(found("seedli")) == {"shed", "cafe"}
        assert found("zoe absent") == []
        assert set(found("ZZ99 4AB")) == {"shed", "cafe"}
        for hostile in ('"', "*", "NEAR(", "name:x", "' OR 1=1 --", "^", "-", "\0", "AND", "(" * 40):
            found(hostile)


def test_filters_combine_and_say_how_many_each_further_choice_leaves(desk: Desk) -> None:
    for number in range(3):
        desk.queue(draft(f"typed{number}", told=TOLD))
    desk.queue(draft("riddle", told=UNTYPED), status=404)
    desk.queue(draft("unclear", told=UNCLEAR))
    with desk.store() as store:
        assert store.queue.lists.numbers(states=WAITING) == {
            "all": 5, "kind service": 5, "scope unclear": 5, "no type": 1, "gone": 1, "unclear": 1
        }  # fmt: skip
        found = store.queue.lists.numbers(states=WAITING, search="potting", reason="no type")
        assert found == {"all": 1, "kind service": 1, "scope unclear": 1, "no type": 1, "gone": 1, "unclear": 1}
        for filters, ids in (
            ({"reason": "no type", "kind": "service"}, {"riddle"}),
            ({"reason": "unclear", "search": "potting"}, {"unclear"}),
            ({"reason": "gone", "locality": LOCALITY, "scope": "unclear"}, {"riddle"}),
            ({"reason": "gone", "kind": "news"}, set()),
            ({"ids": ("typed1", "riddle"), "kind": "service"}, {"typed1", "riddle"}),
        ):
            assert {row.id for row in store.queue.rows(**filters)} == ids
            assert store.queue.count(**filters) == len(ids)
            assert store.queue.lists.cheap_count(**filters) == len(ids)


@pytest.mark.parametrize("order", QueueOrder)
def test_pages_of_a_list_hold_each_row_once_in_order_there_and_back_and_however_it_is_read(
    desk: Desk, order: QueueOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(5)
    for number in range(23):
        told = chance.choice((TOLD, UNTYPED, GARDENS))
        desk.queue(draft(f"k{number:02}", told=told, score=round(chance.random(), 1)))
        desk.clock.move(hours=chance.choice((0, 1)))
    filters = {"states": WAITING, "search": "seedlings" if order is QueueOrder.MATCH else ""}
    with desk.store() as store:
        for key in ("k03", "k07"):
            say(store, key, DecisionVerdict.REJECT)
        whole = [row.id for row in store.queue.rows(order=order, **filters)]
        assert len(whole) == len(set(whole)) == 21
        walked = [whole[0]]
        while following := store.browse.next_after(walked[-1], order=order, **filters):
            walked.append(following)
        assert walked == whole
        if order is not QueueOrder.MATCH:
            monkeypatch.setattr("register.store.queue.lists.SHORT", 0)  # as if every list were long
            assert [row.id for row in store.queue.rows(order=order, **filters)] == whole
            searched = store.queue.rows(order=order, **{**filters, "search": "seedl"})
            assert [row.id for row in searched] == whole
            monkeypatch.undo()
        pages, start = [], ""
        while rows := store.queue.rows(order=order, limit=5, start=start, **filters):
            pages.append([row.id for row in rows])
            start = rows[-1].place
        assert [one for page in pages for one in page] == whole
        last = store.queue.rows(order=order, limit=5, start=start, back=True, **filters)
        assert [row.id for row in last] == whole[-6:-1], "those before the last row"
        assert store.queue.rows(order=order, start="nonsense", **filters)[0].id == whole[0]
