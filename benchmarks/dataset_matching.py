"""Whether candidates are matched rightly, and as fast as they arrive.

Real pairs by weights that saw no pair of their site; then 10,000 invented entries that arrive at a register of a
million, and Splink on the same entries, each on its own: `TIDIERMAP_PEERS` names an environment that has Splink 4.
MATCHING_KNOWN and MATCHING_NEW make a smaller trial.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.invented import Entry, World
from benchmarks.matching_fit import Found, leave_one_site_out
from benchmarks.matching_pairs import compared_pairs, invented_pairs
from benchmarks.train_matching import ENTRIES, SEED
from flows.settings import find_data, load_stages
from register.matching.blocks import blocks_of
from register.matching.counting import borne
from register.matching.model import read_matcher
from register.matching.scoring import SHOWN_FROM, Matcher
from register.matching.traits import Traits, pack
from register.store import Store, utc_now
from review.pairs.likeness import likely_among

KNOWN, NEW, AT_ONCE, TEST_SEED = 1_000_000, 10_000, 500, 23
AT = "2026-01-05T06:00:00.000000Z"
COLUMNS = (
    "unique_id", "name", "sorted", "words", "first", "locality", "phone", "email", "postcode", "street", "provider",
    "host", "weekday", "time", "charity",
)  # fmt: skip
PEERS, HERE = "TIDIERMAP_PEERS", Path(__file__).parent

Pair = tuple[int, int]  # (number of a new entry, number of a known one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The pairs that a matcher gave, each with its score, how many seconds it took and how many of a processor."""

    pairs: dict[Pair, float]
    seconds: float
    processor: float = 0.0
    note: str = ""


def figures(shared: Path, scratch: Path) -> Iterator[Figure]:
    matcher = read_matcher(find_data())
    yield from _real(shared, matcher)
    yield from _arriving(scratch / "matching", matcher)


def _real(shared: Path, matcher: Matcher) -> Iterator[Figure]:
    real, lost = compared_pairs(shared, stages=load_stages(find_data()), matcher=matcher)
    held_out = leave_one_site_out(real, invented_pairs(SEED, ENTRIES, matcher=matcher))
    note = f"{len(real)} labelled pairs, each site by weights that saw none of it; {lost} more of pages without a draft"
    yield Figure(name="matching.pairs", value=len(real), reach=300, note=note)
    for aspect in ("service", "organisation", "programme", "place"):
        found = held_out[aspect][""]
        told = f"{found.right} right, {found.wrong} wrong, {found.missed} missed"
        yield Figure(name=f"matching.{aspect}_f1", value=found.f1, reach=0.95, note=told)


def _arriving(scratch: Path, matcher: Matcher) -> Iterator[Figure]:
    scratch.mkdir(parents=True, exist_ok=True)
    known_count, new_count = (int(os.environ.get(f"MATCHING_{n}", c)) for n, c in (("KNOWN", KNOWN), ("NEW", NEW)))
    arriving, true = _lay(scratch, matcher, known=known_count, new=new_count)
    ours = _ours(scratch / "register.db", arriving, matcher)
    cut = best_cut(ours.pairs, true)
    mine = score(ours.pairs, true, cut=cut)
    shown = score(ours.pairs, true, cut=SHOWN_FROM)
    told = f"at the {SHOWN_FROM} from which pairs are shown; {mine.f1:.3f} at its best cut, {cut:.2f}"
    yield Figure(name="matching.arriving_f1", value=shown.f1, reach=0.7, note=told)
    each = 1_000 * ours.processor / new_count
    yield Figure(name="matching.arriving_ms_each", value=each, reach=10, bound="most", note=ours.note)
    if not os.environ.get(PEERS):
        yield Figure(name="matching.splink", value=0, reach=1, note=f"not measured: {PEERS} names no environment")
        return
    peer = _splink(scratch)
    theirs = score(peer.pairs, true, cut=best_cut(peer.pairs, true))
    peers = f"{theirs.f1:.3f} at its best cut (precision {theirs.precision:.3f}, recall {theirs.recall:.3f})"
    told = f"{shown.f1:.3f} at ours as shown; Splink {peers}"
    yield Figure(name="matching.f1_above_splink", value=shown.f1 - theirs.f1, reach=0.0, note=told)
    told = f"{ours.seconds:.1f} s, Splink {peer.seconds:.1f} s ({peer.note}); {new_count:,} to {known_count:,}"
    yield Figure(name="matching.time_of_splinks", value=ours.seconds / peer.seconds, reach=1, bound="most", note=told)


