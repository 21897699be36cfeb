"""What people said of pairs: append-only judgements, and where a merged candidate points."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.database import Database
from register.errors import NotFoundError
from register.models import Clock
from register.serial import from_text, to_text
from register.store.matching.pairs import PairState, PairTables


class PairVerdict(StrEnum):
    MERGE = "merge"
    APART = "apart"
    PROGRAMME = "programme"
    PLACE = "place"
    UNDO = "undo"


STATES = {
    PairVerdict.MERGE: PairState.MERGED,
    PairVerdict.APART: PairState.APART,
    PairVerdict.PROGRAMME: PairState.PROGRAMME,
    PairVerdict.PLACE: PairState.PLACE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person said of a pair.

    Of a merge, `kept` is the candidate that stays, `taken` the names of the fields that come from the other, `approved`
    the decisions by which those of them that were open were approved. `stood` is the pair's state before; of an undo,
    `undoes` is the judgement that it takes back.
    """

    id: int
    first: str
    second: str
    verdict: PairVerdict
    kept: str
    taken: tuple[str, ...]
    approved: tuple[int, ...]
    stood: PairState
    undoes: int | None
    reviewer: str
    judged_at: datetime
    comment: str
    organisation: bool = False

    @property
    def merged(self) -> str:
        """The candidate that a merge made a pointer; empty for other verdicts."""
        return (self.second if self.kept == self.first else self.first) if self.kept else ""


class JudgementTables:
    def __init__(self, db: Database, clock: Clock, *, pairs: PairTables) -> None:
        self._db, self._clock, self._pairs = db, clock, pairs

    def take_effect(self, judgement: Judgement) -> None:
        """What a kept judgement does to the pair and to where its candidates point: nothing else changes these."""
        state = STATES.get(judgement.verdict)
        if judgement.verdict is PairVerdict.UNDO:
            undone = self.get(judgement.undoes or 0)
            state = undone.stood
            if undone.merged:
                self._point(undone.merged, None)
                self._pairs.disinherit(undone.merged)
        elif judgement.merged:
            self._point(judgement.merged, judgement.kept)
            self._pairs.inherit(judgement.kept, judgement.merged)
        if state is not None:
            self._pairs.set_state(judgement.first, judgement.second, state)

    def find(self, judgement_id: int) -> Judgement | None:
        rows = self._db.query("SELECT * FROM judgements WHERE id = ?", [judgement_id])
        return next((_judgement(row) for row in rows), None)

    def get(self, judgement_id: int) -> Judgement:
        if found := self.find(judgement_id):
            return found
        raise NotFoundError(f"judgement {judgement_id}: there is none")

    def standing(self, first: str, second: str) -> Judgement | None:
        """The last judgement on the pair that nobody took back."""
        return next(iter(self._select("j.first = ? AND j.second = ?", sorted((first, second)))), None)

    def history(self, first: str, second: str) -> tuple[Judgement, ...]:
        """Every judgement on the pair, undone ones and undos too, oldest first."""
        rows = self._db.query(
            "SELECT * FROM judgements WHERE first = ? AND second = ? ORDER BY id", sorted((first, second))
        )
        return tuple(_judgement(row) for row in rows)

    def last_of(self, reviewer: str) -> Judgement | None:
        """The last judgement of that reviewer that nobody took back."""
        return next(iter(self._select("j.reviewer = ?", [reviewer])), None)

    def into(self, kept: str) -> tuple[Judgement, ...]:
        """The merges that point to the candidate, the last one first."""
        return self._select("j.kept = ?", [kept])

    def went_to(self, candidate_id: str) -> str:
        """Where the candidate's id leads: itself, or the one that it was merged into at last."""
        rows = self._db.query(
            "WITH RECURSIVE went(id, next, step) AS (SELECT id, merged_into, 0 FROM candidates WHERE id = ? UNION ALL "
            "SELECT c.id, c.merged_into, step + 1 FROM went JOIN candidates c ON c.id = went.next WHERE step < 1000) "
            "SELECT id FROM went WHERE next IS NULL",
            [candidate_id],
        )
        return next((str(row["id"]) for row in rows), candidate_id)

    def keep(
        self,
        pair: tuple[str, str, PairState],
        verdict: PairVerdict,
        reviewer: str,
        comment: str,
        *,
        kept: str = "",
        taken: tuple[str, ...] = (),
        approved: tuple[int, ...] = (),
        undoes: int | None = None,
        organisation: bool = False,
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO judgements (first, second, verdict, kept, taken, approved, stood, undoes, reviewer, "
            "judged_at, comment, organisation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                pair[0],
                pair[1],
                verdict.value,
                kept,
                json.dumps(taken),
                json.dumps(approved),
                pair[2].value,
                undoes,
                reviewer,
                to_text(self._clock()),
                comment,
                int(organisation),
            ],
        )
        judgement = self.get(int(cursor.lastrowid or 0))
        self.take_effect(judgement)
        return judgement.id

    def _select(self, where: str, parameters: list[str]) -> tuple[Judgement, ...]:
        rows = self._db.query(
            f"SELECT j.* FROM judgements j WHERE {where} AND j.verdict <> 'undo' AND NOT EXISTS "  # noqa: S608 (ours)
            "(SELECT 1 FROM judgements u WHERE u.undoes = j.id) ORDER BY j.id DESC",
            parameters,
        )
        return tuple(_judgement(row) for row in rows)

    def _point(self, candidate_id: str, kept: str | None) -> None:
        self._db.execute("UPDATE candidates SET merged_into = ? WHERE id = ?", [kept, candidate_id])


def _judgement(row: dict[str, str]) -> Judgement:
    return Judgement(
        id=int(row["id"]),
        first=row["first"],
        second=row["second"],
        verdict=PairVerdict(row["verdict"]),
        kept=row["kept"],
        taken=tuple(json.loads(row["taken"])),
        approved=tuple(json.loads(row["approved"])),
        stood=PairState(row["stood"]),
        undoes=int(row["undoes"]) if row["undoes"] else None,
        reviewer=row["reviewer"],
        judged_at=from_text(row["judged_at"]),
        comment=row["comment"],
        organisation=bool(row["organisation"]),
    )
