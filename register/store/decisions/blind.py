"""Blind reviews: what is decided again by somebody else, or is wrong on purpose; who has it, and what they answered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from register.codes.vocabulary import Status
from register.database import Database
from register.errors import NotFoundError
from register.models import RECORD, Clock, Evidence, Value
from register.serial import dump_evidence, dump_value, from_text, load_evidence, load_value, to_text

LAPSES_AFTER = timedelta(days=7)  # what its reviewer never finished goes to somebody else


class BlindKind(StrEnum):
    SECOND = "second"
    KNOWN_WRONG = "known_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindReview:
    """A copy that `reviewer` has under the name `key`, of `candidate_id` as it was proposed at `revision`.

    `decision_id` is the decision on the whole record that it is about. `before_id` is the candidate in whose place it
    was served, empty where none was left. `state` is open, finished, or lapsed.
    """

    key: str
    kind: BlindKind
    candidate_id: str
    revision: int
    decision_id: int
    locality: str
    reviewer: str
    before_id: str
    served_at: datetime
    state: str = "open"
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindAnswer:
    """What one side (first or second) of a blind review said of a field, or of the record as a whole.

    `verdict` is that of the decision, `status` and `value` what the field held then (of the record: nothing).
    """

    side: str
    reviewer: str
    field: str
    verdict: str
    status: Status
    value: Value
    evidence: tuple[Evidence, ...]
    comment: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReview:
    """A decision on a whole record that somebody else is to take again."""

    decision_id: int
    candidate_id: str
    revision: int
    locality: str


# Decided as a whole, and still as it was decided then.
STANDS = """
c.id = d.candidate_id AND c.merged_into IS NULL AND c.state IN ('accepted', 'rejected') AND c.revision = d.revision
  AND d.decision_id = (SELECT max(x.id) FROM decisions x WHERE x.candidate_id = d.candidate_id AND x.field = 'record')
"""
DUE = f"""
SELECT d.decision_id, d.candidate_id, d.revision, d.locality FROM second_reviews_due d JOIN candidates c ON {STANDS}
WHERE 1
"""  # noqa: S608 (ours)
# The reviewer never decided on it, never had a copy of it, and has not looked at it since anybody decided.
UNSEEN = """
  AND NOT EXISTS (SELECT 1 FROM decisions x WHERE x.candidate_id = c.id AND x.reviewer = :reviewer)
  AND NOT EXISTS (SELECT 1 FROM blind_reviews b WHERE b.candidate_id = c.id AND b.reviewer = :reviewer)
  AND NOT EXISTS (SELECT 1 FROM openings o WHERE o.candidate_id = c.id AND o.reviewer = :reviewer
    AND o.opened_at >= (SELECT min(x.decided_at) FROM decisions x WHERE x.candidate_id = c.id))
  AND NOT EXISTS (SELECT 1 FROM known_wrong k WHERE k.candidate_id = c.id)
"""


def falls_in(share: float, name: str) -> bool:
    """Whether a thing of that name falls into a share (0-1) of all; the same name always falls alike."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) < share * 2**64


class BlindTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def draw(self, *, share: float, pilots: Collection[str]) -> int:
        """Draws which of the decisions since the last drawing are to be taken again: all of a pilot, a share of the
        others by a hash of candidate and revision. Gives how many; stands in a transaction of its caller."""
        rows = list(self._db.query("SELECT decision_id FROM second_reviews_drawn"))
        last = rows[0]["decision_id"] if rows else 0
        decided = self._db.query(
            "SELECT d.id, d.candidate_id, d.revision, c.locality FROM decisions d JOIN candidates c ON "
            "c.id = d.candidate_id WHERE d.id > ? AND d.field = ? AND d.verdict IN ('approve', 'reject') "
            "AND d.id NOT IN (SELECT decision_id FROM retirements) ORDER BY d.id",
            [last, RECORD],
        )
        drawn = [
            [row["id"], row["candidate_id"], row["revision"], row["locality"]]
            for row in decided
            if row["locality"] in pilots or falls_in(share, f"{row['candidate_id']} {row['revision']}")
        ]
        for values in drawn:
            self._db.execute("INSERT OR IGNORE INTO second_reviews_due VALUES (?, ?, ?, ?)", values)
        self._db.execute(
            "INSERT OR REPLACE INTO second_reviews_drawn SELECT 1, coalesce(max(id), 0) FROM decisions", []
        )
        self._db.execute(
            f"DELETE FROM second_reviews_due AS d WHERE NOT EXISTS (SELECT 1 FROM candidates c WHERE {STANDS})"  # noqa: S608 (ours)
        )
        return len(drawn)

    def undrawn(self) -> bool:
        """Whether anybody decided anything since the last drawing."""
        rows = self._db.query(
            "SELECT coalesce(max(id), 0) > coalesce((SELECT decision_id FROM second_reviews_drawn), 0) AS some "
            "FROM decisions"
        )
        return bool(next(rows)["some"])

    def due(self, reviewer: str, *, localities: Collection[str] = ()) -> DueReview | None:
        """The oldest decision that is to be taken again and that this reviewer knows nothing of; of these localities,
        or of any where none are given."""
        near = f"AND d.locality IN ({', '.join(f':l{n}' for n in range(len(localities)))})" if localities else ""
        named = {f"l{n}": locality for n, locality in enumerate(localities)} | {"reviewer": reviewer}
        rows = self._db.query(f"{DUE} {UNSEEN} {near} ORDER BY d.decision_id LIMIT 1", named)
        return next((DueReview(**row) for row in rows), None)

    def count_due(self) -> int:
        """How many decisions wait for somebody who takes them again."""
        return int(next(self._db.query(f"SELECT count(*) AS n FROM ({DUE})"))["n"])  # noqa: S608 (ours)

    def add(self, review: BlindReview) -> None:
        """Keeps who was given what; it is due no more."""
        self._db.execute("DELETE FROM second_reviews_due WHERE decision_id = ?", [review.decision_id])
        self._db.execute(
            "INSERT INTO blind_reviews (key, kind, candidate_id, revision, decision_id, locality, reviewer, before_id, "
            "served_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                review.key,
                review.kind.value,
                review.candidate_id,
                review.revision,
                review.decision_id,
                review.locality,
                review.reviewer,
                review.before_id,
                to_text(review.served_at),
            ],
        )

    def find(self, key: str) -> BlindReview | None:
        return next(iter(self._reviews("WHERE key = ?", [key])), None)

    def get(self, key: str) -> BlindReview:
        if found := self.find(key):
            return found
        raise NotFoundError(f"review {key}: there is none in this register")

    def open_of(self, reviewer: str) -> tuple[BlindReview, ...]:
        """What the reviewer was given and has not finished, the oldest first."""
        return self._reviews("WHERE reviewer = ? AND state = 'open' ORDER BY served_at, key", [reviewer])

    def all(self, kind: BlindKind, *, state: str = "finished") -> tuple[BlindReview, ...]:
        return self._reviews("WHERE kind = ? AND state = ? ORDER BY finished_at, key", [kind.value, state])

    def was_given(self, reviewer: str, *, before: str) -> bool:
        """Whether the reviewer was given something in the place of that candidate already."""
        rows = self._db.query(
            "SELECT 1 AS one FROM blind_reviews WHERE reviewer = ? AND before_id = ? LIMIT 1", [reviewer, before]
        )
        return next(iter(rows), None) is not None

    def last_on_record(self, candidate_id: str) -> int:
        """The id of the last decision on the candidate as a whole; 0 where there is none."""
        rows = self._db.query(
            "SELECT coalesce(max(id), 0) AS id FROM decisions WHERE candidate_id = ? AND field = ?",
            [candidate_id, RECORD],
        )
        return int(next(rows)["id"])

    def hidden_from(self, reviewer: str) -> dict[str, str]:
        """The candidates that this reviewer must not see decided yet, each with the name of the reviewer's copy: what
        they have open, and what they disagreed on until somebody settles it."""
        rows = self._db.query(
            "SELECT b.candidate_id, b.key FROM blind_reviews b LEFT JOIN disputes d ON d.key = b.key "
            "WHERE b.reviewer = ? AND (b.state = 'open' OR (d.key IS NOT NULL AND d.settled_at IS NULL))",
            [reviewer],
        )
        return {row["candidate_id"]: row["key"] for row in rows}

    def lapse(self) -> None:
        """Takes back what was served too long ago; what was to be taken again is due again, for somebody else."""
        before = to_text(self._clock() - LAPSES_AFTER)
        late = "FROM blind_reviews WHERE state = 'open' AND served_at < ?"
        self._db.execute(
            f"INSERT OR IGNORE INTO second_reviews_due SELECT decision_id, candidate_id, revision, locality {late} "
            "AND kind = 'second'",
            [before],
        )
        self._db.execute("UPDATE blind_reviews SET state = 'lapsed' WHERE state = 'open' AND served_at < ?", [before])

    def set_state(self, key: str, state: str) -> None:
        finished = to_text(self._clock()) if state == "finished" else None
        self._db.execute("UPDATE blind_reviews SET state = ?, finished_at = ? WHERE key = ?", [state, finished, key])

    def keep_answers(self, key: str, answers: Collection[BlindAnswer]) -> int:
        """Keeps what both sides said, as one more attempt; gives its number, from 1."""
        rows = self._db.query("SELECT coalesce(max(attempt), 0) + 1 AS n FROM blind_answers WHERE key = ?", [key])
        attempt = int(next(rows)["n"])
        for one in answers:
            self._db.execute(
                "INSERT INTO blind_answers (key, attempt, side, reviewer, field, verdict, status, value, evidence, "
                "comment, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    key,
                    attempt,
                    one.side,
                    one.reviewer,
                    one.field,
                    one.verdict,
                    one.status.value,
                    dump_value(one.value),
                    dump_evidence(one.evidence),
                    one.comment,
                    to_text(one.decided_at),
                ],
            )
        return attempt

    def answers(self, key: str, *, first_attempt: bool = False) -> tuple[BlindAnswer, ...]:
        """What both sides said at the last attempt, or at the first."""
        which = "min" if first_attempt else "max"
        rows = self._db.query(
            f"SELECT * FROM blind_answers WHERE key = ? AND attempt = (SELECT {which}(attempt) FROM "  # noqa: S608 (ours)
            "blind_answers WHERE key = ?) ORDER BY id",
            [key, key],
        )
        return tuple(_answer(row) for row in rows)

    def said(self, *, locality: str = "") -> Iterator[tuple[str, str, str, str, Value]]:
        """What both sides of each finished second review said at the last attempt: its key, the side, the field, the
        verdict, and the value that the field held then (None where it was said to have none)."""
        rows = self._db.query(
            "SELECT a.key, a.side, a.field, a.verdict, a.value FROM blind_reviews b JOIN blind_answers a ON "
            "a.key = b.key AND a.attempt = (SELECT max(x.attempt) FROM blind_answers x WHERE x.key = b.key) "
            "WHERE b.kind = 'second' AND b.state = 'finished' AND ? IN ('', b.locality) ORDER BY a.id",
            [locality],
        )
        for row in rows:
            yield row["key"], row["side"], row["field"], row["verdict"], load_value(row["value"])

    def _reviews(self, clause: str, parameters: list[str]) -> tuple[BlindReview, ...]:
        rows = self._db.query(f"SELECT * FROM blind_reviews {clause}", parameters)  # noqa: S608 (clauses are ours)
        return tuple(_review(row) for row in rows)


def _review(row: dict[str, str]) -> BlindReview:
    return BlindReview(
        key=row["key"],
        kind=BlindKind(row["kind"]),
        candidate_id=row["candidate_id"],
        revision=int(row["revision"]),
        decision_id=int(row["decision_id"]),
        locality=row["locality"],
        reviewer=row["reviewer"],
        before_id=row["before_id"],
        served_at=from_text(row["served_at"]),
        state=row["state"],
        finished_at=from_text(row["finished_at"]) if row["finished_at"] else None,
    )


def _answer(row: dict[str, str]) -> BlindAnswer:
    return BlindAnswer(
        side=row["side"],
        reviewer=row["reviewer"],
        field=row["field"],
        verdict=row["verdict"],
        status=Status(row["status"]),
        value=load_value(row["value"]),
        evidence=load_evidence(row["evidence"]),
        comment=row["comment"],
        decided_at=from_text(row["decided_at"]),
    )
