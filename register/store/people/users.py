"""Reviewers and their sessions; passwords and session tokens are kept only as hashes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import OperationalError

from register.database import Database
from register.errors import NotFoundError, TidiermapError
from register.models import Clock
from register.serial import digest, from_text, to_text

ROLES = ("viewer", "reviewer", "adjudicator", "admin")
SESSION_LENGTH = timedelta(hours=12)
REST = timedelta(hours=1)  # a session that nobody used for so long ends too
SEEN_EACH = timedelta(minutes=1)  # use is noted so often, that reading a page is no writing each time
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    name: str
    role: str
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    user: User
    csrf: str
    expires_at: datetime


class UserTables:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def put(self, name: str, *, role: str, password_hash: str) -> None:
        """Adds a user, or gives an existing one a new role and password; their open sessions end.

        Raises TidiermapError where no admin would be left.
        """
        if role != ROLES[-1]:
            self._keep_an_admin(name)
        self._db.execute(
            "INSERT INTO users (name, password_hash, role, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role, disabled_at = NULL",
            [name, password_hash, role, to_text(self._clock())],
        )
        self.close_sessions(name)

    def set_role(self, name: str, role: str) -> None:
        """Gives a user another role; their open sessions end, so that it holds from their next request on.

        Raises TidiermapError where nobody would be left who may change roles.
        """
        if role != ROLES[-1]:
            self._keep_an_admin(name)
        self._db.execute("UPDATE users SET role = ? WHERE name = ?", [role, name])
        self.close_sessions(name)

    def set_password(self, name: str, password_hash: str) -> None:
        """Gives a user another password; their open sessions end."""
        self._db.execute("UPDATE users SET password_hash = ? WHERE name = ?", [password_hash, name])
        self.close_sessions(name)

    def disable(self, name: str) -> None:
        """Lets a user sign in no more. Raises TidiermapError where no admin would be left."""
        self._keep_an_admin(name)
        self._db.execute("UPDATE users SET disabled_at = ? WHERE name = ?", [to_text(self._clock()), name])
        self.close_sessions(name)

    def enable(self, name: str) -> None:
        self._db.execute("UPDATE users SET disabled_at = NULL WHERE name = ?", [name])

    def get(self, name: str) -> User:
        if user := self.find(name):
            return user
        raise NotFoundError(f"user {name}: there is none in this register")

    def rehash(self, name: str, *, old: str, new: str) -> None:
        """The same password hashed anew; nothing where it is another one by now."""
        self._db.execute("UPDATE users SET password_hash = ? WHERE name = ? AND password_hash = ?", [new, name, old])

    def find(self, name: str) -> User | None:
        return next((_user(row) for row in self._db.query("SELECT * FROM users WHERE name = ?", [name])), None)

    def all(self) -> tuple[User, ...]:
        return tuple(_user(row) for row in self._db.query("SELECT * FROM users ORDER BY name"))

    def open_sessions(self) -> dict[str, tuple[datetime, ...]]:
        """When each session was opened that is still open, the latest first, by the name of its user."""
        rows = self._db.query(
            "SELECT user, created_at FROM sessions WHERE expires_at > ? ORDER BY created_at DESC",
            [to_text(self._clock())],
        )
        found: dict[str, tuple[datetime, ...]] = {}
        for row in rows:
            found[row["user"]] = (*found.get(row["user"], ()), from_text(row["created_at"]))
        return found

    def open_session(self, name: str, *, token: str, csrf: str) -> None:
        now = self._clock()
        self._db.execute("DELETE FROM sessions WHERE expires_at < ?", [to_text(now)])
        self._db.execute(
            "INSERT INTO sessions (token_hash, user, csrf, created_at, expires_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
            [digest(token), name, csrf, to_text(now), to_text(now + SESSION_LENGTH), to_text(now)],
        )

    def session(self, token: str) -> Session | None:
        """The session that `token` opened, unless it has expired, rested too long, or its user was disabled."""
        now = self._clock()
        rows = self._db.query(
            "SELECT u.*, s.csrf, s.expires_at, s.seen_at FROM sessions s JOIN users u ON u.name = s.user "
            "WHERE s.token_hash = ? AND s.expires_at > ? AND s.seen_at > ? AND u.disabled_at IS NULL",
            [digest(token), to_text(now), to_text(now - REST)],
        )
        for row in list(rows):
            if from_text(row["seen_at"]) <= now - SEEN_EACH:
                self._note_use(token, now)
            return Session(user=_user(row), csrf=row["csrf"], expires_at=from_text(row["expires_at"]))
        return None

    def _note_use(self, token: str, now: datetime) -> None:
        """Waits for nobody who writes at the moment: the next page notes it."""
        connection = self._db.conn
        waits = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(OperationalError):
            self._db.execute("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", [to_text(now), digest(token)])
        connection.execute(f"PRAGMA busy_timeout = {waits}")

    def close_session(self, token: str) -> None:
        self._db.execute("DELETE FROM sessions WHERE token_hash = ?", [digest(token)])

    def close_sessions(self, name: str) -> int:
        """Ends every session of a user, and gives back what they hold; gives how many sessions there were."""
        self._db.execute("DELETE FROM leases WHERE holder = ?", [name])
        return self._db.execute("DELETE FROM sessions WHERE user = ?", [name]).rowcount

    def _keep_an_admin(self, name: str) -> None:
        others = self._db.query(
            "SELECT 1 AS one FROM users WHERE role = ? AND disabled_at IS NULL AND name <> ? LIMIT 1", [ROLES[-1], name]
        )
        user = self.find(name)
        if user and user.role == ROLES[-1] and user.disabled_at is None and not list(others):
            raise TidiermapError(f"user {name}: found the only admin, expected another one to be made first")


def _user(row: dict[str, str]) -> User:
    return User(
        name=row["name"],
        role=row["role"],
        password_hash=row["password_hash"],
        created_at=from_text(row["created_at"]),
        disabled_at=from_text(row["disabled_at"]) if row["disabled_at"] else None,
    )


def check_name(name: str) -> str:
    """The name that a user may have, without spaces around it; raises TidiermapError for one that would not be read
    back as it was written."""
    kept = name.strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise TidiermapError(f"name: found {name!r}, expected 1 to {LONGEST_NAME} letters, digits or signs")
    return kept
