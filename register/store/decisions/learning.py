"""What reviewers decided, as the machine may learn from it: never what is open, and never what is known to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from register.codes.vocabulary import CODE_SCHEMES, SCHEMES
from register.database import Database
from register.models import RECORD, Candidate, Clock, DecisionVerdict
from register.serial import from_text, load_candidate, load_value, to_text
from register.store.decisions.known_wrong import NOT_SEEDED
from register.store.queue.listing import QueueState

# The codes that stand: what a reviewer put in their place, else what was proposed.
STANDING = "CASE f.state WHEN 'edit' THEN d.value ELSE coalesce(json_extract(f.proposal, '$.value'), 'null') END"
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
class OwnWords:
    """A candidate's name and own words (the parts of its page that its draft spans, a line each), and whether it is
    decided as a whole."""

    id: str
    name: str
    text: str
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedent:
    """What was decided on a candidate as a whole, when, by whom, with which comment. `accepted` is False where it was
    rejected; `codes` holds scheme and codes as they stand since, schemes without any left out."""

    id: str
    name: str
    accepted: bool
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    decided_by: str
    decided_at: datetime
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDecision:
    """A record on which a code stands, since somebody decided so."""

    candidate: str
    name: str
    decided_by: str
    decided_at: datetime
    comment: str


LOOKED_AT = 1_000  # the last decisions on a scheme, among which those on each of its codes are looked for


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
            f"SELECT d.id, f.name, f.state, {STANDING} AS codes, r.draft, r.version_id, d.decided_at "  # noqa: S608 (names are ours)
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

    def decided_after(self, decision_id: int) -> Iterator[OwnWords]:
        """The candidates on which something was decided after that decision, as they stand now."""
        rows = self._db.query(
            f"SELECT c.id, c.name, c.state, {OWN_WORDS} AS text FROM candidates c JOIN revisions r ON "  # noqa: S608 (ours)
            "r.candidate_id = c.id AND r.revision = c.revision JOIN page_versions v ON v.id = r.version_id "
            f"WHERE c.id IN (SELECT candidate_id FROM decisions WHERE id > ?) AND {NOT_SEEDED} ORDER BY c.id",
            [decision_id],
        )
        for row in rows:
            decided = row["state"] != QueueState.UNDECIDED
            yield OwnWords(id=row["id"], name=row["name"], text=row["text"] or "", decided=decided)

    def precedent(self, candidate_id: str) -> Precedent | None:
        """What was decided on a candidate as a whole; None where nothing stands."""
        rows = self._db.query(
            "SELECT c.name, c.state, d.reviewer, d.decided_at, d.comment FROM candidates c JOIN decisions d ON "  # noqa: S608 (ours)
            "d.candidate_id = c.id AND d.field = ? AND d.verdict <> 'undo' "
            f"WHERE c.id = ? AND c.state <> ? AND {NOT_SEEDED} ORDER BY d.id DESC LIMIT 1",
            [RECORD, candidate_id, QueueState.UNDECIDED.value],
        )
        row = next(rows, None)
        if row is None:
            return None
        return Precedent(
            id=candidate_id,
            name=row["name"],
            accepted=row["state"] != QueueState.REJECTED,
            codes=self._codes(candidate_id),
            decided_by=row["reviewer"],
            decided_at=from_text(row["decided_at"]),
            comment=row["comment"],
        )

    def last_with_codes(self, scheme: str, *, but: frozenset[str]) -> dict[str, tuple[CodeDecision, ...]]:
        """Of the last decisions on the codes of a scheme those that stand, by code, newest first. Candidates in `but`
        and proposals known to be wrong are left out."""
        name = f"code.{scheme}"
        rows = self._db.query(
            f"SELECT d.candidate_id, c.name, d.reviewer, d.decided_at, d.comment, {STANDING} AS codes FROM "  # noqa: S608 (ours)
            "(SELECT * FROM decisions WHERE field = ? ORDER BY id DESC LIMIT ?) d "
            "JOIN fields f ON f.candidate_id = d.candidate_id AND f.name = d.field AND f.decision_id = d.id "
            "JOIN candidates c ON c.id = d.candidate_id WHERE f.state IN ('approve', 'edit') AND NOT EXISTS "
            "(SELECT 1 FROM known_wrong k WHERE k.candidate_id = f.candidate_id) ORDER BY d.id DESC",
            [name, LOOKED_AT],
        )
        found: dict[str, tuple[CodeDecision, ...]] = {}
        for row in rows:
            codes = load_value(row["codes"])
            if row["candidate_id"] in but or not isinstance(codes, tuple):
                continue
            one = CodeDecision(
                candidate=row["candidate_id"],
                name=row["name"],
                decided_by=row["reviewer"],
                decided_at=from_text(row["decided_at"]),
                comment=row["comment"],
            )
            for code in codes:
                found[code] = (*found.get(code, ()), one)
        return found

    def _codes(self, candidate_id: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        rows = self._db.query(
            f"SELECT f.name, {STANDING} AS codes FROM fields f JOIN decisions d ON d.id = f.decision_id "  # noqa: S608 (ours)
            "WHERE f.candidate_id = ? AND f.name LIKE 'code.%' AND f.state IN ('approve', 'edit')",
            [candidate_id],
        )
        told = {row["name"].partition(".")[2]: load_value(row["codes"]) for row in rows}
        return tuple(
            (scheme, codes) for scheme in CODE_SCHEMES if isinstance(codes := told.get(scheme), tuple) and codes
        )
