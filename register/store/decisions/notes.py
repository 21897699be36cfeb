"""What reviewers say beside deciding (unsure, later, a question, a comment), and what they typed and did not save."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.database import Database
from register.errors import NotFoundError, TidiermapError
from register.models import Clock
from register.serial import from_text, to_text


class NoteKind(StrEnum):
    UNSURE = "unsure"
    LATER = "later"
    ASK = "ask"
    COMMENT = "comment"


# Why a candidate is in somebody's hands, as SQL over notes n with :user. `unsure` and `later` speak of what waits for a
# decision; an undo that lets it wait again brings them back.
WAITS = "n.closed_at IS NULL AND EXISTS (SELECT 1 FROM candidates w WHERE w.id = n.candidate_id AND w.state IN "
WAITS += "('undecided', 'reopened'))"
REASONS = {
    "asked": "n.kind = 'ask' AND n.closed_at IS NULL AND n.answered = 0 AND "
    "(n.to_whom = :user OR (n.to_whom = '' AND n.author <> :user))",
    "answered": "n.kind = 'ask' AND n.closed_at IS NULL AND n.answered = 1 AND n.author = :user",
    "unsure": f"n.kind = 'unsure' AND {WAITS}",
    "later": f"n.kind = 'later' AND n.author = :user AND {WAITS}",
    "comment": "n.kind = 'comment' AND n.closed_at IS NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAnswer:
    said: str
    author: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`field` is a field's name or `record`; `to_whom` is a user, "" where anybody may answer. `answered` says that the
    last word is not the author's own; `closed_by` resolved it."""

    id: int
    candidate: str
    revision: int
    field: str
    kind: NoteKind
    to_whom: str
    said: str
    author: str
    noted_at: datetime
    answered: bool
    closed_by: str
    closed_at: datetime | None
    answers: tuple[NoteAnswer, ...] = ()

    @property
    def open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a reviewer typed for a field and did not save yet, of which revision, and when."""

    field: str
    revision: int
    value: tuple[str, ...]
    quotes: str
    comment: str
    kept_at: datetime


class NoteTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def add(
        self, candidate_id: str, *, revision: int, field: str, kind: NoteKind, author: str, to: str = "", said: str = ""
    ) -> int:
        """Keeps a note, and gives its id. A second `unsure` or `later` of the same person on the same field is the
        first. Raises TidiermapError for a question or a comment that says nothing."""
        if kind in (NoteKind.ASK, NoteKind.COMMENT) and not said:
            raise TidiermapError(f"found a {'question' if kind is NoteKind.ASK else 'comment'} without words")
        if kind in (NoteKind.UNSURE, NoteKind.LATER):
            rows = self._db.query(
                "SELECT id FROM notes WHERE candidate_id = ? AND field = ? AND kind = ? AND author = ? AND said = ? "
                "AND closed_at IS NULL",
                [candidate_id, field, kind.value, author, said],
            )
            for row in rows:
                return int(row["id"])
        cursor = self._db.execute(
            "INSERT INTO notes (candidate_id, revision, field, kind, to_whom, said, author, noted_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [candidate_id, revision, field, kind.value, to, said, author, to_text(self._clock())],
        )
        return int(cursor.lastrowid or 0)

    def answer(self, note_id: int, *, said: str, author: str) -> None:
        """Adds an answer; the asker's own asks anew. Raises TidiermapError for one without words, or to what is
        resolved."""
        note = self.get(note_id)
        if not said:
            raise TidiermapError("found an answer without words")
        if not note.open:
            raise TidiermapError(f"{note.closed_by} resolved this meanwhile; write a new note")
        self._db.execute(
            "INSERT INTO note_answers (note_id, said, author, answered_at) VALUES (?, ?, ?, ?)",
            [note_id, said, author, to_text(self._clock())],
        )
        self._db.execute("UPDATE notes SET answered = ? WHERE id = ?", [author != note.author, note_id])

    def resolve(self, note_id: int, *, by: str) -> None:
        self._db.execute(
            "UPDATE notes SET closed_by = ?, closed_at = ? WHERE id = ? AND closed_at IS NULL",
            [by, to_text(self._clock()), note_id],
        )

    def reopen(self, note_id: int) -> None:
        self._db.execute("UPDATE notes SET closed_by = '', closed_at = NULL WHERE id = ?", [note_id])

    def get(self, note_id: int) -> Note:
        for row in self._db.query("SELECT * FROM notes WHERE id = ?", [note_id]):
            return self._note(row)
        raise NotFoundError(f"note {note_id}: there is none")

    def questions(self) -> tuple[Note, ...]:
        """Every question that waits for its first answer, whomever it was put to, oldest first."""
        rows = self._db.query(
            "SELECT * FROM notes WHERE kind = 'ask' AND closed_at IS NULL AND answered = 0 ORDER BY id"
        )
        return tuple(self._note(row) for row in rows)

    def of_candidate(self, candidate_id: str) -> tuple[Note, ...]:
        """All notes on the candidate, oldest first, resolved ones too."""
        rows = self._db.query("SELECT * FROM notes WHERE candidate_id = ? ORDER BY id", [candidate_id])
        return tuple(self._note(row) for row in rows)

    def candidates(self, reason: str, user: str) -> tuple[str, ...]:
        """Ids of the candidates that are in the user's hands for that reason, a key of REASONS; the oldest first."""
        rows = self._db.query(
            f"SELECT n.candidate_id AS id FROM notes n WHERE {REASONS[reason]} GROUP BY 1 ORDER BY min(n.id)",  # noqa: S608
            {"user": user},
        )
        return tuple(row["id"] for row in rows)

    def reasons(self, candidate_ids: tuple[str, ...], user: str) -> dict[str, tuple[str, ...]]:
        """Keys of REASONS that hold for the user, of each of these candidates; none where nothing holds."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(candidate_ids, ())
        names = {f"c{number}": one for number, one in enumerate(candidate_ids)}
        holes = ", ".join(f":{name}" for name in names)
        for reason, condition in REASONS.items():
            rows = self._db.query(
                f"SELECT DISTINCT n.candidate_id AS id FROM notes n WHERE n.candidate_id IN ({holes}) AND {condition}",  # noqa: S608
                {**names, "user": user},
            )
            for row in rows:
                found[row["id"]] += (reason,)
        return found

    def keep_typed(
        self,
        candidate_id: str,
        field: str,
        *,
        by: str,
        revision: int,
        value: tuple[str, ...],
        quotes: str,
        comment: str,
    ) -> None:
        """Keeps what a reviewer typed for a field until it is saved, in the place of what they typed before."""
        self._db.execute(
            "INSERT INTO typed (candidate_id, reviewer, field, revision, value, quotes, comment, kept_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (candidate_id, reviewer, field) DO UPDATE SET "
            "revision = excluded.revision, value = excluded.value, quotes = excluded.quotes, "
            "comment = excluded.comment, kept_at = excluded.kept_at",
            [candidate_id, by, field, revision, json.dumps(value), quotes, comment, to_text(self._clock())],
        )

    def drop_typed(self, candidate_id: str, field: str, *, by: str) -> None:
        self._db.execute(
            "DELETE FROM typed WHERE candidate_id = ? AND reviewer = ? AND field = ?", [candidate_id, by, field]
        )

    def typed(self, candidate_id: str, *, by: str) -> dict[str, Typed]:
        """What the reviewer typed and did not save, by field."""
        rows = self._db.query("SELECT * FROM typed WHERE candidate_id = ? AND reviewer = ?", [candidate_id, by])
        return {
            row["field"]: Typed(
                field=row["field"],
                revision=row["revision"],
                value=tuple(json.loads(row["value"])),
                quotes=row["quotes"],
                comment=row["comment"],
                kept_at=from_text(row["kept_at"]),
            )
            for row in rows
        }

    def _note(self, row: dict[str, str]) -> Note:
        answers = self._db.query("SELECT * FROM note_answers WHERE note_id = ? ORDER BY id", [row["id"]])
        return Note(
            id=int(row["id"]),
            candidate=row["candidate_id"],
            revision=int(row["revision"]),
            field=row["field"],
            kind=NoteKind(row["kind"]),
            to_whom=row["to_whom"],
            said=row["said"],
            author=row["author"],
            noted_at=from_text(row["noted_at"]),
            answered=bool(row["answered"]),
            closed_by=row["closed_by"],
            closed_at=from_text(row["closed_at"]) if row["closed_at"] else None,
            answers=tuple(
                NoteAnswer(said=one["said"], author=one["author"], answered_at=from_text(one["answered_at"]))
                for one in answers
            ),
        )
