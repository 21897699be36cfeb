"""What reviewers decided, as the machine may learn from it: never what is open, and never what is known to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from register.database import Database
from register.models import Candidate, Clock, DecisionVerdict
from register.serial import from_text, load_candidate, load_value, to_text
from register.vocabulary import SCHEMES

CODE_FIELDS = tuple(f"code.{scheme}" for scheme in SCHEMES)
# The service's own words: the parts of the page that its draft spans, a line each.
OWN_WORDS = """
(SELECT group_concat(substr(v.text, json_extract(s.value, '$[0]') + 1,
   json_extract(s.value, '$[1]') - json_extract(s.value, '$[0]')), char(10)) FROM json_each(r.draft, '$.spans') s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCodes:
    """A decision that stands on the codes of one scheme: the draft that the reviewer saw, the version of the page that
    it was drawn from, and the codes that stand since (none where they were rejected or not stated)."""

    id: int
    scheme: str
    verdict: DecisionVerdict
    codes: tuple[str, ...]
    draft: Candidate
    version_id: int
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """A candidate that was decided, as a later one is compared with it: its name, its own words, and what was decided
    when and by whom; `accepted` is False where it was rejected as a whole."""

    id: str
    name: str
    words: str
    accepted: bool
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    decided_by: str
    decided_at: datetime


class LearningTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def note_known_wrong(self, candidate_id: str, field: str) -> None:
        """Marks a proposal that is known to be wrong, put into the queue to see whether it is noticed."""
        self._db.execute(
            "INSERT INTO known_wrong (candidate_id, field, noted_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [candidate_id, field, to_text(self._clock())],
        )

    def decided_codes(self) -> Iterator[DecidedCodes]:
        """Every decision on codes that stands, oldest first; proposals known to be wrong left out."""
        holes = ", ".join("?" * len(CODE_FIELDS))
        rows = self._db.query(
            "SELECT d.id, f.name, f.state, CASE f.state WHEN 'edit' THEN d.value ELSE "  # noqa: S608 (names are ours)
            "coalesce(json_extract(f.proposal, '$.value'), 'null') END AS codes, r.draft, r.version_id, d.decided_at "
            "FROM fields f JOIN decisions d ON d.id = f.decision_id JOIN revisions r ON "
            "r.candidate_id = d.candidate_id AND r.revision = d.revision "
            f"WHERE f.name IN ({holes}) AND f.state <> 'open' AND NOT EXISTS "
            "(SELECT 1 FROM known_wrong k WHERE k.candidate_id = f.candidate_id AND k.field = f.name) "
            "ORDER BY d.id, f.name",
            list(CODE_FIELDS),
        )
        for row in rows:
            verdict = DecisionVerdict(row["state"])
            stand = verdict in (DecisionVerdict.APPROVE, DecisionVerdict.EDIT)
            value = load_value(row["codes"]) if stand else None
            yield DecidedCodes(
                id=row["id"],
                scheme=row["name"].partition(".")[2],
                verdict=verdict,
                codes=value if isinstance(value, tuple) else (),
                draft=load_candidate(row["draft"]),
                version_id=row["version_id"],
                decided_at=from_text(row["decided_at"]),
            )

    def undecided(self) -> tuple[str, ...]:
        """Ids of the candidates that wait for their first decision as a whole."""
        return tuple(r["id"] for r in self._db.query("SELECT id FROM candidates WHERE state = 'undecided' ORDER BY id"))

    def last_decision(self) -> int:
        """The id of the latest decision of all; 0 where nobody has decided yet."""
        return int(next(self._db.query("SELECT coalesce(max(id), 0) AS id FROM decisions"))["id"])

    def decided_after(self, decision_id: int) -> tuple[str, ...]:
        """Ids of the candidates on which something was decided after that decision."""
        rows = self._db.query(
            "SELECT DISTINCT candidate_id FROM decisions WHERE id > ? ORDER BY candidate_id", [decision_id]
        )
        return tuple(row["candidate_id"] for row in rows)
