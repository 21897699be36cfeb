"""Merging: a candidate becomes a pointer to the one that is kept, which may take fields from it.

The merged one's own rows stay as they are, so that its id, routes and evidence go on answering, and so that an undo
leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from register.database import Database
from register.errors import NotFoundError, StaleRevisionError, TidiermapError
from register.models import Clock, Decision, DecisionVerdict, RecordField
from register.serial import to_text
from register.store.decisions.decisions import DecisionTables
from register.store.matching.judgements import Judgement, JudgementTables, PairVerdict
from register.store.matching.pairs import PairState, PairTables
from register.store.publishing.records import RecordTables


class MergingTables:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        pairs: PairTables,
        judgements: JudgementTables,
        decisions: DecisionTables,
        records: RecordTables,
    ) -> None:
        self._db, self._clock = db, clock
        self._pairs, self._judgements, self._decisions, self._records = pairs, judgements, decisions, records

    def merge(
        self,
        kept: str,
        other: str,
        *,
        taken: tuple[str, ...],
        reviewer: str,
        seen: Mapping[str, int],
        comment: str = "",
    ) -> int:
        """Makes `other` a pointer to `kept`, which takes the named fields from it; gives the judgement's id.

        `seen` is the revision of both that the reviewer saw. A taken field that nobody decided yet is approved by this.
        Raises TidiermapError where either was merged already or is rejected, StaleRevisionError where the page of one
        was read again.
        """
        pair = self._judged(kept, other)
        if kept == other:
            raise TidiermapError(f"candidate {kept}: found it twice, expected two candidates to merge")
        for one in (kept, other):
            self._check_free(one, seen[one])
        approved = tuple(
            self._decisions.decide_field(
                Decision(
                    candidate=other,
                    revision=seen[other],
                    field=name,
                    verdict=DecisionVerdict.APPROVE,
                    value=None,
                    evidence=(),
                    reviewer=reviewer,
                    decided_at=self._clock(),
                    comment=f"taken for {kept}",
                )
            )
            for name in self._open_of(other, taken)
        )
        return self._judgements.keep(
            pair, PairVerdict.MERGE, reviewer, comment, kept=kept, taken=taken, approved=approved
        )

    def part(
        self,
        first: str,
        second: str,
        verdict: PairVerdict,
        *,
        reviewer: str,
        comment: str = "",
        organisation: bool | None = None,
    ) -> int:
        """Says that the two are not one service: `apart`, `programme` where one organisation runs both, or `place`
        where it is one programme at another place; then `organisation` says whether one organisation runs both."""
        if verdict not in (PairVerdict.APART, PairVerdict.PROGRAMME, PairVerdict.PLACE):
            raise TidiermapError(f"pair: found verdict {verdict.value!r}, expected apart, programme or place")
        pair = self._judged(first, second)
        if pair[2] is PairState.MERGED:
            raise TidiermapError("these two are merged; undo that first to say otherwise")
        one = verdict is PairVerdict.PROGRAMME or (verdict is PairVerdict.PLACE and bool(organisation))
        return self._judgements.keep(pair, verdict, reviewer, comment, organisation=one)

    def undo(self, first: str, second: str, *, reviewer: str) -> int:
        """Takes back the last judgement on the pair; gives the id of the judgement that does.

        Raises TidiermapError where there is none, or where the kept one of a merge was itself merged since.
        """
        last = self._judgements.standing(first, second)
        if last is None:
            raise TidiermapError("nobody has judged this pair, so there is nothing to undo")
        if last.kept and (went := self._judgements.went_to(last.kept)) != last.kept:
            raise TidiermapError(
                f"{self._name(last.kept)} was merged into {self._name(went)} since; undo that merge first"
            )
        for decision_id in last.approved:
            self._take_back(decision_id, reviewer)
        pair = (last.first, last.second, self._state(last.first, last.second))
        return self._judgements.keep(pair, PairVerdict.UNDO, reviewer, "", undoes=last.id)

    def fields(self, candidate_id: str) -> tuple[tuple[RecordField, int], ...] | None:
        """The fields of a kept candidate with those that it takes from others, each with its decision's id; None where
        one of those is open again, so that the record stays as it was until somebody decides.

        Nothing comes from a candidate that was rejected. A decision on the field of the kept one itself, made after the
        merge, goes before what was taken.
        """
        own = {field.name: (field, decision) for field, decision in self._records.decided_fields(candidate_id)}
        for merge in reversed(self._judgements.into(candidate_id)):
            state, url = self._where(merge.merged)
            if state == "rejected" or not merge.taken:
                continue
            theirs = self.fields(merge.merged)
            if theirs is None:
                return None
            given = {field.name: (field, decision) for field, decision in theirs}
            for name in merge.taken:
                if self._decided_since(candidate_id, name, merge):
                    continue
                field, decision = given[name]
                if not decision:
                    return None
                own[name] = (_from_page(field, url), decision)
        return tuple(own.values())

    def due_pointers(self, ids: Mapping[str, str]) -> tuple[tuple[str, str | None], ...]:
        """What is to change with the records of merged candidates, as (record id, id that it is to point to): each
        becomes a pointer to the record that it went to, as soon as there is one, and a record again where the merge was
        undone. `ids` are those of the records, by candidate."""
        rows = self._db.query(
            "SELECT r.id, r.candidate_id, r.merged_into, c.merged_into AS went FROM records r JOIN candidates c "
            "ON c.id = r.candidate_id WHERE (c.merged_into IS NOT NULL OR r.merged_into IS NOT NULL) "
            "AND NOT EXISTS (SELECT 1 FROM restored t WHERE t.candidate_id = c.id) ORDER BY r.id"
        )
        changed = []
        for row in list(rows):
            goes = ids.get(self._judgements.went_to(row["candidate_id"])) if row["went"] else None
            if goes != row["merged_into"] and not (row["went"] and goes is None):
                changed.append((row["id"], goes))
        return tuple(changed)

    def _judged(self, first: str, second: str) -> tuple[str, str, PairState]:
        a, b = sorted((first, second))
        return a, b, self._state(a, b)

    def _state(self, first: str, second: str) -> PairState:
        pair = self._pairs.find(first, second)
        if pair is None:
            raise NotFoundError(f"pair {first} and {second}: there is none in this register")
        return pair.state

    def _check_free(self, candidate_id: str, revision: int) -> None:
        rows = self._db.query("SELECT name, state, revision, merged_into FROM candidates WHERE id = ?", [candidate_id])
        row = next(iter(rows), None)
        if row is None:
            raise NotFoundError(f"candidate {candidate_id}: there is none in this register")
        if row["merged_into"]:
            raise TidiermapError(f"{row['name']} was merged into {self._name(row['merged_into'])} already")
        if row["state"] == "rejected":
            raise TidiermapError(f"{row['name']} is rejected, so there is nothing to merge")
        if row["revision"] != revision:
            raise StaleRevisionError(candidate_id, revision, row["revision"])

    def _open_of(self, candidate_id: str, names: tuple[str, ...]) -> list[str]:
        rows = self._db.query("SELECT name, state FROM fields WHERE candidate_id = ? ORDER BY name", [candidate_id])
        states = {row["name"]: row["state"] for row in rows}
        if unknown := sorted(set(names) - set(states)):
            raise NotFoundError(f"candidate {candidate_id}: it has no field {unknown[0]!r}")
        return [name for name in sorted(names) if states[name] == "open"]

    def _take_back(self, decision_id: int, reviewer: str) -> None:
        """Undoes an approval that a merge made, where it still stands as it was made."""
        made = self._decisions.get(decision_id)
        rows = self._db.query(
            "SELECT c.revision FROM fields f JOIN candidates c ON c.id = f.candidate_id "
            "WHERE f.decision_id = ? AND c.state IN ('undecided', 'reopened')",
            [decision_id],
        )
        for row in list(rows):
            undo = replace(
                made,
                revision=row["revision"],
                verdict=DecisionVerdict.UNDO,
                reviewer=reviewer,
                decided_at=self._clock(),
                comment="",
            )
            self._decisions.decide_field(undo)

    def _decided_since(self, candidate_id: str, name: str, merge: Judgement) -> bool:
        """Whether somebody decided on that field alone after the merge, and nobody took it back."""
        rows = self._db.query(
            "SELECT 1 FROM fields f JOIN decisions d ON d.id = f.decision_id WHERE f.candidate_id = ? AND f.name = ? "
            "AND d.part_of IS NULL AND d.decided_at > ?",
            [candidate_id, name, to_text(merge.judged_at)],
        )
        return next(iter(rows), None) is not None

    def _where(self, candidate_id: str) -> tuple[str, str]:
        rows = self._db.query(
            "SELECT c.state, p.url FROM candidates c JOIN pages p ON p.id = c.page_id WHERE c.id = ?", [candidate_id]
        )
        row = next(iter(rows))
        return row["state"], row["url"]

    def _name(self, candidate_id: str) -> str:
        rows = self._db.query("SELECT name FROM candidates WHERE id = ?", [candidate_id])
        return next((str(row["name"]) for row in rows), candidate_id)


def _from_page(field: RecordField, url: str) -> RecordField:
    """The field with its quotes' page named, for it is not the page of the record that takes the field."""
    return replace(field, evidence=tuple(replace(one, page=one.page or url) for one in field.evidence))
