"""sqlite-utils, imported without numpy: it takes a tenth of a second, for types of numbers that no register holds."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import get_ident
from types import ModuleType
from typing import Any


class _Hidden(MetaPathFinder):
    """Says that these libraries are not installed, to the thread that made it; one that is loaded is not asked for."""

    def __init__(self, *libraries: str) -> None:
        self._libraries, self._thread = libraries, get_ident()

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname in self._libraries and get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is not imported here", name=fullname)


@contextmanager
def _without(*libraries: str) -> Iterator[None]:
    """What this thread imports meanwhile does not find these libraries; other threads do."""
    hidden = _Hidden(*libraries)
    sys.meta_path = [hidden, *sys.meta_path]  # a new list, for another thread may be walking along the old one
    try:
        yield
    finally:
        sys.meta_path = [finder for finder in sys.meta_path if finder is not hidden]


with _without("numpy", "pandas"):
    from sqlite_utils import Database as PlainDatabase
    from sqlite_utils import Migrations


class Database(PlainDatabase):
    """sqlite-utils' own, but that `query` puts no savepoint around what only reads."""

    def query(
        self, sql: str, params: Sequence[Any] | dict[str, Any] | None = None
    ) -> Generator[dict[str, Any], None, None]:
        """The rows of a statement that reads, as dictionaries; raises ValueError for one that gives none."""
        cursor = self.execute(sql, params)
        if cursor.description is None:
            raise ValueError("query reads; execute is for all other statements")
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)


__all__ = ["Database", "Migrations", "PlainDatabase"]
