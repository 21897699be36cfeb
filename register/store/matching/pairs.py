"""Pairs of candidates that are likely one service: what tells them, by which blocks they are found, how they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.database import Database
from register.models import Clock
from register.serial import from_text, to_text


class PairState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    APART = "apart"  # two services; asked again where what tells either changes
    PLACE = "place"  # one programme at another place; as `apart`
    PROGRAMME = "programme"  # the same organisation, another programme; as `apart`


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyPair:
    """What a finder says: how likely this candidate and `other` are one service (`score`), and that their organisation,
    programme and place are the same (0-1 each), with reasons in words."""

    other: str
    score: float
    reasons: tuple[str, ...]
    organisation: float = 0.0
    programme: float = 0.0
    place: float = 0.0

    @property
    def likeliest(self) -> float:
        """How likely it is that something is to be said of the two: one service, or one programme."""
        return max(self.score, self.programme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair as it stands; `first` is the smaller id. `organisation`, `programme` and `place` say how likely each is
    the same on both sides (0-1)."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]
    state: PairState
    found_at: datetime
    organisation: float = 0.0
    programme: float = 0.0
    place: float = 0.0

    def other(self, candidate_id: str) -> str:
        return self.second if candidate_id == self.first else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """A pair as lists show it, with both sides' name, page address, state in the queue, and record (or None).

    `merged` is the side that was merged into the other, "" where neither was; `taken` are the fields that come from it.
    """

    pair: Pair
    locality: str
    names: tuple[str, str]
    urls: tuple[str, str]
    states: tuple[str, str]
    records: tuple[str | None, str | None]
    merged: str
    taken: tuple[str, ...]

    def name_of_other(self, candidate_id: str) -> str:
        return self.names[1] if candidate_id == self.pair.first else self.names[0]


# Both sides may still be the same: neither is rejected, and neither was merged into a third.
LIVING = (
    "a.state <> 'rejected' AND b.state <> 'rejected' AND "
    "(p.state = 'merged' OR (a.merged_into IS NULL AND b.merged_into IS NULL))"
)
ROWS = """
SELECT p.*, a.locality, a.name AS first_name, b.name AS second_name, f.url AS first_url, s.url AS second_url,
  a.state AS first_state, b.state AS second_state,
  CASE WHEN a.merged_into = b.id THEN a.id WHEN b.merged_into = a.id THEN b.id ELSE '' END AS merged,
  CASE WHEN p.state = 'merged' THEN (SELECT j.taken FROM judgements j WHERE j.first = p.first AND j.second = p.second
    AND j.verdict = 'merge' ORDER BY j.id DESC LIMIT 1) END AS taken,
  (SELECT r.id FROM records r WHERE r.candidate_id = a.id AND r.withdrawn_at IS NULL) AS first_record,
  (SELECT r.id FROM records r WHERE r.candidate_id = b.id AND r.withdrawn_at IS NULL) AS second_record
