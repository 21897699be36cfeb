"""The SQLite file of a publication: plain tables, written row after row, with full-text search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from types import TracebackType

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name and columns; those of `whole` hold whole numbers, the others text. `belongs` is a column and the
    table whose `id` it names."""

    name: str
    columns: tuple[str, ...]
    key: str = ""
    whole: tuple[str, ...] = ()
    belongs: tuple[str, str] | None = None

    @property
    def statement(self) -> str:
        told = [f'"{name}" {"INTEGER" if name in self.whole else "TEXT"}{self._key(name)}' for name in self.columns]
        if self.belongs:
            told.append(f'FOREIGN KEY ("{self.belongs[0]}") REFERENCES "{self.belongs[1]}" ("id")')
        return f'CREATE TABLE "{self.name}" ({", ".join(told)})'

    def _key(self, name: str) -> str:
        return " PRIMARY KEY" if name == self.key else ""


class DatasetFile:
    """Writes one file, which must not be there yet; the same rows give the same bytes with the same SQLite."""

    def __init__(self, path: Path) -> None:
        self._conn = connect(path, isolation_level=None)
        self._conn.execute("PRAGMA journal_mode = OFF")  # a file that is broken off is thrown away
        self._conn.execute("PRAGMA synchronous = OFF")
        self._conn.execute("PRAGMA page_size = 4096")

    def fill(self, table: Table, rows: Iterable[Sequence[Cell]]) -> None:
        """Makes the table with these rows, each with a cell for each column."""
        self._conn.execute(table.statement)
        holes = ", ".join("?" * len(table.columns))
        self._conn.execute("BEGIN")
        self._conn.executemany(f'INSERT INTO "{table.name}" VALUES ({holes})', rows)  # noqa: S608 (the name is ours)
        self._conn.execute("COMMIT")
        if table.belongs:
            column = table.belongs[0]
            self._conn.execute(f'CREATE INDEX "{table.name}_by_{column}" ON "{table.name}" ("{column}")')

    def search(self, table: str, columns: tuple[str, ...]) -> None:
        """Full-text search over these columns, whatever the accents and endings of words."""
        listed = ", ".join(f'"{name}"' for name in columns)
        self._conn.execute(
            f"CREATE VIRTUAL TABLE \"{table}_fts\" USING fts5 ({listed}, content='{table}', "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._conn.execute(f'INSERT INTO "{table}_fts" ("{table}_fts") VALUES (\'rebuild\')')  # noqa: S608

    def __enter__(self) -> DatasetFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._conn.execute("PRAGMA user_version = 1")
            self._conn.execute("VACUUM")
        self._conn.close()
