"""Candidates that arrive in batches get the very pairs that each would get alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
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


def service(name: str, *, postcode: str = "", phone: str = "01632960001") -> Traits:
    nothing: dict[str, tuple[str, ...]] = dict.fromkeys(Traits._fields, ())
    known = {"locality": "fenmarsh", "host": f"{name.split()[0]}.example", "slug": "", "phones": (phone,)}
    own = {"name": tuple(name.split()), "postcodes": (postcode,) if postcode else ()}
    return Traits(**(nothing | known | own))  # type: ignore[arg-type]


def looked_at(path: Path, known: Sequence[Traits], new: Traits) -> int:
    """With how many of the known the new one is compared."""
    path.write_bytes(register_of_candidates())
    matcher = read_matcher(find_data())
    with Store(path, clock=utc_now) as store, store.transaction():
        arriving = store.traits.arriving(matcher)
        for number, (one, blocks) in enumerate(zip((*known, new), arriving.read_blocks([*known, new]), strict=True)):
            arriving.keep(f"{number:04}", one, blocks)
        return len(list(arriving.like(blocks, but=f"{len(known):04}", names=lambda _: "same")))


@pytest.mark.parametrize(
    ("known", "new", "found"),
    [
        # A number that few have is ground enough; one that many have is so together with the place.
        (["choir", "shed", "lunch"], service("rowers"), 3),
        (["choir", "shed", "lunch", "knitters", "walkers"], service("rowers"), 0),
        (["choir", "shed", "lunch", "knitters", "walkers"], service("rowers", postcode="ZZ11AA"), 5),
        # Of one number and one name: for others, and of another age.
        (["women swimming"], service("over 60s swimming"), 0),
        (["over 50s swimming"], service("over 60s swimming"), 0),
        (["over 60s swimming"], service("swimming over 60s"), 1),
    ],
)
def test_what_many_bear_and_what_is_for_others_is_not_compared(
    tmp_path: Path, known: list[str], new: Traits, found: int
) -> None:
    there = [service(name, postcode="ZZ11AA") for name in known]
    assert looked_at(tmp_path / "register.db", there, new) == found
