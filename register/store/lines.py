"""What a draft says of its candidate's line in the queue, and the words that find it; the rest follows by triggers."""

from __future__ import annotations

from register.chance import chance_of
from register.database import Database
from register.models import Candidate
from register.vocabulary import Status

MOST_WORDS = 4_000  # characters of a service's own words that it is found by
UNSURE = 0.5  # the score of a fact whose values contradict each other


class LineTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def draw(self, draft: Candidate, *, version_id: int) -> None:
        """What the latest draft of a candidate says of its line, and the words by which it is found."""
        row = next(self._db.query("SELECT line, page_kind FROM queue_lines WHERE candidate_id = ?", [draft.key]))
        line, kind = int(row["line"]), str(row["page_kind"])
        known = {field.name: field for field in draft.fields}
        verdict = known.get("eligibility.wide")
        self._db.execute(
            "UPDATE queue_lines SET chance = ?, type_known = ?, unclear = ?, clash = ?, type = ?, population = ? "
            "WHERE line = ?",
            [
                chance_of(draft, kind=kind),
                bool(first_code(draft, "type")),
                verdict is None or verdict.status is not Status.REPORTED,
                any(
                    f.status is Status.REPORTED and f.score <= UNSURE
                    for f in draft.fields
                    if f.name.startswith("fact.")
                ),
                first_code(draft, "type"),
                first_code(draft, "population"),
                line,
            ],
        )
        provider = known.get("fact.provider")
        organisation = str(provider.value) if provider is not None and provider.value is not None else ""
        self._db.execute(
            "INSERT OR REPLACE INTO queue_words (rowid, name, organisation, address, words) VALUES (?, ?, ?, ?, ?)",
            [line, draft.name, organisation, draft.page_url, self._own_words(draft, version_id)],
        )

    def note_touched(self, candidate_id: str) -> None:
        """Notes the open fields of a reopened candidate, by which it is filtered."""
        self._db.execute(
            "INSERT OR IGNORE INTO queue_touched (field, line, locality) SELECT f.name, l.line, l.locality FROM "
            "queue_lines l JOIN fields f ON f.candidate_id = l.candidate_id WHERE l.candidate_id = ? AND l.stage = 0 "
            "AND f.state = 'open'",
            [candidate_id],
        )

    def _own_words(self, draft: Candidate, version_id: int) -> str:
        text = next(self._db.query("SELECT text FROM page_versions WHERE id = ?", [version_id]))["text"]
        return "\n".join(text[start:end] for start, end in draft.spans)[:MOST_WORDS]


def first_code(draft: Candidate, scheme: str) -> str:
    """The first code that the machine proposes of a scheme; empty where it proposes none."""
    field = next((one for one in draft.fields if one.name == f"code.{scheme}"), None)
    if field is None or field.status is not Status.REPORTED or not isinstance(field.value, tuple):
        return ""
    return field.value[0] if field.value else ""
