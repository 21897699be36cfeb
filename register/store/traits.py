"""What tells each candidate, and the numbers by which others like it are found without a scan."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from register.database import Database
from register.matching.blocks import ENOUGH, blocks_of, number_of
from register.matching.comparing import MANY, Ground
from register.matching.counting import borne
from register.matching.scoring import Matcher, rarity_of
from register.matching.traits import Traits, build, pack, unpack
from register.serial import digest

LARGEST_BLOCK = 60  # candidates; what more of them share tells none of them
MOST_OTHERS = 60  # candidates that one is compared with: those that it shares most with


class TraitTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def to_compare(self, locality: str) -> tuple[str, ...]:
        """Candidates of the locality whose latest revision was not compared with the others yet."""
        rows = self._db.query(
            "SELECT c.id FROM candidates c LEFT JOIN traits t ON t.candidate_id = c.id "
            "WHERE c.locality = ? AND (t.revision IS NULL OR t.revision <> c.revision) ORDER BY c.id",
            [locality],
        )
        return tuple(row["id"] for row in rows)

    def keep(self, candidate_id: str, told: Traits, matcher: Matcher) -> None:
        """Keeps what tells the candidate's latest revision, in the place of what told an earlier one."""
        line = pack(told)
        known = list(self._db.conn.execute("SELECT n, told FROM traits WHERE candidate_id = ?", [candidate_id]))
        for _, before in known:
            if before == line:
                self._db.execute(
                    "UPDATE traits SET revision = (SELECT revision FROM candidates WHERE id = candidate_id) "
                    "WHERE candidate_id = ?",
                    [candidate_id],
                )
                return
        for n, before in known:
            self._forget(n, unpack(before), matcher)
        self._db.execute(
            "INSERT INTO traits (candidate_id, revision, told, digest) SELECT id, revision, ?, ? FROM candidates "
            "WHERE id = ? ON CONFLICT (candidate_id) DO UPDATE SET revision = excluded.revision, "
            "told = excluded.told, digest = excluded.digest",
            [line, digest(line), candidate_id],
        )
        row = next(self._db.conn.execute("SELECT n FROM traits WHERE candidate_id = ?", [candidate_id]))
        self._add(row[0], told, matcher)

    def _add(self, n: int, told: Traits, matcher: Matcher) -> None:
        many = self._db.conn.executemany
        blocks = [(block, n) for block in blocks_of(told, matcher.words)]
        many("INSERT OR IGNORE INTO trait_blocks (block, n) VALUES (?, ?)", blocks)
        many(
            "INSERT INTO trait_bearers (key, bearer, candidates) VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET candidates = candidates + 1",
            list(borne(told)),
        )
        many(
            "INSERT INTO trait_words (word, candidates) VALUES (?, 1) "
            "ON CONFLICT DO UPDATE SET candidates = candidates + 1",
            [(word,) for word in set(told.name)],
        )

    def _forget(self, n: int, told: Traits, matcher: Matcher) -> None:
        many = self._db.conn.executemany
        blocks = [(block, n) for block in blocks_of(told, matcher.words)]
        many("DELETE FROM trait_blocks WHERE block = ? AND n = ?", blocks)
        counted = list(borne(told))
        many("UPDATE trait_bearers SET candidates = candidates - 1 WHERE key = ? AND bearer = ?", counted)
        many("DELETE FROM trait_bearers WHERE key = ? AND bearer = ? AND candidates <= 0", counted)
        words = [(word,) for word in set(told.name)]
        many("UPDATE trait_words SET candidates = candidates - 1 WHERE word = ?", words)
        many("DELETE FROM trait_words WHERE word = ? AND candidates <= 0", words)

    def like(
        self, told: Traits, matcher: Matcher, *, but: str = "", worth: Callable[[tuple[str, ...]], bool] = bool
    ) -> Iterator[tuple[str, Traits]]:
        """(candidate id, traits) of those to compare with: they share a telling block, or two of the others, and the
        words of their name are `worth` it.

        At most LARGEST_BLOCK rows of each block and MOST_OTHERS candidates are read, however many there are.
        """
        shared: defaultdict[int, int] = defaultdict(int)
        read = self._db.conn.execute
        for block in blocks_of(told, matcher.words):
            found = read("SELECT n FROM trait_blocks WHERE block = ? LIMIT ?", [block, LARGEST_BLOCK + 1]).fetchall()
            if len(found) <= LARGEST_BLOCK:
                weight = 2 if block & ENOUGH else 1
                for (n,) in found:
                    shared[n] += weight
        chosen = [n for n, weight in shared.items() if weight >= 2]
        if len(chosen) > MOST_OTHERS:
            chosen = sorted(chosen, key=lambda n: (-shared[n], n))[: MOST_OTHERS + 1]
        holes = ", ".join("?" * len(chosen))
        for other, line in read(f"SELECT candidate_id, told FROM traits WHERE n IN ({holes})", chosen):  # noqa: S608 (holes)
            if other != but and worth(tuple((parts := json.loads(line))[1])):
                yield other, build(parts)

    def ground(self, matcher: Matcher) -> Ground:
        """What comparing asks of the register; answers are kept for as long as the ground is used."""
        total = next(self._db.conn.execute("SELECT coalesce(max(n), 0) FROM traits"))[0]
        bearers, words = lru_cache(maxsize=50_000)(self._bearers), lru_cache(maxsize=50_000)(self._with_word)
        return matcher.ground(rarity=rarity_of(words, total), bearers=bearers)

    def digest(self, candidate_id: str) -> str:
        """Of what tells the candidate now; "" where it was not compared yet."""
        rows = self._db.query("SELECT digest FROM traits WHERE candidate_id = ?", [candidate_id])
        return next((row["digest"] for row in rows), "")

    def get(self, candidate_id: str) -> Traits | None:
        rows = self._db.query("SELECT told FROM traits WHERE candidate_id = ?", [candidate_id])
        return next((unpack(row["told"]) for row in rows), None)

    def _bearers(self, key: str) -> int:
        rows = self._db.conn.execute("SELECT 1 FROM trait_bearers WHERE key = ? LIMIT ?", [number_of(key), MANY])
        return len(rows.fetchall())

    def _with_word(self, word: str) -> int:
        rows: Iterable[tuple[int]] = self._db.conn.execute("SELECT candidates FROM trait_words WHERE word = ?", [word])
        return next((row[0] for row in rows), 0)
