"""Open registers that requests borrow: opening one anew for each would read its whole schema each time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from register.store import Store

KEPT = 16  # idle ones; what comes back beyond that is closed


class StorePool:
    """Lends stores over the file `path`, each to one borrower at a time; opens another where none is idle."""

    def __init__(self, path: Path, open_store: Callable[[], Store]) -> None:
        self._path, self._open = path, open_store
        self._idle: deque[tuple[tuple[int, int], Store]] = deque()

    @contextmanager
    def lend(self) -> Iterator[Store]:
        """A store until the block ends; one in whose block something went wrong is not lent again."""
        file, store = self._take()
        try:
            yield store
        except BaseException:
            store.close()
            raise
        if store.db.conn.in_transaction:
            store.db.conn.rollback()
        if len(self._idle) < KEPT:
            self._idle.append((file, store))
        else:
            store.close()

    def _take(self) -> tuple[tuple[int, int], Store]:
        while self._idle:
            try:
                file, store = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if file == self._file():  # it may have been replaced by a restored one since
                return file, store
            store.close()
        store = self._open()
        return self._file(), store

    def _file(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_dev, found.st_ino)
