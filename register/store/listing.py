"""The queue as a list: its rows, its filters, and the SQL that both share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from register.serial import from_text
from register.store.leases import FREE
from register.vocabulary import SCOPE_FIELD, Scope


class QueueState(StrEnum):
    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REOPENED = "reopened"  # accepted once; some fields changed since, the old record stays canonical
    REJECTED = "rejected"


class QueueOrder(StrEnum):
    """What stands first behind the reopened records, which always do."""

    UNKNOWN = "unknown"  # what the machine has no type for: only a person can say
    SUREST = "surest"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue page."""

    id: str
    locality: str
    name: str
    page_url: str
    page_kind: str
    state: QueueState
    revision: int
    score: float
    open_fields: int
    changed_at: datetime
    last_seen_at: datetime
    missing_since: datetime | None
    scope: Scope
    page_gone: int  # the HTTP status where the page's last answer was an error, else 0


# How far a candidate reaches: what a person said or approved, else what the machine proposes.
SCOPE = f"""
coalesce((SELECT CASE s.state WHEN 'edit' THEN json_extract(d.value, '$') ELSE json_extract(s.proposal, '$.value') END
  FROM fields s JOIN decisions d ON d.id = s.decision_id
  WHERE s.candidate_id = c.id AND s.name = '{SCOPE_FIELD}' AND s.state IN ('edit', 'approve')), c.scope)
"""  # noqa: S608 (the name is ours)

LISTING = f"""
SELECT c.id, c.locality, c.name, p.url AS page_url, p.kind AS page_kind, c.state, c.revision, c.score, c.changed_at,
  c.last_seen_at, c.missing_since, {SCOPE} AS scope, CASE WHEN p.status >= 400 THEN p.status ELSE 0 END AS page_gone,
  (SELECT count(*) FROM fields f WHERE f.candidate_id = c.id AND f.state = 'open') AS open_fields
FROM candidates c JOIN pages p ON p.id = c.page_id
"""  # noqa: S608 (as above)


# The machine proposes no type that it is sure enough of. What a person decided does not count: a candidate keeps its
# place while its fields are decided one by one.
UNKNOWN = """
EXISTS (SELECT 1 FROM fields u WHERE u.candidate_id = c.id AND u.name = 'code.type'
  AND json_extract(u.proposal, '$.status') <> 'reported')
"""
RANKS = {
    QueueOrder.UNKNOWN: ("c.state = 'reopened'", UNKNOWN, "c.score", "c.changed_at"),
    QueueOrder.SUREST: ("c.state = 'reopened'", "c.score", "c.changed_at"),
}


def order_by(order: QueueOrder) -> str:
    """ORDER BY clause over candidates c; `ranked_after` says the same of a single candidate."""
    return "ORDER BY " + ", ".join(f"{rank} DESC" for rank in RANKS[order]) + ", c.id"


def ranked_after(order: QueueOrder) -> str:
    """Whether candidate c stands behind the one whose id is given twice."""
    ranks = ", ".join(RANKS[order])
    here = f"(SELECT {ranks} FROM candidates c WHERE c.id = ?)"  # noqa: S608 (ranks are ours)
    return f"(({ranks}) < {here} OR (({ranks}) = {here} AND c.id > ?))"


class Filters(TypedDict, total=False):
    """Which candidates a list holds; what is left out or empty does not filter."""

    states: tuple[str, ...]
    locality: str
    search: str
    missing: bool | None
    scope: str
    localities: tuple[str, ...]  # one of these
    free_for: tuple[str, str]  # a user, and the time as the register writes it: nobody else holds it then


def conditions(filters: Filters) -> tuple[str, list[str | int]]:
    """WHERE clause over candidates c and pages p, with its parameters; empty where nothing filters."""
    clauses: list[str] = []
    parameters: list[str | int] = []
    if states := filters.get("states"):
        clauses.append(f"c.state IN ({', '.join('?' * len(states))})")
        parameters += states
    if locality := filters.get("locality"):
        clauses.append("c.locality = ?")
        parameters.append(locality)
    if search := filters.get("search"):
        clauses.append("(instr(lower(c.name), lower(?)) OR instr(lower(p.url), lower(?)))")
        parameters += [search, search]
    if (missing := filters.get("missing")) is not None:
        clauses.append(f"c.missing_since IS {'NOT ' if missing else ''}NULL")
    if scope := filters.get("scope"):
        clauses.append(f"{SCOPE} = ?")
        parameters.append(scope)
    if localities := filters.get("localities"):
        clauses.append(f"c.locality IN ({', '.join('?' * len(localities))})")
        parameters += localities
    if free_for := filters.get("free_for"):
        clauses.append(FREE)
        parameters += free_for
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), parameters


def queue_row(row: dict[str, object]) -> QueueRow:
    times = ("changed_at", "last_seen_at", "missing_since")
    values = {k: from_text(str(v)) if k in times and v is not None else v for k, v in row.items()}
    return QueueRow(**{**values, "state": QueueState(str(row["state"])), "scope": Scope(str(row["scope"]))})  # type: ignore[arg-type] # columns as selected
