"""A folder of files that takes the place of its earlier state at once: whoever reads it sees one state or the other."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from register.errors import PublishError
from register.formats import MANIFEST

# What publications wrote before their manifest named every file.
OWN = frozenset({MANIFEST, "audit.json", "records.csv", "evidence.csv", "tombstones.csv", "records.json"})
WRITING = ".writing"  # in a folder that is not whole yet
AT_FDCWD, EXCHANGE = -100, 2  # of Linux's renameat2 and macOS's renamex_np alike
NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV)


def begin(folder: Path) -> Path:
    """An empty folder beside `folder` to write its next state into.

    Raises PublishError where `folder` holds what no publication wrote: it would be gone with the earlier state. Hidden
    files (a version control's, the desktop's) are carried over.
    """
    if folder.is_dir():
        if foreign := sorted(_shown(folder) - _written(folder)):
            raise PublishError(
                f"{folder}: found {foreign[0]}, which no publication wrote, expected an empty folder or the last "
                "publication: move it, or name another folder with --out"
            )
    elif folder.exists():
        raise PublishError(f"{folder}: found a file, expected a folder: name another with --out")
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    partial.mkdir()
    (partial / WRITING).touch()
    return partial


def empty(partial: Path, *, but: str) -> None:
    """Takes away what was written into the folder that `begin` gave, but for one entry."""
    for path in partial.iterdir():
        if path.name not in (WRITING, but):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def settle(partial: Path) -> None:
    """Returns when all that was written below the folder is on the disk, and says that it is whole."""
    (partial / WRITING).unlink(missing_ok=True)
    settle_all(partial)


def settle_all(partial: Path) -> None:
    """Returns when all that was written below the folder is on the disk."""
    for path in (*partial.rglob("*"), partial):
        settle_one(path)


def settle_one(path: Path) -> None:
    """Returns when the file's bytes, or the folder's names, are on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def put_in_place(partial: Path, folder: Path) -> None:
    """Puts the folder that `begin` gave in the place of `folder`, and clears up what was broken off before."""
    folder = folder.resolve()
    if partial.exists():
        if folder.exists():
            _exchange(partial, folder)
        else:
            partial.rename(folder)
    for left in folder.parent.glob(f".{folder.name}.*.partial"):
        if not (left / WRITING).exists():  # what was here before, with hidden files of whoever keeps the folder
            for hidden in (one for one in left.iterdir() if one.name.startswith(".")):
                if not (folder / hidden.name).exists():
                    hidden.rename(folder / hidden.name)
        shutil.rmtree(left)


def _shown(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def _written(folder: Path) -> set[str]:
    """The entries of the folder that publications wrote."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = {str(name).partition("/")[0] for name in told["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {*OWN, *named}


def _exchange(one: Path, other: Path) -> None:
    """Each folder takes the place of the other, in one step where the system can; else `other` is gone for a moment."""
    if _exchanged_at_once(one, other):
        return
    aside = one.with_name(f"{one.name.removesuffix('.partial')}-old.partial")
    other.rename(aside)
    one.rename(other)


def _exchanged_at_once(one: Path, other: Path) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    calls: dict[str, tuple[str, Callable[[Callable[..., int]], int]]] = {
        "linux": ("renameat2", lambda call: call(AT_FDCWD, paths[0], AT_FDCWD, paths[1], EXCHANGE)),
        "darwin": ("renamex_np", lambda call: call(*paths, EXCHANGE)),
    }
    name, give = calls.get(sys.platform, ("", lambda _: -1))
    call = getattr(libc, name, None) if name else None
    if call is None:
        return False
    if give(call) == 0:
        return True
    if (number := ctypes.get_errno()) in NOT_HERE:
        return False
    raise OSError(number, os.strerror(number), str(other))
