"""A secret of this machine, in a file beside the register that nobody else can read: never in the database or a log."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from register.errors import ConfigError

LENGTH = 32  # bytes
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_or_make(path: Path) -> bytes:
    """The secret in `path`, made at first use with mode 600; two processes at once agree on one.

    Raises ConfigError where others can read the file, or where it holds less than a secret.
    """
    if not path.exists():
        _make(path)
    found = path.read_bytes().strip()
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & OTHERS:
        raise ConfigError(
            str(path), "(mode)", f"{mode:03o}", "600: others of this machine can read the secret; make a new one"
        )
    if len(found) < 2 * LENGTH:
        raise ConfigError(str(path), "(file)", f"{len(found)} bytes", f"{2 * LENGTH}; delete it, and a new one is made")
    return found


def _make(path: Path) -> None:
    """Writes the whole secret before the file has its name, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, secrets.token_hex(LENGTH).encode())
        os.fsync(file)
    finally:
        os.close(file)
    with suppress(FileExistsError):  # another process was faster; its secret counts
        os.link(partial, path)
    partial.unlink()
