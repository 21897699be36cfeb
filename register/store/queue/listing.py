"""The queue as a list: its rows, its orders and filters, and the SQL of both over the queue's lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from register.codes.vocabulary import Scope
from register.serial import to_text, with_times
from register.store.queue.leases import FREE


class QueueState(StrEnum):
    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REOPENED = "reopened"  # accepted once; some fields changed since, the old record stays canonical
    REJECTED = "rejected"


class QueueOrder(StrEnum):
    """What stands first behind the reopened records, which always do (but in the order of a search's best matches)."""

    SUREST = "surest"  # the machine is surest of
    UNKNOWN = "unknown"  # what the machine has no type for: only a person can say
    DOUBT = "doubt"  # as likely in as out
    WORTH = "worth"  # likely in, and of a type or population that the locality has few of
    NEED = "need"  # of the localities in greatest need
    WAIT = "wait"  # what waits longest
    MATCH = "match"  # what matches a search best


DEFAULT_ORDER = QueueOrder.UNKNOWN


class Reason(StrEnum):
    """Why a candidate wants a person, as far as its line tells."""

    MISSING = "missing"  # the last healthy run did not find it
    GONE = "gone"  # its page answers with an error
    NO_TYPE = "no type"
    UNCLEAR = "unclear"  # the verdict of the wide net
    CLASH = "clash"  # a fact's values contradict each other


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue page; `place` is where it stands in the list that it was asked for with."""

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
    waiting_since: datetime
    last_seen_at: datetime
    missing_since: datetime | None
    verified_at: datetime | None
    due_at: datetime | None  # from when on a person is to verify it again
    scope: Scope
    page_gone: int  # the HTTP status where the page's last answer was an error, else 0
    type_known: bool
    unclear: bool
    clash: bool
    place: str


class Filters(TypedDict, total=False):
    """Which candidates a list holds; what is left out or empty does not filter.

    `changed_after`, `waiting_before` and `due_before` are times; `touched` is the field that changed of reopened
    ones; `ids` those candidates alone; `free_for` leaves out what somebody else than that user holds at that time.
    """

    states: tuple[str, ...]
    locality: str
    localities: tuple[str, ...]
    search: str
    missing: bool | None
    scope: str
    kind: str
    reason: str
    touched: str
    changed_after: datetime | None
    waiting_before: datetime | None
    due_before: datetime | None
    ids: tuple[str, ...] | None
    free_for: tuple[str, datetime] | None


STATES = (QueueState.REOPENED, QueueState.UNDECIDED, QueueState.ACCEPTED, QueueState.REJECTED)  # by stage
KEYS = {
    QueueOrder.SUREST: "by_surest",
    QueueOrder.UNKNOWN: "by_unknown",
    QueueOrder.DOUBT: "by_doubt",
    QueueOrder.WORTH: "by_worth",
    QueueOrder.NEED: "by_need",
    QueueOrder.WAIT: "waiting_since",
}
REASONS = {
    Reason.MISSING: "q.missing_since IS NOT NULL",
    Reason.GONE: "q.page_gone > 0",
    Reason.NO_TYPE: "q.type_known = 0",
    Reason.UNCLEAR: "q.unclear = 1",
    Reason.CLASH: "q.clash = 1",
}
COLUMNS = """
q.line, q.candidate_id AS id, q.stage, q.locality, q.name, q.page_url, q.page_kind, q.revision, q.score, q.changed_at,
q.waiting_since, q.missing_since, q.verified_at, q.due_at, q.scope, q.page_gone, q.type_known, q.unclear, q.clash,
(SELECT last_seen_at FROM candidates c WHERE c.id = q.candidate_id) AS last_seen_at,
(SELECT count(*) FROM fields f WHERE f.candidate_id = q.candidate_id AND f.state = 'open') AS open_fields
"""
PREFIX_FROM = 3  # characters of a word that also finds longer words

Parameter = str | int | float


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition over the lines q with its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


def stages(states: tuple[str, ...]) -> tuple[int, ...]:
    """The stages of the states; all of them where none is named."""
    return tuple(stage for stage, state in enumerate(STATES) if not states or state in states)


def clauses(filters: Filters) -> dict[str, Clause]:
    """The condition of each filter that filters, by its name, but of the search."""
    chosen = stages(filters.get("states", ()))
    if chosen and chosen == tuple(range(len(chosen))):  # those that were merged into another stand behind these
        found = {"states": Clause("q.stage <= ?", (chosen[-1],))}
    else:
        found = {"states": Clause(f"q.stage IN ({_holes(chosen)})", chosen)}
    for name, column in (("locality", "locality"), ("scope", "scope"), ("kind", "page_kind")):
        if value := filters.get(name):
            found[name] = Clause(f"q.{column} = ?", (str(value),))
    if localities := filters.get("localities"):
        found["localities"] = Clause(f"q.locality IN ({_holes(localities)})", localities)
    if reason := filters.get("reason"):
        found["reason"] = Clause(REASONS[Reason(reason)])
    if touched := filters.get("touched"):
        sql = "q.line IN (SELECT line FROM queue_touched WHERE field = ?)"
        found["touched"] = Clause(sql, (touched,))
    if (ids := filters.get("ids")) is not None:
        found["ids"] = Clause(f"q.candidate_id IN ({_holes(ids)})", ids)
    if (missing := filters.get("missing")) is not None:
        found["missing"] = Clause(f"q.missing_since IS {'NOT ' if missing else ''}NULL")
    return found | _times(filters)


def _times(filters: Filters) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    if changed := filters.get("changed_after"):
        found["changed_after"] = Clause("q.changed_at >= ?", (to_text(changed),))
    if waiting := filters.get("waiting_before"):
        found["waiting_before"] = Clause("q.stage <= 1 AND q.waiting_since < ?", (to_text(waiting),))
    if due := filters.get("due_before"):
        found["due_before"] = Clause("q.stage = 2 AND q.due_at <= ?", (to_text(due),))
    if free := filters.get("free_for"):
        found["free_for"] = Clause(FREE, (free[0], to_text(free[1])))
    return found


def _holes(values: tuple[str, ...] | tuple[int, ...]) -> str:
    return ", ".join("?" * len(values))


def match_of(search: str) -> str:
    """The search as the index of words takes it: each word, or the beginning of one, somewhere; "" for no word."""
    words = re.findall(r"[^\W_]+", search)
    return " ".join(f'"{word}"{"*" if len(word) >= PREFIX_FROM else ""}' for word in words)


def queue_row(row: dict[str, object]) -> QueueRow:
    """A row of COLUMNS with its `key` in the order that was asked for."""
    values = with_times(row, "changed_at", "waiting_since", "last_seen_at", "missing_since", "verified_at", "due_at")
    for name in ("lead", "key", "line", "stage"):
        values.pop(name)
    values |= {name: bool(values[name]) for name in ("type_known", "unclear", "clash")}
    values |= {"state": STATES[int(str(row["stage"]))], "scope": Scope(str(row["scope"])), "place": place_text(row)}
    return QueueRow(**values)


def place_text(row: dict[str, object]) -> str:
    """Where a row stands in its list, as `read_place` reads it."""
    return f"{row['lead']}~{row['key']}~{row['line']}"


def read_place(text: str, order: QueueOrder) -> tuple[int, str | float, int] | None:
    """What a row's `place` names: stage (0 among matches), key and line; None for anything else."""
    parts = re.fullmatch(r"([0-3])~([^~]{1,40})~(\d{1,18})", text)
    if parts is None:
        return None
    if order is QueueOrder.WAIT:
        return int(parts[1]), parts[2], int(parts[3])
    try:
        return int(parts[1]), float(parts[2]), int(parts[3])
    except ValueError:
        return None
