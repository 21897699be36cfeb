"""Puts masks into every column of text of the register, whatever tables there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from register.database import Database
from register.public.masking import Mask, holds_anywhere

INDEX_OF_WORDS = re.compile(r"USING\s+fts5\s*\(", re.IGNORECASE)
KEEPS_NO_TEXT = re.compile(r"content\s*=\s*''")
KEPT_PACKED = ("publication_lines",)  # its lines are packed: PublicationTables.rewrite goes through them
GENERATED = (2, 3)  # of PRAGMA table_xinfo: a column that follows from others

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, the columns of its key, and those that hold text or bytes."""

    name: str
    key: tuple[str, ...]
    text: tuple[str, ...]
    blobs: tuple[str, ...]
    columns: frozenset[str] = frozenset()
    index: bool = False  # of words


class MaskedTables:
    """Masks in a register; stands in the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def hide(self, mask: Mask) -> dict[str, list[Key]]:
        """Hides the values in every table; gives the keys of the rows that changed, by table.

        What is append-only is so for everybody else: the caller puts this between `without_triggers`.
        """
        touched: dict[str, list[Key]] = {}
        for table in self._tables():
            if keys := self._hide_in(table, mask):
                touched[table.name] = keys
                if table.index:  # an index keeps words that were deleted until it is made anew
                    self._db.execute(f"INSERT INTO {table.name}({table.name}) VALUES ('rebuild')")  # noqa: S608
        return touched

    def replace_in(self, candidate_id: str, pairs: Mapping[str, str]) -> None:
        """Says otherwise, in all rows that are about a candidate or its record, what held half of a value."""
        if not pairs:
            return
        own = "(SELECT id FROM records WHERE candidate_id = ?)"
        line = "(SELECT line FROM queue_lines WHERE candidate_id = ?)"
        for table in self._tables():
            about = {name: f"{name} = ?" for name in ("candidate_id",) if name in table.columns}
            about |= {name: f"{name} = {own}" for name in ("record_id",) if name in table.columns}
            about |= {"candidates": {"id": "id = ?"}, "audit": {"about": "about = 'candidate ' || ?"}}.get(
                table.name, {}
            )
            where = f"rowid = {line}" if table.index else next(iter(about.values()), "")
            if where:
                self._replace(table, where, candidate_id, pairs)

    def _replace(self, table: Table, where: str, candidate_id: str, pairs: Mapping[str, str]) -> None:
        keys = ", ".join(f'"{name}"' for name in table.key)
        this = " AND ".join(f'"{name}" IS ?' for name in table.key)
        changed = False
        for column in table.text:
            rows = self._db.execute(f'SELECT {keys}, "{column}" FROM {table.name} WHERE {where}', [candidate_id])  # noqa: S608
            for *key, value in rows.fetchall():
                told = replaced(value, pairs) if isinstance(value, str) else value
                if told != value:
                    changed = True
                    self._db.execute(f'UPDATE {table.name} SET "{column}" = ? WHERE {this}', [told, *key])  # noqa: S608
        if changed and table.index:
            self._db.execute(f"INSERT INTO {table.name}({table.name}) VALUES ('rebuild')")  # noqa: S608

    def remains(self, mask: Mask) -> tuple[str, ...]:
        """Names of the tables that still hold one of the values."""
        return tuple(table.name for table in self._tables() if any(True for _ in self._found(table, mask)))

    def that_name_the_archive(self) -> tuple[str, ...]:
        """Names of the tables with a place in the archive in each row."""
        tables = (table for table in self._tables() if "archive" in table.text)
        of = {table.name: {c["name"] for c in self._db.query(f"PRAGMA table_info({table.name})")} for table in tables}
        return tuple(name for name, columns in of.items() if "archive_offset" in columns)

    def forget_public_words(self) -> None:
        """Empties the public's index of words, which keeps no text of its own: publishing makes it anew."""
        self._db.execute("INSERT INTO public_words(public_words) VALUES ('delete-all')")

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Takes all triggers away, and puts the very same back: in one transaction, so that nobody sees it."""
        triggers = list(self._db.query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"))
        for trigger in triggers:
            self._db.execute(f'DROP TRIGGER "{trigger["name"]}"')
        yield
        for trigger in triggers:
            self._db.execute(trigger["sql"])

    def _hide_in(self, table: Table, mask: Mask) -> list[Key]:
        found = list(self._found(table, mask))
        where = " AND ".join(f'"{name}" IS ?' for name in table.key)
        for key, column, value in sorted(found, key=lambda one: one[1] in table.key):  # what names the row comes last
            hidden = mask.hide(value) if isinstance(value, str) else None
            self._db.execute(f'UPDATE {table.name} SET "{column}" = ? WHERE {where}', [hidden, *key])  # noqa: S608
        return list(dict.fromkeys(key for key, _, _ in found))

    def _found(self, table: Table, mask: Mask) -> Iterator[tuple[Key, str, str | bytes]]:
        """(key, column, value) of each value that holds something to hide."""
        keys = ", ".join(f'"{name}"' for name in table.key)
        for column in table.text:
            likely = " OR ".join([f'"{column}" LIKE ?'] * len(mask.likely))
            rows = self._db.execute(
                f'SELECT {keys}, "{column}" FROM {table.name} WHERE {likely}',  # noqa: S608 (names are ours)
                [f"%{part}%" for part in mask.likely],
            )
            for *key, value in rows:
                if isinstance(value, str) and mask.holds(value):
                    yield tuple(key), column, value
        for column in table.blobs:
            for *key, value in self._db.execute(f'SELECT {keys}, "{column}" FROM {table.name}'):  # noqa: S608
                if isinstance(value, bytes) and holds_anywhere(value, mask):
                    yield tuple(key), column, value

    def _tables(self) -> Iterator[Table]:
        rows = list(self._db.query("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"))
        indexes = [row["name"] for row in rows if INDEX_OF_WORDS.search(row["sql"])]
        for row in rows:
            name, own = row["name"], INDEX_OF_WORDS.search(row["sql"]) is not None
            shadow = any(name.startswith(f"{index}_") and name != index for index in indexes)
            if name.startswith("sqlite_") or name in KEPT_PACKED or (shadow and not name.endswith("_due")):
                continue
            if own and KEEPS_NO_TEXT.search(row["sql"]):
                continue
            yield self._table(name, row["sql"], index=own)

    def _table(self, name: str, sql: str, *, index: bool) -> Table:
        columns = [c for c in self._db.query(f"PRAGMA table_xinfo({name})") if c["hidden"] not in (1, *GENERATED)]
        whole = "WITHOUT ROWID" in sql.upper()
        key = tuple(c["name"] for c in sorted(columns, key=lambda c: c["pk"]) if c["pk"]) if whole else ("rowid",)
        blobs = tuple(c["name"] for c in columns if c["type"].upper() == "BLOB")
        text = tuple(c["name"] for c in columns if index or c["type"].upper() in ("TEXT", "ANY"))
        return Table(
            name=name, key=key, text=text, blobs=blobs, columns=frozenset(c["name"] for c in columns), index=index
        )


def replaced(text: str, pairs: Mapping[str, str]) -> str:
    """The text, which may be JSON, with each of the words said otherwise, the longest first."""
    for was, now in sorted(pairs.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(was, now)
        if (written := json.dumps(was, ensure_ascii=False)[1:-1]) != was:
            text = text.replace(written, json.dumps(now, ensure_ascii=False)[1:-1])
    return text