FROM pairs p JOIN candidates a ON a.id = p.first JOIN candidates b ON b.id = p.second
JOIN pages f ON f.id = a.page_id JOIN pages s ON s.id = b.page_id
"""


class PairTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def keep(self, candidate_id: str, found: Iterable[LikelyPair]) -> int:
        """Keeps the likely pairs of a candidate that was just compared; gives how many are to be judged.

        A judged pair is asked again only where what tells either side differs from what was judged. An open pair that
        is no longer likely goes.
        """
        pairs = {tuple(sorted((candidate_id, one.other))): one for one in found}
        for known in self.of_candidate(candidate_id):
            if known.state is PairState.OPEN and (known.first, known.second) not in pairs:
                self._db.execute(
                    "DELETE FROM pairs WHERE first = ? AND second = ? AND via = ''", [known.first, known.second]
                )
        return sum(self._keep_one(first, second, one) for (first, second), one in sorted(pairs.items()))

    def find(self, first: str, second: str) -> Pair | None:
        rows = self._db.query("SELECT * FROM pairs WHERE first = ? AND second = ?", sorted((first, second)))
        return next((_pair(row) for row in rows), None)

    def of_candidate(self, candidate_id: str) -> tuple[Pair, ...]:
        """Every pair that the candidate is one side of, the likeliest first."""
        rows = self._db.query(
            "SELECT * FROM pairs WHERE first = ? UNION SELECT * FROM pairs WHERE second = ? "
            "ORDER BY score DESC, first, second",
            [candidate_id, candidate_id],
        )
        return tuple(_pair(row) for row in rows)

    def rows_of(self, candidate_id: str) -> tuple[PairRow, ...]:
        """The same as lists show them; those that can no longer be the same are left out."""
        rows = self._db.query(
            f"{ROWS} WHERE (p.first = ? OR p.second = ?) AND {LIVING} ORDER BY p.score DESC, p.first, p.second",
            [candidate_id, candidate_id],
        )
        return tuple(_row(row) for row in rows)

    def rows(
        self, *, state: PairState = PairState.OPEN, locality: str = "", limit: int = 50, offset: int = 0
    ) -> tuple[PairRow, ...]:
        """The likeliest first; pairs that can no longer be the same are left out."""
        rows = self._db.query(
            f"{ROWS} WHERE p.state = ? AND ? IN ('', a.locality) AND {LIVING} "
            "ORDER BY p.score DESC, p.first, p.second LIMIT ? OFFSET ?",
            [state.value, locality, limit, offset],
        )
        return tuple(_row(row) for row in rows)

    def counts(self, locality: str = "") -> dict[str, int]:
        """Pairs by state, zero included; as `rows` lists them."""
        rows = self._db.query(
            "SELECT p.state, count(*) AS n FROM pairs p JOIN candidates a ON a.id = p.first "  # noqa: S608 (ours)
            f"JOIN candidates b ON b.id = p.second WHERE ? IN ('', a.locality) AND {LIVING} GROUP BY p.state",
            [locality],
        )
        found = {row["state"]: row["n"] for row in rows}
        return {state.value: found.get(state.value, 0) for state in PairState}

    def next_open(self, after: Pair | None, *, locality: str = "") -> Pair | None:
        """The open pair that follows in the list; the first of all behind the last."""
        place = (after.score, after.first, after.second) if after else (2.0, "", "")
        order = "ORDER BY p.score DESC, p.first, p.second LIMIT 1"
        where = f"{ROWS} WHERE p.state = 'open' AND ? IN ('', a.locality) AND {LIVING}"
        behind = "AND (-p.score, p.first, p.second) > (?, ?, ?)"
        rows = [
            *self._db.query(f"{where} {behind} {order}", [locality, -place[0], *place[1:]]),
            *self._db.query(f"{where} {order}", [locality]),
        ]
        return next((_pair(row) for row in rows if (row["first"], row["second"]) != place[1:]), None)

    def set_state(self, first: str, second: str, state: PairState) -> None:
        """How the pair stands now; what tells its two sides now is what that was said of."""
        self._db.execute(
            "UPDATE pairs SET state = ?, "
            "first_digest = coalesce((SELECT digest FROM traits WHERE candidate_id = first), ''), "
            "second_digest = coalesce((SELECT digest FROM traits WHERE candidate_id = second), '') "
            "WHERE first = ? AND second = ?",
            [state.value, first, second],
        )

    def inherit(self, kept: str, merged: str) -> None:
        """What was likely the same as the merged one, and is no pair with the kept one, is to be judged with that."""
        for known in self.of_candidate(merged):
            third = known.other(merged)
            if known.state is not PairState.OPEN or third == kept or self.find(kept, third):
                continue
            self._db.execute(
                "INSERT INTO pairs (first, second, score, reasons, state, first_digest, second_digest, found_at, via, "
                "organisation, programme, place) VALUES (?, ?, ?, ?, 'open', '', '', ?, ?, ?, ?, ?)",
                [
                    *sorted((kept, third)),
                    known.score,
                    json.dumps((*known.reasons, "as the one merged into it"), ensure_ascii=False),
                    to_text(known.found_at),
                    merged,
                    known.organisation,
                    known.programme,
                    known.place,
                ],
            )

    def disinherit(self, merged: str) -> None:
        """Takes back those of them that nobody judged."""
        self._db.execute("DELETE FROM pairs WHERE via = ? AND state = 'open'", [merged])

    def _keep_one(self, first: str, second: str, found: LikelyPair) -> bool:
        digests = [self._digest(one) for one in (first, second)]
        now = to_text(self._clock())
        aspects = [found.organisation, found.programme, found.place]
        self._db.execute(
            "INSERT INTO pairs (first, second, score, reasons, state, first_digest, second_digest, found_at, "
            "organisation, programme, place) VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (first, second) DO UPDATE SET score = excluded.score, "
            "organisation = excluded.organisation, programme = excluded.programme, place = excluded.place, "
            "reasons = excluded.reasons, found_at = CASE WHEN pairs.state IN ('apart', 'programme', 'place') THEN "
            "excluded.found_at ELSE pairs.found_at END, state = CASE WHEN pairs.state = 'merged' THEN 'merged' "
            "ELSE 'open' END, first_digest = excluded.first_digest, second_digest = excluded.second_digest "
            "WHERE pairs.state = 'open' OR pairs.first_digest <> excluded.first_digest OR "
            "pairs.second_digest <> excluded.second_digest",
            [first, second, found.score, json.dumps(found.reasons, ensure_ascii=False), *digests, now, *aspects],
        )
        kept = self.find(first, second)
        return kept is not None and kept.state is PairState.OPEN

    def _digest(self, candidate_id: str) -> str:
        rows = self._db.query("SELECT digest FROM traits WHERE candidate_id = ?", [candidate_id])
        return next((row["digest"] for row in rows), "")


def _pair(row: dict[str, str]) -> Pair:
    return Pair(
        first=row["first"],
        second=row["second"],
        score=float(row["score"]),
        reasons=tuple(json.loads(row["reasons"])),
        state=PairState(row["state"]),
        found_at=from_text(row["found_at"]),
        organisation=float(row["organisation"]),
        programme=float(row["programme"]),
        place=float(row["place"]),
    )


def _row(row: dict[str, str]) -> PairRow:
    return PairRow(
        pair=_pair(row),
        locality=row["locality"],
        names=(row["first_name"], row["second_name"]),
        urls=(row["first_url"], row["second_url"]),
        states=(row["first_state"], row["second_state"]),
        records=(row["first_record"], row["second_record"]),
        merged=row["merged"],
        taken=tuple(json.loads(row["taken"] or "[]")),
    )