def _lay(scratch: Path, matcher: Matcher, *, known: int, new: int) -> tuple[list[tuple[int, Traits]], set[Pair]]:
    """Makes the register of the known and the peers' tables; gives the new, and the pairs that are one service."""
    chance = random.Random(TEST_SEED)  # noqa: S311 (a simulation)
    chosen = set(chance.sample(range(known + new), new))
    arriving: list[tuple[int, Traits]] = []
    of_service: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    path = scratch / "register.db"
    path.unlink(missing_ok=True)
    with (
        Store(path, clock=utc_now) as store,
        (scratch / "known.csv").open("w", encoding="utf-8", newline="") as of_known,
        (scratch / "new.csv").open("w", encoding="utf-8", newline="") as of_new,
    ):
        tables = csv.writer(of_known), csv.writer(of_new)
        for table in tables:
            table.writerow(COLUMNS)
        store.db.execute("PRAGMA foreign_keys = OFF")  # of the candidates only what matching reads is there
        store.db.execute("PRAGMA synchronous = OFF")
        batch: list[tuple[int, Traits]] = []
        for number, entry in zip(range(known + new), World(TEST_SEED).entries(), strict=False):
            is_new = number in chosen
            of_service[entry.service][is_new].append(number)
            tables[is_new].writerow(_row(number, entry))
            (arriving if is_new else batch).append((number, entry.traits))
            if len(batch) == 20_000:
                _insert(store, batch, matcher)
                batch = []
        _insert(store, batch, matcher)
        store.db.conn.executemany(
            "INSERT INTO candidates (id, locality, page_id, name, state, revision, score, first_seen_at, last_seen_at, "
            "changed_at, scope) VALUES (?, ?, 1, '', 'undecided', 1, 0, ?, ?, ?, 'local')",
            [(f"{number:016x}", traits.locality, AT, AT, AT) for number, traits in arriving],
        )
        store.db.conn.commit()
    true = {(a, b) for old, fresh in of_service.values() for a in fresh for b in old}
    return arriving, true


def _insert(store: Store, batch: Sequence[tuple[int, Traits]], matcher: Matcher) -> None:
    """As the store keeps them, many at once."""
    many = store.db.conn.executemany
    with store.transaction():
        many(
            "INSERT INTO traits (n, candidate_id, revision, told, digest) VALUES (?, ?, 1, ?, '')",
            [(number + 1, f"{number:016x}", pack(traits)) for number, traits in batch],
        )
        blocks = [(block, number + 1) for number, traits in batch for block in blocks_of(traits, matcher.words)]
        many("INSERT OR IGNORE INTO trait_blocks (block, n) VALUES (?, ?)", sorted(blocks))
        again = "ON CONFLICT DO UPDATE SET candidates = candidates + 1"
        counted = sorted(told for _, traits in batch for told in borne(traits))
        many(f"INSERT INTO trait_bearers (key, bearer, candidates) VALUES (?, ?, 1) {again}", counted)  # noqa: S608
        words = [(word,) for _, traits in batch for word in set(traits.name)]
        many(f"INSERT INTO trait_words (word, candidates) VALUES (?, 1) {again}", words)  # noqa: S608 (ours)


def _ours(path: Path, arriving: Sequence[tuple[int, Traits]], matcher: Matcher) -> Answer:
    """Finds the likely pairs of each in turn, and keeps it, so that the next is compared with it, too."""
    found: dict[Pair, float] = {}
    fresh = {number for number, _ in arriving}
    slowest = 0.0
    with Store(path, clock=utc_now) as store:
        began, worked = time.perf_counter(), time.process_time()
        for first in range(0, len(arriving), AT_ONCE):
            batch, at = arriving[first : first + AT_ONCE], time.perf_counter()
            with store.transaction():
                told = [(f"{number:016x}", traits) for number, traits in batch]
                pairs = likely_among(store.traits.arriving(matcher), told, matcher)
            slowest = max(slowest, time.perf_counter() - at)
            for (number, _), likely in zip(batch, pairs, strict=True):
                found |= {(number, other): p.score for p in likely if (other := int(p.other, 16)) not in fresh}
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
    return Answer(
        pairs=found,
        seconds=seconds,
        processor=worked,
        note=f"processor time, keeping included; the slowest {AT_ONCE} together {1_000 * slowest:.0f} ms",
    )


def _splink(scratch: Path) -> Answer:
    python = Path(os.environ[PEERS]) / "bin" / "python"
    run = subprocess.run([python, HERE / "matching_peer.py", scratch], check=True, capture_output=True, text=True)
    told = json.loads(run.stdout.splitlines()[-1])
    new = {int(row["unique_id"]) for row in csv.DictReader((scratch / "new.csv").open(encoding="utf-8"))}
    pairs: dict[Pair, float] = {}
    for a, b, weight in told["pairs"]:
        one, other = int(a), int(b)
        if (one in new) != (other in new):
            pairs[(one, other) if one in new else (other, one)] = weight
    return Answer(
        pairs=pairs, seconds=told["seconds"], note=f"{told['version']}; {told['learned']:.0f} s before that to learn"
    )


def score(pairs: dict[Pair, float], true: set[Pair], *, cut: float) -> Found:
    said = {pair for pair, sure in pairs.items() if sure >= cut}
    return Found(right=len(said & true), wrong=len(said - true), missed=len(true - said))


def best_cut(pairs: dict[Pair, float], true: set[Pair]) -> float:
    """The score from which on the pairs have the highest F1: the kindest to whom is asked."""
    right, best, cut = 0, 0.0, 0.0
    ordered = sorted(pairs.items(), key=lambda pair: -pair[1])
    for said, (pair, sure) in enumerate(ordered, 1):
        right += pair in true
        f1 = 2 * right / (said + len(true))
        if f1 > best and (said == len(ordered) or ordered[said][1] < sure):
            best, cut = f1, sure
    return cut


def _row(number: int, entry: Entry) -> Iterable[object]:
    one = entry.traits
    words = sorted(set(one.name))
    first = next((word for word in one.name if len(word) > 3), "")[:4]
    lists = (one.phones, one.emails, one.postcodes, one.streets)
    told = [values[0] if values else "" for values in lists]
    days = [values[0] if values else "" for values in (one.weekdays, one.times, one.charity)]
    provider, name = " ".join(one.provider), " ".join(words)
    return [number, " ".join(one.name), name, name, first, one.locality, *told, provider, one.host, *days]
