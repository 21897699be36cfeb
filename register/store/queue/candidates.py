"""The review queue: candidates, their revisions (the machine's drafts, never overwritten), each field's state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from register.codes.vocabulary import Scope
from register.database import Database
from register.errors import NotFoundError
from register.models import Candidate, Clock, DraftField
from register.serial import dump, from_text, load_candidate, load_field, to_text
from register.store.crawling.pages import OF_THE_WEB
from register.store.queue.approved import ApprovedTables
from register.store.queue.listing import DEFAULT_ORDER, Filters, QueueOrder, QueueRow, QueueState
from register.store.queue.lists import QueueLists
from register.store.queue.revisions import RevisionTables, Step
from register.store.upkeep.log import LogTables

PROVIDER_RUN = "provider"  # the kind of a run that keeps what a provider answered
AS_READ = f"""
(SELECT max(w.revision) FROM revisions w JOIN runs o ON o.id = w.run_id
  WHERE w.candidate_id = c.id AND o.kind <> '{PROVIDER_RUN}')
"""  # noqa: S608 (the kind is ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCandidate:
    """A candidate as the queue has it: its latest draft, and the text of the page version that it was drawn from."""

    id: str
    state: QueueState
    revision: int
    draft: Candidate
    version_id: int
    page_text: str
    missing_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldState:
    """A field's standing: the proposal, whether it is open or how it was decided, and its dates."""

    name: str
    state: str  # open, approve, edit, reject or not_stated
    revision: int
    proposal: DraftField
    decision_id: int | None
    fetched_at: datetime
    changed_at: datetime


class QueueTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._log, self._revisions = LogTables(db), RevisionTables(db)
        self.lists, self.approved = QueueLists(db), ApprovedTables(db)

    def find(self, candidate_id: str, *, as_read: bool = False) -> KnownCandidate | None:
        """The candidate with its latest draft; `as_read` with the latest that its own page gave, before what its
        provider answered since."""
        latest = AS_READ if as_read else "c.revision"
        rows = self._db.query(
            "SELECT c.id, c.state, c.revision, c.missing_since, r.draft, r.version_id, v.text FROM candidates c "  # noqa: S608 (the clause is ours)
            f"JOIN revisions r ON r.candidate_id = c.id AND r.revision = {latest} "
            "JOIN page_versions v ON v.id = r.version_id WHERE c.id = ?",
            [candidate_id],
        )
        for row in rows:
            return KnownCandidate(
                id=row["id"],
                state=QueueState(row["state"]),
                revision=row["revision"],
                draft=load_candidate(row["draft"]),
                version_id=row["version_id"],
                page_text=row["text"],
                missing_since=from_text(row["missing_since"]) if row["missing_since"] else None,
            )
        return None

    def get(self, candidate_id: str) -> KnownCandidate:
        if known := self.find(candidate_id):
            return known
        raise NotFoundError(f"candidate {candidate_id}: there is none in this register")

    def pages_of_candidates(self, locality: str) -> tuple[tuple[str, str], ...]:
        """(candidate id, page address) of every candidate of the locality that came from a page of the web."""
        rows = self._db.query(
            "SELECT c.id, p.url FROM candidates c JOIN pages p ON p.id = c.page_id WHERE c.locality = ? "  # noqa: S608
            f"AND p.{OF_THE_WEB} ORDER BY c.id",
            [locality],
        )
        return tuple((row["id"], row["url"]) for row in rows)

    def names_on_pages(self, locality: str, host: str, *, kind: str) -> tuple[str, ...]:
        """Names of the candidates on pages of that kind at that host (with `www.` or not), missing ones left out."""
        rows = self._db.query(
            "SELECT DISTINCT c.name FROM candidates c JOIN pages p ON p.id = c.page_id WHERE c.locality = ? AND "
            "p.kind = ? AND (instr(p.url, '://' || ? || '/') OR instr(p.url, '://www.' || ? || '/')) "
            "AND c.missing_since IS NULL ORDER BY c.name",
            [locality, kind, host, host],
        )
        return tuple(row["name"] for row in rows)

    def add(self, draft: Candidate, *, page_id: int, version_id: int, run_id: str) -> None:
        """Queues a candidate that was never seen before, all fields open."""
        self._revisions.keep(
            self._step(draft, version_id, run_id, "new", revision=1, state=QueueState.UNDECIDED), page_id=page_id
        )

    def touch(self, candidate_id: str, *, fetched_at: datetime) -> None:
        """Notes that the page still said the same when it was fetched (or answered 304) at that time."""
        now, fetched = to_text(self._clock()), to_text(fetched_at)
        self._log.note("seen", candidate_id, said=fetched, at=now)
        self._revisions.take_touch(candidate_id, fetched_at=fetched, at=now)

    def replace(
        self,
        draft: Candidate,
        *,
        version_id: int,
        run_id: str,
        reason: str,
        changed: frozenset[str],
        drifted: frozenset[str] = frozenset(),
        visited: bool = True,
    ) -> None:
        """A new revision of an undecided candidate: decisions on fields that did not change, or that are merely read
        otherwise now (`drifted`), are kept. Where its page was not `visited`, it is as missing as it was."""
        undecided = {f.name for f in self.fields(draft.key) if f.state == "open"}
        step = self._step(draft, version_id, run_id, reason, opened=changed | undecided, changed=changed | drifted)
        self._revisions.keep(replace(step, visited=visited))

    def reopen(
        self, draft: Candidate, *, version_id: int, run_id: str, touched: frozenset[str], told: str = ""
    ) -> None:
        """A new revision of an accepted candidate: only the touched fields are open; its record stays canonical. Where
        `told` says who asked for it, its page was not visited."""
        reason, state = f"{told or 'page changed'}: {', '.join(sorted(touched))}", QueueState.REOPENED
        step = self._step(draft, version_id, run_id, reason, opened=touched, changed=touched, state=state)
        self._revisions.keep(replace(step, visited=not told))

    def move(self, draft: Candidate, *, version_id: int, run_id: str, reason: str, fetched_at: datetime) -> None:
        """A new revision of a decided candidate that says the same on another page or under another key: nothing is
        opened, and the candidate stands there from now on."""
        step = self._step(draft, version_id, run_id, reason, opened=frozenset(), changed=frozenset())
        self._revisions.keep(step)
        self.touch(draft.key, fetched_at=fetched_at)

    def requeue(self, draft: Candidate, *, version_id: int, run_id: str) -> None:
        """A new revision of a rejected candidate, all fields open."""
        reason = "page changed after rejection"
        self._revisions.keep(self._step(draft, version_id, run_id, reason, state=QueueState.UNDECIDED))

    def mark_missing(self, candidate_id: str) -> None:
        """Notes since when a healthy run no longer finds the candidate; staleness decides what that means."""
        now = to_text(self._clock())
        self._log.note("missing", candidate_id, at=now)
        self._revisions.take_missing(candidate_id, at=now)

    def note_drift(self, draft: Candidate, *, names: frozenset[str], run_id: str) -> None:
        """Lists those of the fields that a person decided, and that our changed rules would now propose otherwise on an
        unchanged page."""
        decided = {field.name for field in self.fields(draft.key) if field.state != "open"}
        for field in draft.fields:
            if field.name in names & decided:
                self._db.execute(
                    "INSERT INTO drift (candidate_id, field, run_id, proposal, noted_at) VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT (candidate_id, field) DO UPDATE SET run_id = excluded.run_id, "
                    "proposal = excluded.proposal, noted_at = excluded.noted_at",
                    [draft.key, field.name, run_id, dump(field, DraftField), to_text(self._clock())],
                )

    def fields(self, candidate_id: str) -> tuple[FieldState, ...]:
        rows = self._db.query("SELECT * FROM fields WHERE candidate_id = ? ORDER BY name", [candidate_id])
        return tuple(
            FieldState(
                name=row["name"],
                state=row["state"],
                revision=row["revision"],
                proposal=load_field(row["proposal"]),
                decision_id=row["decision_id"],
                fetched_at=from_text(row["fetched_at"]),
                changed_at=from_text(row["changed_at"]),
            )
            for row in rows
        )

    def rows(
        self,
        *,
        order: QueueOrder = DEFAULT_ORDER,
        limit: int = 200,
        start: str = "",
        back: bool = False,
        **filters: Unpack[Filters],
    ) -> tuple[QueueRow, ...]:
        """The queue, reopened records first, from behind the place of a row (`back`: up to it, from before it)."""
        return self.lists.rows(order, limit, start, back, **filters)

    def count(self, **filters: Unpack[Filters]) -> int:
        return self.lists.count(**filters)

    def counts(self, locality: str = "") -> dict[str, int]:
        """Candidates by state, zero included."""
        return {state.value: self.lists.tally(locality, (state.value,)).get("all", 0) for state in QueueState}

    def scopes(self, locality: str = "") -> dict[str, int]:
        """Candidates that are not rejected by how far they reach, zero included; those not seen any more left out."""
        rows = self._db.query(
            "SELECT scope, count(*) AS n FROM queue_lines WHERE ? IN ('', locality) AND stage <= 2 "
            "AND missing_since IS NULL GROUP BY 1",
            [locality],
        )
        found = {row["scope"]: row["n"] for row in rows}
        return {scope.value: found.get(scope.value, 0) for scope in Scope}

    def _step(
        self,
        draft: Candidate,
        version_id: int,
        run_id: str,
        reason: str,
        *,
        revision: int = 0,
        opened: frozenset[str] | None = None,
        changed: frozenset[str] | None = None,
        state: QueueState | None = None,
    ) -> Step:
        """The next revision of the draft's candidate, as of now; `opened` None opens every field."""
        last = self._db.query("SELECT revision FROM candidates WHERE id = ?", [draft.key])
        return Step(
            draft=draft,
            revision=revision or next(int(row["revision"]) for row in last) + 1,
            version_id=version_id,
            run_id=run_id,
            reason=reason,
            opened=frozenset(f.name for f in draft.fields) if opened is None else opened,
            changed=changed,
            state=state.value if state else "",
            visited=True,
            at=to_text(self._clock()),
        )
