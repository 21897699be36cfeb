"""The register's tables, as migrations: a module each, `mNNN_what_it_does`, in order, never edited once released.

A module says what it does as STATEMENTS: SQL, one statement after another.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from sqlite3 import complete_statement
from zlib import crc32

from register.database import Database, Migrations, PlainDatabase


def bring_up_to_date(db: Database) -> None:
    """Applies what the register lacks; one that has all of it says so in its header, and is read no further."""
    stamp = crc32(",".join(_names()).encode()) >> 1  # SQLite keeps a signed number
    if db.execute("PRAGMA user_version").fetchone()[0] != stamp:
        register_migrations().apply(db)
        db.execute(f"PRAGMA user_version = {stamp}")


def register_migrations() -> Migrations:
    """The migrations in the order of their numbers; a new one is a module with the next number."""
    migrations = Migrations("tidiermap")
    for name in _names():
        _add(migrations, name)
    return migrations


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def _add(migrations: Migrations, name: str) -> None:
    statements: str = import_module(f"{__name__}.{name}").STATEMENTS

    @migrations(name=name)
    def apply(db: PlainDatabase) -> None:
        for statement in split(statements):
            db.execute(statement)


def split(statements: str) -> Iterator[str]:
    """Each statement of SQL, triggers whole; SQLite itself says where one ends, at the end of a line."""
    lines: list[str] = []
    for line in statements.strip().splitlines():
        lines.append(line)
        if complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)
