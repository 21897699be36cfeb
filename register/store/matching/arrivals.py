"""Candidates that arrive one after the other: each is compared with what was there before it, and all that is kept of
them is written at once.

Each sees the register as it was when it came, those before it in the batch included, so that five hundred at once are
told what each alone would have been told.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import chain
from typing import TypeVar

from register.database import Database
from register.matching.blocks import ENOUGH, blocks_of, number_of
from register.matching.comparing import MANY, Ground
from register.matching.counting import borne
from register.matching.scoring import Matcher, rarity
from register.matching.traits import Traits, name_in, pack, unpack
from register.serial import digest

LARGEST_BLOCK = 60  # candidates; what more of them share tells none of them
MOST_OTHERS = 60  # candidates that one is compared with: those that it shares most with
MEMBERS = (  # a row a block: who is in it as "1,7", NULL where nobody is, and "" where too many are
    "SELECT j.value, (SELECT CASE WHEN count(*) > ? THEN '' ELSE group_concat(n) END FROM "
    "(SELECT n FROM trait_blocks WHERE block = j.value LIMIT ?)) FROM json_each(?) j"
)
CROWDED = (0,) * (LARGEST_BLOCK + 1)  # in the place of the members of a block that is passed over
ADD = "ON CONFLICT DO UPDATE SET candidates = candidates + excluded.candidates"
Key = TypeVar("Key")
Held = TypeVar("Held")


class Arrivals:
    """What is read of the register is read once, so it stands within one transaction, with `write` at its end."""

    def __init__(self, db: Database, matcher: Matcher) -> None:
        self._db, self._matcher = db, matcher
        self._last: int = next(db.conn.execute("SELECT coalesce(max(n), 0) FROM traits"))[0]
        self._members: dict[int, tuple[int, ...]] = {}  # what the register has; what is new stands beside it
        self._counted: dict[int, frozenset[int]] = {}
        self._worded: dict[str, int] = {}
        self._told: dict[int, tuple[str, str]] = {}  # (candidate, line) by n
        self._new: dict[str, int] = {}  # n by candidate
        self._new_members: defaultdict[int, list[int]] = defaultdict(list)
        self._new_bearers: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._new_words: Counter[str] = Counter()
        self.ground: Ground = matcher.ground(
            rarity=lambda word: rarity(self._with_word(word), self._last),
            bearers=lambda key: self._bearers(number_of(key)),
        )

    def read_blocks(self, told: Iterable[Traits]) -> list[tuple[int, ...]]:
        """The blocks by which each is found; who is in them is read at once."""
        found = [blocks_of(one, self._matcher.words) for one in told]
        self._read_members({block for blocks in found for block in blocks} - self._members.keys())
        return found

    def keep(self, candidate_id: str, told: Traits, blocks: tuple[int, ...]) -> None:
        """Keeps what tells the candidate's latest revision, in the place of what told an earlier one."""
        line, known = pack(told), self._known(candidate_id)
        if known and known[1] == line:
            self._told[known[0]] = (candidate_id, line)
            self._new[candidate_id] = known[0]
            return
        if known:
            self._forget(known[0], unpack(known[1]))
            n = known[0]
        else:
            n = self._last = self._last + 1
        self._new[candidate_id], self._told[n] = n, (candidate_id, line)
        for block in blocks:
            self._new_members[block].append(n)
        for key, bearer in borne(told):
            self._new_bearers[key][bearer] += 1
        self._new_words.update(set(told.name))

    def like(
        self, blocks: Iterable[int], *, but: str, names: Callable[[tuple[str, ...]], str]
    ) -> Iterator[tuple[str, Traits, str]]:
        """(candidate id, traits, how the names compare) of those to compare with: they share a telling block that few
        are in, or two others, and `names` gives a level, "" where nothing makes up for their name.

        At most LARGEST_BLOCK rows of each block and MOST_OTHERS candidates are read, however many there are.
        """
        mine, shared = self._new.get(but, 0), defaultdict[int, int](int)
        for block in blocks:
            members = self._in_block(block)
            weight = 2 if block & ENOUGH and len(members) <= MANY else 1
            for n in members:
                shared[n] += weight
        chosen = [n for n, weight in shared.items() if weight >= 2 and n != mine]
        if len(chosen) > MOST_OTHERS:
            chosen = sorted(chosen, key=lambda n: (-shared[n], n))[:MOST_OTHERS]
        self._read([n for n in chosen if n not in self._told])
        for n in chosen:
            other, line = self._told[n]
            if level := names(name_in(line)):
                yield other, unpack(line), level

    def write(self) -> None:
        """Writes what was kept since; the next candidate may follow."""
        many = self._db.conn.executemany
        lines = ((n, key, line := self._told[n][1], digest(line)) for key, n in self._new.items())
        many(
            "INSERT INTO traits (n, candidate_id, revision, told, digest) SELECT ?, id, revision, ?, ? FROM candidates "
            "WHERE id = ? ON CONFLICT (candidate_id) DO UPDATE SET revision = excluded.revision, "
            "told = excluded.told, digest = excluded.digest",
            [(n, line, of_line, key) for n, key, line, of_line in lines],
        )
        many(
            "INSERT OR IGNORE INTO trait_blocks (block, n) VALUES (?, ?)",
            sorted((block, n) for block, members in self._new_members.items() for n in members),
        )
        many(
            f"INSERT INTO trait_bearers (key, bearer, candidates) VALUES (?, ?, ?) {ADD}",  # noqa: S608 (ours)
            sorted((key, bearer, n) for key, bearers in self._new_bearers.items() for bearer, n in bearers.items()),
        )
        words = sorted(self._new_words.items())
        many(f"INSERT INTO trait_words (word, candidates) VALUES (?, ?) {ADD}", words)  # noqa: S608 (ours)
        _drop(self._members, self._new_members)
        _drop(self._counted, self._new_bearers)
        _drop(self._worded, self._new_words)
        for fresh in (self._new_members, self._new_bearers, self._new_words):
            fresh.clear()
        self._new.clear()

    def _known(self, candidate_id: str) -> tuple[int, str] | None:
        if candidate_id in self._new:
            n = self._new[candidate_id]
            return n, self._told[n][1]
        rows = self._db.conn.execute("SELECT n, told FROM traits WHERE candidate_id = ?", [candidate_id])
        return next(iter(rows), None)

    def _forget(self, n: int, told: Traits) -> None:
        """Takes out of the register by what it was found until now; what is new goes in first, so that it is found."""
        self.write()
        many, blocks = self._db.conn.executemany, blocks_of(told, self._matcher.words)
        many("DELETE FROM trait_blocks WHERE block = ? AND n = ?", [(block, n) for block in blocks])
        counted, words = list(borne(told)), [(word,) for word in set(told.name)]
        many("UPDATE trait_bearers SET candidates = candidates - 1 WHERE key = ? AND bearer = ?", counted)
        many("DELETE FROM trait_bearers WHERE key = ? AND bearer = ? AND candidates <= 0", counted)
        many("UPDATE trait_words SET candidates = candidates - 1 WHERE word = ?", words)
        many("DELETE FROM trait_words WHERE word = ? AND candidates <= 0", words)
        _drop(self._members, blocks)
        _drop(self._counted, (key for key, _ in counted))
        _drop(self._worded, told.name)

    def _in_block(self, block: int) -> tuple[int, ...]:
        """Who is found by the block; nobody where too many are."""
        if block not in self._members:
            self._read_members({block})
        known = self._members[block]
        if fresh := self._new_members.get(block):
            known = (*known, *fresh)
        return known if len(known) <= LARGEST_BLOCK else ()

    def _read_members(self, blocks: Set[int]) -> None:
        rows = self._db.conn.execute(MEMBERS, [LARGEST_BLOCK, LARGEST_BLOCK + 1, json.dumps(sorted(blocks))])
        for block, members in rows:
            nobody_read = () if members is None else CROWDED
            self._members[block] = tuple(map(int, members.split(","))) if members else nobody_read

    def _read(self, numbers: list[int]) -> None:
        holes = ", ".join("?" * len(numbers))
        rows = self._db.conn.execute(
            f"SELECT n, candidate_id, told FROM traits WHERE n IN ({holes})",  # noqa: S608 (holes)
            numbers,
        )
        self._told.update((n, (candidate, line)) for n, candidate, line in rows)

    def _bearers(self, key: int) -> int:
        known = self._counted.get(key)
        if known is None:
            rows = self._db.conn.execute("SELECT bearer FROM trait_bearers WHERE key = ? LIMIT ?", [key, MANY])
            known = self._counted[key] = frozenset(chain.from_iterable(rows))
        fresh = self._new_bearers.get(key)
        return min(MANY, len(known.union(fresh) if fresh else known))

    def _with_word(self, word: str) -> int:
        known = self._worded.get(word)
        if known is None:
            rows = self._db.conn.execute("SELECT candidates FROM trait_words WHERE word = ?", [word])
            known = self._worded[word] = next((int(row[0]) for row in rows), 0)
        return known + self._new_words.get(word, 0)


def _drop(cached: dict[Key, Held], keys: Iterable[Key]) -> None:
    for key in keys:
        cached.pop(key, None)
