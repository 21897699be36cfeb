"""What a draft says of its candidate's line in the queue, and the words that find it; the rest follows by triggers."""

from __future__ import annotations

from register.codes.vocabulary import Status
from register.database import Database
from register.models import Candidate
from register.reviewing.chance import chance_of
from register.store.queue.listing import STATES, QueueState
from register.store.queue.words import WordTables

GONE_FROM = 400  # the HTTP statuses that say that a page is not there
UNSURE = 0.5  # the score of a fact whose values contradict each other


class LineTables:
    def __init__(self, db: Database) -> None:
        self._db, self._words = db, WordTables(db)

    def begin(self, draft: Candidate, *, page_id: int, version_id: int, at: str) -> None:
        """The line of a candidate that is undecided since `at`, from its first draft."""
        page = next(self._db.query("SELECT url, kind, status FROM pages WHERE id = ?", [page_id]))
        row = {
            "candidate_id": draft.key,
            "stage": STATES.index(QueueState.UNDECIDED),
            "locality": draft.locality,
            "name": draft.name,
            "revision": 1,
            "page_id": page_id,
            "page_url": page["url"],
            "page_kind": page["kind"],
            "page_gone": page["status"] if page["status"] >= GONE_FROM else 0,
            "scope": draft.scope.value,
            "score": draft.score,
            "need": self._need(draft.locality),
            "waiting_since": at,
            "changed_at": at,
            **_told(draft, page["kind"]),
        }
        cursor = self._db.execute(
            f"INSERT INTO queue_lines ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 (ours)
            list(row.values()),
        )
        self._words.put(int(cursor.lastrowid or 0), draft, version_id=version_id)

    def draw(self, draft: Candidate, *, version_id: int) -> None:
        """What a later draft of a candidate says of its line, and the words by which it is found."""
        row = next(self._db.query("SELECT line, page_kind FROM queue_lines WHERE candidate_id = ?", [draft.key]))
        told = _told(draft, row["page_kind"])
        self._db.execute(
            f"UPDATE queue_lines SET {', '.join(f'{name} = ?' for name in told)} WHERE line = ?",  # noqa: S608 (ours)
            [*told.values(), row["line"]],
        )
        self._words.put(row["line"], draft, version_id=version_id)

    def note_touched(self, candidate_id: str) -> None:
        """Notes the open fields of a reopened candidate, by which it is filtered."""
        self._db.execute(
            "INSERT OR IGNORE INTO queue_touched (field, line, locality) SELECT f.name, l.line, l.locality FROM "
            "queue_lines l JOIN fields f ON f.candidate_id = l.candidate_id WHERE l.candidate_id = ? AND l.stage = 0 "
            "AND f.state = 'open'",
            [candidate_id],
        )

    def _need(self, locality: str) -> float:
        rows = self._db.query("SELECT need FROM locality_needs WHERE locality = ?", [locality])
        return next((float(row["need"]) for row in rows), 0.0)


def _told(draft: Candidate, kind: str) -> dict[str, object]:
    """The columns of a line that a draft from a page of that kind fills."""
    verdict = next((field for field in draft.fields if field.name == "eligibility.wide"), None)
    facts = (field for field in draft.fields if field.name.startswith("fact."))
    return {
        "chance": chance_of(draft, kind=kind),
        "type_known": bool(first_code(draft, "type")),
        "unclear": verdict is None or verdict.status is not Status.REPORTED,
        "clash": any(fact.status is Status.REPORTED and fact.score <= UNSURE for fact in facts),
        "type": first_code(draft, "type"),
        "population": first_code(draft, "population"),
    }


def first_code(draft: Candidate, scheme: str) -> str:
    """The first code that the machine proposes of a scheme; empty where it proposes none."""
    field = next((one for one in draft.fields if one.name == f"code.{scheme}"), None)
    if field is None or field.status is not Status.REPORTED or not isinstance(field.value, tuple):
        return ""
    return field.value[0] if field.value else ""
