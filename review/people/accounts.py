"""Passwords: argon2 hashes, and random passwords that can be read out over the telephone."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# No letters or digits that are taken for one another: i, l, o, 0, 1.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4
GROUP_LENGTH = 4

# The hash of a password that nobody has. A sign-in with an unknown name is checked against it, so that it takes as
# long as one with a known name.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$k4iJtedJ+oRufw0F9k6NOg$dCs0FYrt+Z1IxHoEaBTFsp6SSDx1KnwMq5677VKrRt0"


def hash_password(password: str) -> str:
    return PasswordHasher().hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether `password` gave `password_hash`; False also where that is no argon2 hash."""
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether passwords are hashed with more work by now than this one was."""
    return PasswordHasher().check_needs_rehash(password_hash)


def make_password() -> str:
    """A random password of 16 characters (79 bits) in groups of four: `kfty-7mwq-hd3x-p9ra`."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)
