"""Revisions: the machine's drafts, never overwritten, and what each does to its candidate and fields."""

from __future__ import annotations

import json
from dataclasses import dataclass

from register.database import Database
from register.models import Candidate, DraftField
from register.serial import dump
from register.store.queue.lines import LineTables

# Names of a candidate's fields whose proposals rest on another page (what its provider answered): they are not read
# again with its own.
FROM_ELSEWHERE = """
SELECT name FROM fields INDEXED BY fields_from_elsewhere
WHERE candidate_id = ? AND coalesce(json_extract(proposal, '$.evidence[0].page'), '') <> ''
"""
ALL = "*"  # every field of the draft, which is what most revisions open


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One revision of a candidate: the machine's draft, and what it does to the queue.

    `version_id` is that of its page, which may be another one than before: the candidate stands there from then on.
    `opened` names the fields that wait for a decision since, `changed` those whose value is another (None: all of
    them), `state` is the candidate's from then on ("" leaves it). `visited` says that its page was looked at for it,
    `at` is the time as the register writes it.
    """

    draft: Candidate
    revision: int
    version_id: int
    run_id: str
    reason: str
    opened: frozenset[str]
    changed: frozenset[str] | None
    state: str
    visited: bool
    at: str


class RevisionTables:
    def __init__(self, db: Database) -> None:
        self._db, self._lines = db, LineTables(db)

    def keep(self, step: Step, *, page_id: int = 0) -> None:
        """Keeps a revision for ever, once it has taken effect; `page_id` is needed with a candidate's first."""
        self.take_effect(step, page_id=page_id)
        every = frozenset(field.name for field in step.draft.fields)
        self._db.execute(
            "INSERT INTO revisions (candidate_id, revision, version_id, run_id, reason, draft, created_at, opened, "
            "changed, state, visited) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                step.draft.key,
                step.revision,
                step.version_id,
                step.run_id,
                step.reason,
                dump(step.draft, Candidate),
                step.at,
                ALL if step.opened == every else json.dumps(sorted(step.opened)),
                ALL if step.changed is None else json.dumps(sorted(step.changed)),
                step.state,
                step.visited,
            ],
        )

    def take_effect(self, step: Step, *, page_id: int) -> None:
        """What a revision does to its candidate and fields: nothing else changes them but a decision, `take_touch` and
        `take_missing`, so that replaying all of these in their order gives them again."""
        if step.revision == 1:
            self._begin(step, page_id)
        else:
            self._go_on(step)
        if step.state == "reopened":
            self._lines.note_touched(step.draft.key)

    def _begin(self, step: Step, page_id: int) -> None:
        draft, at = step.draft, step.at
        self._db.execute(
            "INSERT INTO candidates (id, locality, page_id, name, state, revision, score, scope, first_seen_at, "
            "last_seen_at, changed_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            [draft.key, draft.locality, page_id, draft.name, step.state, draft.score, draft.scope.value, at, at, at],
        )
        self._open(step)
        self._lines.begin(draft, page_id=page_id, version_id=step.version_id, at=at)

    def _go_on(self, step: Step) -> None:
        draft, at = step.draft, step.at
        moved, visited = step.changed is None or bool(step.changed), step.visited
        self._db.execute(
            "UPDATE candidates SET revision = ?, name = ?, score = ?, scope = ?, "
            "page_id = (SELECT page_id FROM page_versions WHERE id = ?), "
            "last_seen_at = CASE WHEN ? THEN ? ELSE last_seen_at END, "
            "missing_since = CASE WHEN ? THEN NULL ELSE missing_since END, "
            "changed_at = CASE WHEN ? THEN ? ELSE changed_at END, "
            "state = CASE ? WHEN '' THEN state ELSE ? END WHERE id = ?",
            [
                step.revision,
                draft.name,
                draft.score,
                draft.scope.value,
                step.version_id,
                *(visited, at, visited, moved, at),
                *(step.state, step.state, draft.key),
            ],
        )
        self._open(step)
        self._lines.draw(draft, version_id=step.version_id)

    def take_touch(self, candidate_id: str, *, fetched_at: str, at: str) -> None:
        """What `touch` does to the candidate and its fields."""
        self._db.execute(
            "UPDATE candidates SET last_seen_at = ?, missing_since = NULL WHERE id = ?",
            [at, candidate_id],
        )
        self._db.execute(
            "UPDATE fields SET fetched_at = max(fetched_at, ?) WHERE candidate_id = ? "  # noqa: S608 (ours)
            f"AND name NOT IN ({FROM_ELSEWHERE})",
            [fetched_at, candidate_id, candidate_id],
        )

    def take_missing(self, candidate_id: str, *, at: str) -> None:
        """What `mark_missing` does to the candidate."""
        self._db.execute(
            "UPDATE candidates SET missing_since = coalesce(missing_since, ?) WHERE id = ?",
            [at, candidate_id],
        )

    def _open(self, step: Step) -> None:
        """Puts the draft's proposal for each opened field on the table; of `changed` alone the change dates move."""
        rows = self._db.query("SELECT fetched_at FROM page_versions WHERE id = ?", [step.version_id])
        fetched = next(row["fetched_at"] for row in rows)
        for field in step.draft.fields:
            if field.name not in step.opened:
                continue
            moved = step.changed is None or field.name in step.changed
            read = self._read_at(field) or fetched
            self._db.execute(
                "INSERT INTO fields (candidate_id, name, state, revision, proposal, fetched_at, changed_at) "
                "VALUES (?, ?, 'open', ?, ?, ?, ?) ON CONFLICT (candidate_id, name) DO UPDATE SET state = 'open', "
                "revision = excluded.revision, proposal = excluded.proposal, decision_id = NULL, "
                "fetched_at = max(fields.fetched_at, excluded.fetched_at), "
                "changed_at = CASE WHEN ? THEN excluded.changed_at ELSE fields.changed_at END",
                [step.draft.key, field.name, step.revision, dump(field, DraftField), read, read, moved],
            )

    def _read_at(self, field: DraftField) -> str:
        """When the page was read, or its words were said, that a proposal from elsewhere rests on; else ""."""
        elsewhere = next((one.page for one in field.evidence if one.page), "")
        if not elsewhere:
            return ""
        rows = self._db.query(
            "SELECT max(v.fetched_at) AS at FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE p.url = ?",
            [elsewhere],
        )
        return str(next(rows)["at"] or "")
