"""Lists of the queue in its orders, page by page, and how many there are: as quick on a million as on a hundred.

A list that is known to be short is read whole and sorted; a long one is walked along the index of its order. Where a
page begins is told by the last row of the one before, never by counting rows.
"""
# ruff: noqa: S608 (tables, columns and conditions are ours; values are bound)

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Unpack, cast

from register.database import Database
from register.store.queue.listing import (
    COLUMNS,
    KEYS,
    Clause,
    Filters,
    QueueOrder,
    QueueRow,
    Reason,
    clauses,
    match_of,
    place_text,
    queue_row,
    read_place,
    stages,
)

SHORT = 10_000  # lines that are read and sorted rather than walked along an index
MATCHES_SORTED = 2_000  # of a search
# The filters that an index finds the lines of, the one that usually leaves fewest first.
FOUND_BY = {
    "touched": "",
    "locality": "INDEXED BY lines_by_locality",
    "missing": "INDEXED BY lines_missing",
    "due_before": "INDEXED BY lines_due",
    "scope": "INDEXED BY lines_by_scope",
    "kind": "INDEXED BY lines_by_kind",
    "changed_after": "INDEXED BY lines_changed",
}
FOUND_BY_REASON = {
    Reason.MISSING: "INDEXED BY lines_missing",
    Reason.GONE: "INDEXED BY lines_gone",
    Reason.NO_TYPE: "INDEXED BY lines_of_no_type",
    Reason.UNCLEAR: "INDEXED BY lines_unclear",
    Reason.CLASH: "INDEXED BY lines_clashing",
}
INDEXES = {order: "lines_by_wait" if order is QueueOrder.WAIT else f"lines_{key}" for order, key in KEYS.items()}
# A match in the name counts most, then one in the organisation, the address, the words of the page.
MATCHES = (
    "(SELECT json_extract(value, '$[0]') AS line, json_extract(value, '$[1]') AS rank, 0 AS lead FROM json_each(?)) w "
    "CROSS JOIN queue_lines q ON q.line = w.line"
)
RANK = "bm25(queue_words, 10.0, 4.0, 2.0, 1.0)"
FACETS = ("kind", "scope", "reason")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the lines of a list come from, by which `key` they stand in order (behind their stage, unless `key` is how
    well they match), and the filter that it stands for; `short` says that they are few enough to be sorted."""

    table: str
    clause: Clause
    key: str
    by: str = ""
    short: bool = True
    lead: str = "q.stage"


def key_of(order: QueueOrder) -> str:
    """The column of an order; matches too many to be sorted stand in the order of the surest."""
    return f"q.{KEYS.get(order, KEYS[QueueOrder.SUREST])}"


def walked(order: QueueOrder) -> str:
    """The lines along the index of an order."""
    return f"queue_lines q INDEXED BY {INDEXES.get(order, INDEXES[QueueOrder.SUREST])}"


class QueueLists:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._found: tuple[tuple[str, int, int], str | None] | None = None  # what the last search matched

    def rows(
        self, order: QueueOrder, limit: int, start: str = "", back: bool = False, **filters: Unpack[Filters]
    ) -> tuple[QueueRow, ...]:
        """The rows behind the place `start` (before it where `back`), in the list's order."""
        source = self._source(order, filters)
        wanted = [source.clause, *(c for name, c in clauses(filters).items() if name != source.by)]
        place = read_place(start, order)
        if place is not None:
            wanted.append(Clause(f"({source.lead}, {source.key}, q.line) {'<' if back else '>'} (?, ?, ?)", place))
        where = " AND ".join(c.sql for c in wanted if c.sql)
        way = "DESC" if back else "ASC"
        rows = self._db.query(
            f"SELECT {COLUMNS}, f.lead, f.key FROM (SELECT q.line, {source.lead} AS lead, {source.key} AS key "
            f"FROM {source.table} WHERE {where or '1'} ORDER BY 2 {way}, 3 {way}, 1 {way} LIMIT ?) f "
            f"CROSS JOIN queue_lines q ON q.line = f.line ORDER BY f.lead {way}, f.key {way}, f.line {way}",
            [*(p for c in wanted for p in c.parameters), limit],
        )
        found = tuple(queue_row(row) for row in rows)
        return found[::-1] if back else found

    def place_of(self, candidate_id: str, order: QueueOrder, filters: Filters) -> str:
        """Where a candidate stands, or would stand, in such a list; "" for an unknown one."""
        source = self._source(order, filters)
        found_by_words = source.lead != "q.stage"
        clause = source.clause if found_by_words else Clause("")
        rows = self._db.query(
            f"SELECT {source.lead} AS lead, {source.key} AS key, q.line FROM "
            f"{source.table if found_by_words else 'queue_lines q'} WHERE {clause.sql or '1'} AND q.candidate_id = ?",
            [*clause.parameters, candidate_id],
        )
        return next((place_text(row) for row in rows), "")

    def count(self, **filters: Unpack[Filters]) -> int:
        """How many there are; counted one by one unless the counters know."""
        known = self._counted(filters)
        if known is not None:
            return known
        source = self._source(QueueOrder.SUREST, filters)
        wanted = [source.clause, *(c for name, c in clauses(filters).items() if name != source.by)]
        where = " AND ".join(c.sql for c in wanted if c.sql)
        sql = f"SELECT count(*) AS n FROM {source.table} WHERE {where or '1'}"
        return int(next(self._db.query(sql, [p for c in wanted for p in c.parameters]))["n"])

    def cheap_count(self, **filters: Unpack[Filters]) -> int | None:
        """The same where it is cheap, else None."""
        known = self._counted(filters)
        if known is None and self._source(QueueOrder.SUREST, filters).short:
            return self.count(**filters)
        return known

    def numbers(self, **filters: Unpack[Filters]) -> dict[str, int] | None:
        """How many each further choice of kind, scope and reason would leave, by "kind service", "scope local",
        "missing" and so on; None where that is not cheap."""
        base = cast(Filters, {name: value for name, value in filters.items() if name not in FACETS})
        chosen = {name: str(filters.get(name)) for name in FACETS if filters.get(name)}
        only = {name for name, value in base.items() if value not in (None, "", ())}
        if only <= {"states", "locality"}:
            known = self.tally(base.get("locality", ""), base.get("states", ()))
            return known if not chosen else None
        source = self._source(QueueOrder.SUREST, base)
        return self._numbers_of(source, base, chosen) if source.short else None

    def tally(self, locality: str = "", states: tuple[str, ...] = ()) -> dict[str, int]:
        """What the counters know of those states of a locality ("" for all)."""
        chosen = stages(states)
        rows = self._db.query(
            f"SELECT what, sum(n) AS n FROM queue_counts WHERE locality = ? AND stage IN "
            f"({', '.join('?' * len(chosen))}) GROUP BY what",
            [locality, *chosen],
        )
        return {row["what"]: row["n"] for row in rows if row["n"]}

    def progress(self) -> dict[str, tuple[int, int, int, int]]:
        """By locality, how many are reopened, undecided, accepted and rejected."""
        found: dict[str, list[int]] = {}
        rows = self._db.query(
            "SELECT locality, stage, n FROM queue_counts INDEXED BY queue_counts_of_all "
            "WHERE what = 'all' AND n AND stage < 4 ORDER BY 1, 2"
        )
        for row in rows:
            found.setdefault(row["locality"], [0, 0, 0, 0])[row["stage"]] = row["n"]
        return {name: (n[0], n[1], n[2], n[3]) for name, n in found.items() if name}

    def set_needs(self, needs: dict[str, float]) -> None:
        """Says how much each locality needs; only what differs moves any line."""
        known = {row["locality"]: row["need"] for row in self._db.query("SELECT * FROM locality_needs")}
        for locality, need in needs.items():
            if known.get(locality) != need:
                self._db.execute(
                    "INSERT INTO locality_needs (locality, need) VALUES (?, ?) ON CONFLICT (locality) DO UPDATE SET "
                    "need = excluded.need",
                    [locality, need],
                )

    def _counted(self, filters: Filters) -> int | None:
        """What the counters know of this very list; None where they know nothing of it."""
        only = {name: value for name, value in filters.items() if value not in (None, "", ())}
        narrowed = [name for name in only if name not in ("states", "locality")]
        known = self.tally(str(only.get("locality", "")), filters.get("states", ()))
        if not narrowed:
            return known.get("all", 0)
        if len(narrowed) > 1:
            return None
        (name,) = narrowed
        if name == "missing":
            return known.get("missing", 0) if only[name] else known.get("all", 0) - known.get("missing", 0)
        spelled = {"kind": "kind ", "scope": "scope ", "reason": "", "touched": "field "}
        if name not in spelled:
            return None
        reopened = self.tally(str(only.get("locality", "")), ("reopened",)) if name == "touched" else known
        return reopened.get(f"{spelled[name]}{only[name]}", 0)

    def _source(self, order: QueueOrder, filters: Filters) -> Source:
        if match := match_of(filters.get("search", "")):
            return self._search_source(match, order)
        key, known = key_of(order), clauses(filters)
        if "ids" in known:
            return Source("queue_lines q", known["ids"], key, "ids")
        for name, index in FOUND_BY.items():
            if name not in known or (name == "missing" and not filters.get("missing")):
                continue
            if self._is_short(name, filters, known[name], index):
                return Source(f"queue_lines q {index}", known[name], key, name)
        if reason := filters.get("reason"):
            index = FOUND_BY_REASON[Reason(reason)]
            if self._is_short("reason", filters, known["reason"], index):
                return Source(f"queue_lines q {index}", known["reason"], key, "reason")
        return Source(walked(order), Clause(""), key, short=False)

    def _search_source(self, match: str, order: QueueOrder) -> Source:
        lines = self._matches(match)
        if lines is not None:
            given = Clause("", (lines,))  # its parameter stands in the table already
            if order is QueueOrder.MATCH:
                return Source(MATCHES, given, "w.rank", "search", lead="w.lead")
            return Source(MATCHES, given, key_of(order), "search")
        among = Clause("q.line IN (SELECT rowid FROM queue_words WHERE queue_words MATCH ?)", (match,))
        return Source(walked(order), among, key_of(order), "search", short=False)

    def _matches(self, match: str) -> str | None:
        """The lines that match and their ranks, as JSON; None where they are too many to be sorted. A page asks several
        times: the index is asked once, and again after any change of the register."""
        changes = next(self._db.query("SELECT data_version FROM pragma_data_version()"))["data_version"]
        key = (match, changes, self._db.conn.total_changes)
        if self._found is None or self._found[0] != key:
            rows = self._db.conn.execute(
                f"SELECT rowid, {RANK} FROM queue_words WHERE queue_words MATCH ? LIMIT {MATCHES_SORTED + 1}", [match]
            ).fetchall()
            self._found = key, None if len(rows) > MATCHES_SORTED else json.dumps(rows)
        return self._found[1]

    def _is_short(self, name: str, filters: Filters, clause: Clause, index: str) -> bool:
        alone = cast(Filters, {name: filters.get(name)})
        known = self._counted(alone)
        if known is not None:
            return known <= SHORT
        return self._at_most(f"SELECT 1 FROM queue_lines q {index} WHERE {clause.sql} LIMIT {SHORT + 1}", clause)

    def _at_most(self, listed: str, clause: Clause) -> bool:
        counted = self._db.query(f"SELECT count(*) AS n FROM ({listed})", list(clause.parameters))
        return int(next(counted)["n"]) <= SHORT

    def _numbers_of(self, source: Source, base: Filters, chosen: dict[str, str]) -> dict[str, int]:
        wanted = [source.clause, *(c for name, c in clauses(base).items() if name != source.by)]
        where = " AND ".join(c.sql for c in wanted if c.sql)
        rows = self._db.query(
            "SELECT q.page_kind, q.scope, q.missing_since IS NOT NULL AS missing, q.page_gone > 0 AS gone, "
            f"q.type_known = 0 AS 'no type', q.unclear, q.clash, count(*) AS n FROM {source.table} WHERE {where} "
            "GROUP BY 1, 2, 3, 4, 5, 6, 7",
            [p for c in wanted for p in c.parameters],
        )
        found: Counter[str] = Counter()
        for row in rows:
            fits = {
                "kind": chosen.get("kind") in (None, row["page_kind"]),
                "scope": chosen.get("scope") in (None, row["scope"]),
                "reason": "reason" not in chosen or bool(row[chosen["reason"]]),
            }
            told: dict[str, tuple[str, ...]] = {
                "kind": (f"kind {row['page_kind']}",),
                "scope": (f"scope {row['scope']}",),
            }
            told["reason"] = tuple(reason.value for reason in Reason if row[reason.value])
            for facet, names in told.items():
                if all(fit for other, fit in fits.items() if other != facet):
                    found.update(dict.fromkeys(names, row["n"]))
            found["all"] += row["n"] if all(fits.values()) else 0
        return dict(found)
