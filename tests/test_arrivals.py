"""Candidates that arrive in batches get the very pairs that each would get alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from register.datafile import find_data
from register.matching.model import read_matcher
from register.matching.traits import Traits
from register.store import Store, utc_now
from register.store.matching.pairs import LikelyPair
from review.pairs.likeness import likely_among

WORDS = ("shed", "choir", "lunch", "club", "monday", "women", "harbour", "gardeners", "gardenrs")
TABLES = ("traits", "trait_blocks", "trait_bearers", "trait_words")

few = st.lists(st.sampled_from(("01632960001", "01632960002")), max_size=1).map(tuple)
told = st.builds(
    Traits,
    locality=st.sampled_from(("fenmarsh", "wold")),
    name=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple),
    host=st.sampled_from(("a.example", "b.example")),
    slug=st.just(""),
    phones=few,
    emails=st.just(()),
    postcodes=st.lists(st.sampled_from(("ZZ994AB", "ZZ11AA")), max_size=1).map(tuple),
    streets=st.just(()),
    sites=st.just(()),
    provider=st.just(()),
    weekdays=st.just(()),
    times=st.just(()),
    dates=st.just(()),
    charity=st.just(()),
    sketch=st.just(()),
)
# Which candidate tells what; one that arrives again was changed.
arriving = st.lists(st.tuples(st.integers(0, 60), told), min_size=2, max_size=90)


@cache
def register_of_candidates() -> bytes:
    """A register that has of its candidates only what matching reads."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        with Store(path, clock=utc_now) as store:
            store.db.execute("PRAGMA foreign_keys = OFF")
            store.db.conn.executemany(
                "INSERT INTO candidates (id, locality, page_id, name, state, revision, score, first_seen_at, "
                "last_seen_at, changed_at, scope) "
                "VALUES (?, 'fenmarsh', 1, '', 'undecided', 1, 0, '', '', '', 'local')",
                [(f"{number:04}",) for number in range(61)],
            )
            store.db.conn.commit()
        return path.read_bytes()


def compared(
    path: Path, arrivals: Sequence[tuple[int, Traits]], sizes: Sequence[int]
) -> tuple[list[tuple[LikelyPair, ...]], dict[str, list[tuple[object, ...]]]]:
    """The pairs of each, and all that is kept, where they come in batches of these sizes, in turn."""
    matcher, found, at, turn = read_matcher(find_data()), [], 0, 0
    path.write_bytes(register_of_candidates())
    with Store(path, clock=utc_now) as store:
        while at < len(arrivals):
            size = sizes[turn % len(sizes)]
            batch = [(f"{number:04}", traits) for number, traits in arrivals[at : at + size]]
            with store.transaction():
                found += likely_among(store.traits.arriving(matcher), batch, matcher)
            at, turn = at + size, turn + 1
        kept = {name: list(store.db.execute(f"SELECT * FROM {name} ORDER BY 1, 2")) for name in TABLES}  # noqa: S608
    return found, kept


@settings(max_examples=12, deadline=None)
@given(arrivals=arriving, sizes=st.lists(st.integers(1, 50), min_size=1, max_size=4))
def test_a_batch_gives_the_pairs_that_one_by_one_gives(arrivals: list[tuple[int, Traits]], sizes: list[int]) -> None:
    with TemporaryDirectory() as folder:
        alone = compared(Path(folder) / "alone.db", arrivals, [1])
        batches = compared(Path(folder) / "batches.db", arrivals, sizes)
    assert batches == alone
