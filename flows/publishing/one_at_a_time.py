"""Work that only one at a time may do: the lock of another that was killed goes with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from register.errors import TidiermapError

OWNERS = 0o600  # a folder of backups is read by its owner alone


@contextmanager
def only_one(beside: Path, work: str) -> Iterator[None]:
    """Holds the lock of this kind of work beside a register or in a folder of backups; says where it is done already.

    Raises TidiermapError, without waiting, where another process does it.
    """
    name = f".{work}.lock" if beside.is_dir() else f".{beside.name}.{work}.lock"
    folder = beside if beside.is_dir() else beside.parent
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / name, os.O_RDWR | os.O_CREAT, OWNERS), "r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f" (process {told})" if (told := lock.read().strip()) else ""
            raise TidiermapError(
                f"{beside}: found another {work} under way{who}, expected one at a time: wait until it is done"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
