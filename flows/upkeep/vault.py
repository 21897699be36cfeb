"""A folder of backups: each a snapshot with its manifest; files that do not change lie there once, by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from flows.publishing.swap import settle_one
from register.errors import NotFoundError, TidiermapError
from register.serial import dump, load

OBJECTS, SNAPSHOTS, MANIFEST, README = "objects", "snapshots", "backup.json", "README.txt"
BLOCK = 1 << 20
PRIVATE, OWNERS = 0o700, 0o600  # a backup has what people said, and hashes of passwords
TOLD = """Backups of a tidiermap register. `tidiermap restore THIS_FOLDER` puts the latest one back.

snapshots/TIME/register.db   the register as it was then: a SQLite file
snapshots/TIME/backup.json   where each other file belongs (path), and which file below objects/ it is (sha256)
objects/ab/abcd...           files by the SHA-256 of their bytes, each once however many backups have it
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of a backup: its path below the register's folder, its SHA-256 and size in bytes, and when the original
    was last written to (nanoseconds), by which the next backup knows it."""

    path: str
    sha256: str
    size: int
    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `registers` are SQLite files in its own folder, `files` lie below objects/.

    `audit` is the end of the audit log as `tidiermap audit verify` prints it, `log` the number of the log's last entry,
    `keys` says whether the keys that sign providers' links are in it. `incomplete` says that the archive lacked pages
    which the register names, and that somebody asked for a backup all the same.
    """

    made_at: datetime
    version: str
    registers: tuple[KeptFile, ...]
    files: tuple[KeptFile, ...]
    audit: str
    log: int
    records: int
    publication: str
    keys: bool
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Vault:
    folder: Path

    def prepare(self) -> None:
        """Makes the folder where it is not there. Raises TidiermapError where it holds something else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise TidiermapError(f"{self.folder}: found a file, expected a folder for backups")
        found = next(self.folder.iterdir(), None) if self.folder.is_dir() else None
        if found and not (self.folder / README).exists():
            raise TidiermapError(f"{self.folder}: found {found.name}, expected an empty folder or earlier backups")
        for path in (self.folder, self.folder / OBJECTS, self.folder / SNAPSHOTS):
            path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        (self.folder / README).write_text(TOLD, encoding="utf-8")

    def snapshots(self) -> tuple[Path, ...]:
        """The folders of whole backups, oldest first."""
        found = (self.folder / SNAPSHOTS).glob("*")
        return tuple(sorted(path for path in found if (path / MANIFEST).is_file() and not path.name.startswith(".")))

    def find(self, name: str = "") -> Path:
        """The folder of a backup, the latest where none is named; raises NotFoundError where there is none."""
        known = self.snapshots()
        if not known:
            raise NotFoundError(f"{self.folder}: found no backup, expected the folder that tidiermap backup wrote")
        chosen = [path for path in known if path.name == name] if name else [known[-1]]
        if not chosen:
            raise NotFoundError(f"{self.folder}: there is no backup {name}; found {', '.join(p.name for p in known)}")
        return chosen[0]

    def begin(self) -> Path:
        """A folder for the next backup, which is none before `finish`; clears up those that were broken off."""
        for left in (self.folder / SNAPSHOTS).glob(".*"):
            shutil.rmtree(left)
        for left in (self.folder / OBJECTS).glob(".*"):
            left.unlink()
        partial = self.folder / SNAPSHOTS / f".{secrets.token_hex(4)}"
        partial.mkdir(mode=PRIVATE)
        return partial

    def finish(self, partial: Path, manifest: Manifest) -> Path:
        """Makes the folder a backup: from now on it is there, whole."""
        put(partial / MANIFEST, dump(manifest, Manifest).encode())
        settle_one(partial)
        name = f"{manifest.made_at:%Y-%m-%dT%H%M%S}.{manifest.made_at.microsecond // 1000:03d}Z"
        taken = sum(path.name.startswith(name) for path in self.snapshots())
        folder = partial.with_name(f"{name}-{taken + 1}" if taken else name)
        partial.rename(folder)
        settle_one(folder.parent)
        return folder

    def object(self, sha256: str) -> Path:
        return self.folder / OBJECTS / sha256[:2] / sha256

    def keep(self, path: Path, told: str) -> KeptFile:
        """Copies a file into the vault, unless it has these bytes, and reads the copy again; `told` is its path below
        the register's folder. What is written to the file meanwhile is not in it."""
        state = path.stat()
        partial = self.folder / OBJECTS / f".{secrets.token_hex(8)}"
        sha256 = copy(path, partial, size=state.st_size)
        found = self.object(sha256)
        found.parent.mkdir(mode=PRIVATE, exist_ok=True)
        if found.exists() and found.stat().st_size == state.st_size:
            partial.unlink()
        else:
            partial.replace(found)
            settle_one(found.parent)
            if hash_of(found) != sha256:
                raise TidiermapError(f"{found}: found other bytes than were written: the disk of the backup is faulty")
        return KeptFile(path=told, sha256=sha256, size=state.st_size, written=state.st_mtime_ns)

    def prune(self, keep: int) -> int:
        """Deletes all but the `keep` latest backups, and the files that none is left of; gives how many backups."""
        gone = self.snapshots()[:-keep]
        for path in gone:
            shutil.rmtree(path)
        used = {file.sha256 for path in self.snapshots() for file in read_manifest(path).files}
        for path in (self.folder / OBJECTS).glob("*/*"):
            if path.name not in used:
                path.unlink()
        return len(gone)


