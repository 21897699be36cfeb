"""Takes a person's data out of the register for good: the words go, that something was decided and said stays.

Stars stand in the place of a value, one for each character, in every table. What rests on the words agrees with them
afterwards: quotes with their page, the audit log with the decisions. An entry of that log which had to change keeps its
hash, so that the chain holds; the entry that tells of the purge says what it hashes to now.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from register.database import Database
from register.errors import TidiermapError
from register.hosts import STATEMENT
from register.models import Candidate, Clock, DraftField, Evidence, ServiceRecord
from register.public.masking import SHORTEST, Mask
from register.publishing.publication import read_line, to_line
from register.serial import (
    canonical,
    dump,
    dump_evidence,
    load_candidate,
    load_evidence,
    load_field,
    to_text,
    with_times,
)
from register.store.crawling.pages import words_of
from register.store.decisions.decision_audit import told_now
from register.store.people.audit import PURGED, AuditTables
from register.store.publishing.publications import PublicationTables
from register.store.upkeep.log import LogTables
from register.store.upkeep.masked_tables import Key, MaskedTables, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """The tombstone of what was purged: it names no one and holds no value. `hash` is keyed: whoever has the value and
    the key can tell that this was it. `touched` counts the rows that changed, by table."""

    id: int
    at: datetime
    asked_by: str
    made_by: str
    why: str
    kind: str
    hash: str
    touched: Mapping[str, int]


class PurgeTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._masked, self._audit = MaskedTables(db), AuditTables(db, clock)

    def take_out(self, mask: Mask, *, kind: str, hash: str, asked_by: str, why: str, by: str) -> Purge:
        """Hides the values everywhere in the register, and leaves the tombstone. Stands in a transaction."""
        if fault := self._audit.verify():
            raise TidiermapError(f"audit log: {fault}: a purge would hide that, so look into it first")
        with self._masked.without_triggers():
            self._db.execute("PRAGMA defer_foreign_keys = ON")
            touched = self._masked.hide(mask)
            candidates = self._candidates(touched)
            halves = {one: self._mend_quotes(one) for one in sorted(candidates)}
            for candidate_id, pairs in halves.items():
                self._masked.replace_in(candidate_id, pairs)
            lines = self._rewrite_lines(halves, mask)
            entries = self._mend_audit()
        self._masked.forget_public_words()
        counts = Counter({name: len(keys) for name, keys in touched.items()}) + Counter(publication_lines=lines)
        return self._leave_tombstone(counts, entries, kind=kind, hash=hash, asked_by=asked_by, why=why, by=by)

    def places(self, mask: Mask) -> dict[str, set[int]]:
        """Where in the archive the pages lie whose text holds one of the values: offsets by file."""
        found: dict[str, set[int]] = {}
        for row in self._db.query("SELECT archive, archive_offset, text FROM page_versions WHERE archive <> ''"):
            if mask.holds(row["text"]):
                found.setdefault(row["archive"], set()).add(row["archive_offset"])
        return found

    def move(self, name: str, now: str, offsets: Mapping[int, int], digests: Mapping[int, str]) -> None:
        """An archive file has another name now, and its records begin elsewhere: everything that names one follows.

        `digests` are those of the bodies of which something was taken out. Stands in a transaction.
        """
        with self._masked.without_triggers():
            for table in self._masked.that_name_the_archive():
                rows = self._db.query(f"SELECT DISTINCT archive_offset AS at FROM {table} WHERE archive = ?", [name])  # noqa: S608
                for row in list(rows):
                    self._db.execute(
                        f"UPDATE {table} SET archive = ?, archive_offset = ? WHERE archive = ? AND archive_offset = ?",  # noqa: S608
                        [now, offsets.get(row["at"], row["at"]), name, row["at"]],
                    )
        for at, body_hash in digests.items():
            self._db.execute("INSERT OR REPLACE INTO purged_bodies VALUES (?, ?, ?)", [now, at, body_hash])

    def all(self) -> tuple[Purge, ...]:
        """Every purge, oldest first."""
        rows = self._db.query("SELECT * FROM purges ORDER BY id")
        return tuple(Purge(**(with_times(row, "at") | {"touched": json.loads(row["touched"])})) for row in rows)

    def remains(self, mask: Mask) -> tuple[str, ...]:
        """Names of the tables that hold one of the values still, published lines among them."""
        found = self._masked.remains(mask)
        records = [row["id"] for row in self._db.query("SELECT id FROM records")]
        published = PublicationTables(self._db, self._clock)
        held = any(mask.holds(one.line) for record_id in records for one in published.life(record_id))
        return (*found, *(("publication_lines",) if held else ()))

    def press_out(self) -> bool:
        """Writes the file anew without what was freed in it, and empties its log; False where another process reads it
        just now, so that the log could not be emptied. Stands outside of any transaction."""
        self._db.conn.execute("VACUUM")
        busy, *_ = self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _candidates(self, touched: Mapping[str, list[Key]]) -> set[str]:
        """Every candidate of which anything changed."""
        found = {str(key[0]) for name in ("fields", "candidates") for key in touched.get(name, ())}
        for name, column in (("revisions", "candidate_id"), ("decisions", "candidate_id"), ("records", "candidate_id")):
            for key in touched.get(name, ()):
                found |= {r[column] for r in self._db.query(f"SELECT * FROM {name} WHERE rowid = ?", [key[0]])}  # noqa: S608
        for key in touched.get("page_versions", ()):
            of_page = "SELECT candidate_id FROM revisions WHERE version_id = ?"
            found |= {row["candidate_id"] for row in self._db.query(of_page, [key[0]])}
            told = "SELECT p.url FROM page_versions v JOIN pages p ON p.id = v.page_id WHERE v.id = ?"
            for row in self._db.query(told, [key[0]]):
                if row["url"].startswith(STATEMENT):
                    named = "SELECT DISTINCT candidate_id FROM fields WHERE proposal LIKE ?"
                    found |= {one["candidate_id"] for one in self._db.query(named, [f"%{row['url']}%"])}
        ids = {row["id"] for row in self._db.query("SELECT id FROM candidates")}
        return found & ids

    def _mend_quotes(self, candidate_id: str) -> dict[str, str]:
        """Quotes say again what stands at their place on the page; gives those that held half of a value, and what
        they say now."""
        texts: dict[int, str] = {}
        halves: dict[str, str] = {}
        rows = self._db.query(
            "SELECT r.revision, r.draft, v.text FROM revisions r JOIN page_versions v ON v.id = r.version_id "
            "WHERE r.candidate_id = ?",
            [candidate_id],
        )
        for row in list(rows):
            texts[row["revision"]] = row["text"]
            was = load_candidate(row["draft"])
            draft = self._mended(was, row["text"])
            told = zip(_quotes(was), _quotes(draft), strict=True)
            halves |= {half: now for half, now in told if half != now and _is_told_apart(half)}
            self._set(
                "revisions", "draft", dump(draft, Candidate), row["draft"], candidate_id, revision=row["revision"]
            )
        for row in list(self._db.query("SELECT * FROM fields WHERE candidate_id = ?", [candidate_id])):
            field = load_field(row["proposal"])
            proposal = replace(field, evidence=self._said(field.evidence, texts.get(row["revision"], "")))
            self._set("fields", "proposal", dump(proposal, DraftField), row["proposal"], candidate_id, name=row["name"])
        for row in list(self._db.query("SELECT * FROM decisions WHERE candidate_id = ?", [candidate_id])):
            evidence = self._said(load_evidence(row["evidence"]), texts.get(row["revision"], ""))
            self._set("decisions", "evidence", dump_evidence(evidence), row["evidence"], candidate_id, id=row["id"])
        self._mend_record(candidate_id, texts)
        return halves

    def _mend_record(self, candidate_id: str, texts: Mapping[int, str]) -> None:
        rows = self._db.query(
            "SELECT f.record_id, f.name, f.evidence, CASE d.verdict WHEN 'edit' THEN d.revision ELSE p.revision END AS "
            "revision FROM record_fields f JOIN decisions d ON d.id = f.decision_id JOIN fields p ON "
            "p.candidate_id = d.candidate_id AND p.name = f.name WHERE d.candidate_id = ?",
            [candidate_id],
        )
        for row in list(rows):
            evidence = dump_evidence(self._said(load_evidence(row["evidence"]), texts.get(row["revision"], "")))
            if evidence != row["evidence"]:
                self._db.execute(
                    "UPDATE record_fields SET evidence = ? WHERE record_id = ? AND name = ?",
                    [evidence, row["record_id"], row["name"]],
                )

    def _mended(self, draft: Candidate, text: str) -> Candidate:
        return replace(
            draft,
            fields=tuple(replace(one, evidence=self._said(one.evidence, text)) for one in draft.fields),
            codes=tuple(replace(one, evidence=self._said(one.evidence, text)) for one in draft.codes),
            rules=tuple(replace(one, evidence=self._said(one.evidence, text)) for one in draft.rules),
        )

    def _said(self, evidence: tuple[Evidence, ...], text: str) -> tuple[Evidence, ...]:
        told = []
        for one in evidence:
            words = words_of(self._db, one.page) if one.page else text
            quote = words[one.start : one.end]
            told.append(replace(one, quote=quote) if len(quote) == len(one.quote) else one)
        return tuple(told)

    def _set(self, table: str, column: str, now: str, was: str, candidate_id: str, **key: object) -> None:
        if now != was:
            where = " AND ".join(f"{name} = ?" for name in key)
            self._db.execute(
                f"UPDATE {table} SET {column} = ? WHERE candidate_id = ? AND {where}",  # noqa: S608 (names are ours)
                [now, candidate_id, *key.values()],
            )

    def _rewrite_lines(self, halves: Mapping[str, Mapping[str, str]], mask: Mask) -> int:
        published, changed = PublicationTables(self._db, self._clock), 0
        for candidate_id, pairs in halves.items():

            def hidden(record: ServiceRecord, pairs: Mapping[str, str] = pairs) -> ServiceRecord:
                return read_line(replaced(mask.hide(to_line(record)), pairs))

            for row in list(self._db.query("SELECT id FROM records WHERE candidate_id = ?", [candidate_id])):
                if any(
                    hidden(read_line(one.line)) != read_line(one.line) for one in published.life(row["id"]) if one.line
                ):
                    changed += published.rewrite(row["id"], hidden)
        return changed

    def _mend_audit(self) -> dict[int, str]:
        """Entries about decisions say again what those are; gives, for each entry that changed, what it hashes to."""
        for number, after in list(told_now(self._db)):
            self._db.execute("UPDATE audit SET after = ? WHERE number = ?", [after, number])
        return dict(self._audit.changed())

    def _leave_tombstone(
        self,
        counts: Counter[str],
        entries: Mapping[int, str],
        *,
        kind: str,
        hash: str,
        asked_by: str,
        why: str,
        by: str,
    ) -> Purge:
        touched = canonical(dict(sorted(counts.items())))
        at = to_text(self._clock())
        cursor = self._db.execute(
            "INSERT INTO purges (at, asked_by, made_by, why, kind, hash, touched) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [at, asked_by, by, why, kind, hash, touched],
        )
        number = int(cursor.lastrowid or 0)
        LogTables(self._db).note("purge", str(number), said=hash, at=at)
        told = {
            "asked by": asked_by,
            "why": why,
            "kind": kind,
            "hash": hash,
            "entries": {str(n): h for n, h in entries.items()},
        }
        self._audit.note(by, PURGED, f"purge {number}", after=canonical(told))
        return next(one for one in self.all() if one.id == number)


def _quotes(draft: Candidate) -> Iterator[str]:
    groups = [one.evidence for one in draft.fields] + [one.evidence for one in draft.codes]
    for evidence in (*groups, *(one.evidence for one in draft.rules)):
        yield from (one.quote for one in evidence)


def _is_told_apart(half: str) -> bool:
    """Whether a quote is told from the words that the register itself writes around values."""
    return len(half) >= SHORTEST and not re.fullmatch(r"[a-z0-9_.:]+", half)
