"""Reviewers and their sessions; passwords and session tokens are kept only as hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from register.database import Database
from register.models import Clock
from register.serial import digest, from_text, to_text

ROLES = ("viewer", "reviewer", "adjudicator", "admin")
SESSION_LENGTH = timedelta(hours=12)


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
        """Adds a user, or gives an existing one a new role and password; their open sessions end."""
        self._db.execute(
            "INSERT INTO users (name, password_hash, role, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role, disabled_at = NULL",
            [name, password_hash, role, to_text(self._clock())],
        )
        self._db.execute("DELETE FROM sessions WHERE user = ?", [name])

    def disable(self, name: str) -> None:
        self._db.execute("UPDATE users SET disabled_at = ? WHERE name = ?", [to_text(self._clock()), name])
        self._db.execute("DELETE FROM sessions WHERE user = ?", [name])

    def find(self, name: str) -> User | None:
        return next((_user(row) for row in self._db.query("SELECT * FROM users WHERE name = ?", [name])), None)

    def all(self) -> tuple[User, ...]:
        return tuple(_user(row) for row in self._db.query("SELECT * FROM users ORDER BY name"))

    def open_session(self, name: str, *, token: str, csrf: str) -> None:
        now = self._clock()
        self._db.execute("DELETE FROM sessions WHERE expires_at < ?", [to_text(now)])
        self._db.execute(
            "INSERT INTO sessions (token_hash, user, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            [digest(token), name, csrf, to_text(now), to_text(now + SESSION_LENGTH)],
        )

    def session(self, token: str) -> Session | None:
        """The session that `token` opened, unless it has expired or its user was disabled."""
        rows = self._db.query(
            "SELECT u.*, s.csrf, s.expires_at FROM sessions s JOIN users u ON u.name = s.user "
            "WHERE s.token_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL",
            [digest(token), to_text(self._clock())],
        )
        for row in rows:
            return Session(user=_user(row), csrf=row["csrf"], expires_at=from_text(row["expires_at"]))
        return None

    def close_session(self, token: str) -> None:
        self._db.execute("DELETE FROM sessions WHERE token_hash = ?", [digest(token)])


def _user(row: dict[str, str]) -> User:
    return User(
        name=row["name"],
        role=row["role"],
        password_hash=row["password_hash"],
        created_at=from_text(row["created_at"]),
        disabled_at=from_text(row["disabled_at"]) if row["disabled_at"] else None,
    )