def read_manifest(snapshot: Path) -> Manifest:
    """Raises TidiermapError where the manifest is no such thing."""
    path = snapshot / MANIFEST
    try:
        manifest: Manifest = load(path.read_text(encoding="utf-8"), Manifest)
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise TidiermapError(f"{path}: found no manifest of a backup, expected what tidiermap backup wrote") from error
    return manifest


def damaged(vault: Vault, snapshot: Path, manifest: Manifest, *, read: bool) -> Iterator[str]:
    """What of a backup is not as it was written: files missing or of another size and, with `read`, of other bytes."""
    places = {one.path: snapshot / one.path for one in manifest.registers}
    places |= {one.path: vault.object(one.sha256) for one in manifest.files}
    for one in (*manifest.registers, *manifest.files):
        path = places[one.path]
        if not path.is_file():
            yield f"{one.path}: {path} is missing"
        elif path.stat().st_size != one.size:
            yield f"{one.path}: {path} has {path.stat().st_size:,} bytes, expected {one.size:,}"
        elif read and hash_of(path) != one.sha256:
            yield f"{one.path}: {path} has other bytes than were written"


def known_files(manifest: Manifest) -> Mapping[str, KeptFile]:
    return {one.path: one for one in manifest.files}


def copy(path: Path, target: Path, *, size: int) -> str:
    """Copies the first `size` bytes to a new file that only its owner reads; gives their SHA-256."""
    seen, left = hashlib.sha256(), size
    file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS)
    with path.open("rb") as source, os.fdopen(file, "wb") as out:
        while left and (block := source.read(min(BLOCK, left))):
            seen.update(block)
            out.write(block)
            left -= len(block)
        out.flush()
        os.fsync(out.fileno())
    if left:
        target.unlink()
        raise TidiermapError(f"{path}: found it {left:,} bytes shorter than before, expected it to grow only")
    return seen.hexdigest()


def hash_of(path: Path, *, size: int | None = None) -> str:
    """The SHA-256 of a file, or of its first `size` bytes."""
    seen, left = hashlib.sha256(), path.stat().st_size if size is None else size
    with path.open("rb") as file:
        while left and (block := file.read(min(BLOCK, left))):
            seen.update(block)
            left -= len(block)
    return seen.hexdigest()


def put(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS), "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
