"""The register's tables, as migrations: a module each, `mNNN_what_it_does`, in order, never edited once released.

A module says what it does as STATEMENTS: SQL, one statement after another.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from sqlite3 import complete_statement

from register.database import Database, Migrations


def register_migrations() -> Migrations:
    """The migrations in the order of their numbers; a new one is a module with the next number."""
    migrations = Migrations("tidiermap")
    for name in sorted(module.name for module in iter_modules(__path__)):
        _add(migrations, name)
    return migrations


def _add(migrations: Migrations, name: str) -> None:
    statements: str = import_module(f"{__name__}.{name}").STATEMENTS

    @migrations(name=name)
    def apply(db: Database) -> None:
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
