"""The words by which candidates are found.

FTS5 writes out what it holds before each further statement that has triggers: the words of all that a transaction
admits wait in a table of their own, and come to the index together at its end.
"""

from __future__ import annotations

from register.database import Database
from register.models import Candidate

MOST_WORDS = 4_000  # characters of a service's own words that it is found by


class WordTables:
    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, line: int, draft: Candidate, *, version_id: int) -> None:
        """Puts a draft's words in the place of its candidate's earlier ones, at the end of the open transaction."""
        provider = next((field for field in draft.fields if field.name == "fact.provider"), None)
        organisation = str(provider.value) if provider is not None and provider.value is not None else ""
        text = next(self._db.query("SELECT text FROM page_versions WHERE id = ?", [version_id]))["text"]
        own = "\n".join(text[start:end] for start, end in draft.spans)[:MOST_WORDS]
        self._db.execute(
            "INSERT OR REPLACE INTO queue_words_due (line, name, organisation, address, words) VALUES (?, ?, ?, ?, ?)",
            [line, draft.name, organisation, draft.page_url, own],
        )
        if not self._db.conn.in_transaction:
            write_words(self._db)


def write_words(db: Database) -> None:
    """Writes the words that wait to the index."""
    if next(db.query("SELECT 1 AS one FROM queue_words_due LIMIT 1"), None) is None:
        return
    db.execute(
        "INSERT OR REPLACE INTO queue_words (rowid, name, organisation, address, words) "
        "SELECT line, name, organisation, address, words FROM queue_words_due"
    )
    db.execute("DELETE FROM queue_words_due")
