"""Transactions: what belongs together is written together, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY, OperationalError

from register.database import Database
from register.errors import BusyError
from register.store.queue.words import write_words


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """All that the block reads is as it was at one moment, whatever others write meanwhile; nobody waits for it."""
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All of the block or nothing; takes the write lock first, so that what is read in it stays true.

    Raises BusyError where others hold that lock for as long as the connection waits.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    try:
        db.conn.execute("BEGIN IMMEDIATE")
    except OperationalError as error:
        if error.sqlite_errorcode == SQLITE_BUSY:
            raise BusyError from error
        raise
    try:
        yield
        write_words(db)
    except BaseException:
        db.conn.rollback()
        raise
    db.conn.commit()
