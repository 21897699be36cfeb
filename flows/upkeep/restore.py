"""Restore: a backup put back in the place of a register, verified before anything of it is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.intake import SIGNING_KEY
from flows.publishing.swap import settle_one
from flows.settings import Settings
from flows.upkeep.backup import DATA, Tell, verify
from flows.upkeep.vault import KeptFile, Manifest, Vault, copy, damaged, hash_of, read_manifest
from register.errors import TidiermapError
from register.store import Store
from register.store.upkeep.copying import Examined, examine, held, same_line
from review.quality.blind import desk_of

# Where the data files of the backup go: those in use may have been edited since, and are never overwritten.
DATA_ASIDE = "data-of-backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and where what it took the place of is now."""

    snapshot: Path
    manifest: Manifest
    aside: tuple[Path, ...]
    keys_missing: bool
    data: Path | None


def restore(
    settings: Settings, source: Path, *, snapshot: str = "", replace: bool = False, tell: Tell = lambda _: None
) -> Restored:
    """Puts a backup back as the register that the settings name, with all that lies beside it.

    The whole backup is read first: one that is damaged is refused with what is damaged, and nothing is touched. A
    register that is there already must be an earlier state of the backup's, with nobody in it; `replace` puts any other
    aside. Nothing is deleted: what is replaced stays beside, under a name that says when. Where it is broken off, the
    register that was there is still there, and the same command goes on.
    """
    vault = Vault(source.resolve())
    chosen = vault.find(snapshot)
    manifest = read_manifest(chosen)
    tell("reading the backup")
    if faults := tuple(damaged(vault, chosen, manifest, read=True)):
        raise TidiermapError(f"{chosen}: this backup is damaged:\n  " + "\n  ".join(faults[:10]))
    verify(vault, chosen, whole=False, tell=tell)
    home, register = settings.register.parent, settings.register
    home.mkdir(parents=True, exist_ok=True)
    fresh = [(one, _waiting(register, one)) for one in manifest.registers]
    stamp = f"before-{settings.clock():%Y%m%dT%H%M%SZ}"
    try:
        for one, waiting in fresh:
            _place(chosen / one.path, waiting, one)
            with Store(waiting, clock=settings.clock):  # of an older version: brought up to date
                pass
        found = examine(fresh[0][1])
        if found.faults:
            raise TidiermapError(f"{chosen}: this backup is damaged:\n  " + "\n  ".join(found.faults))
        _check_register(register, fresh[0][1], found, replace=replace)
        aside = list(_files(vault, manifest, home, stamp, tell))
        tell("the register")
        aside += _swap(register, fresh, stamp)
    finally:
        for _, waiting in fresh:
            for path in waiting.parent.glob(f"{waiting.name}*"):
                path.unlink()
    has_data = any(one.path.startswith(f"{DATA}/") for one in manifest.files)
    return Restored(
        snapshot=chosen,
        manifest=manifest,
        aside=tuple(aside),
        keys_missing=not (home / SIGNING_KEY).exists(),
        data=home / DATA_ASIDE if has_data else None,
    )


def check_backup(source: Path, *, snapshot: str = "", tell: Tell = lambda _: None) -> tuple[Path, int]:
    """Reads the whole of a backup; gives its folder and how many archived pages it has. Raises TidiermapError with what
    is damaged."""
    vault = Vault(source.resolve())
    chosen = vault.find(snapshot)
    _, bodies = verify(vault, chosen, whole=True, tell=tell)
    return chosen, bodies


def _check_register(register: Path, fresh: Path, found: Examined, *, replace: bool) -> None:
    """Raises TidiermapError where the register that is there would be a loss, and nobody said that it may go."""
    if not register.exists() or replace:
        return
    go_on = "tidiermap restore --replace puts it aside; nothing is deleted"
    there = examine(register)
    if there.faults:
        raise TidiermapError(f"{register}: found a register that cannot be read ({there.faults[0]}): {go_on}")
    if there.follows(found) and (there.audit, there.log) != (found.audit, found.log):
        raise TidiermapError(
            f"{register}: found a newer register ({there.audit.entries:,} entries of the audit log, {there.log:,} of "
            f"what happened), expected at most the backup's {found.audit.entries:,} and {found.log:,}: {go_on}"
        )
    if not same_line(register, fresh):
        raise TidiermapError(f"{register}: found another register, expected an earlier state of the backup's: {go_on}")


def _waiting(register: Path, one: KeptFile) -> Path:
    """Where a register of the backup waits, beside its place, until all else is there."""
    return _own(register, one).with_name(f".{_own(register, one).name}.restoring")


def _own(register: Path, one: KeptFile) -> Path:
    return register if one.path == "register.db" else desk_of(register)


def _place(source: Path, target: Path, one: KeptFile) -> None:
    """Copies a file of the backup to `target`, reading what it copies; raises TidiermapError where it is another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if copy(source, target, size=one.size) != one.sha256:
        target.unlink()
        raise TidiermapError(f"{source}: found other bytes than were written: this backup is damaged")


def _files(vault: Vault, manifest: Manifest, home: Path, stamp: str, tell: Tell) -> Iterator[Path]:
    """Puts each file where it belongs; gives the names of those that it took the place of."""
    for number, one in enumerate(manifest.files, 1):
        tell(f"{number:,} of {len(manifest.files):,} files")
        target = _target(home, one)
        if not target.resolve().is_relative_to(home.resolve()):
            raise TidiermapError(f"{one.path}: found a path outside the register's folder, expected one within it")
        if target.is_file() and _goes_on(target, one):
            continue
        waiting = target.with_name(f".{target.name}.restoring")
        _place(vault.object(one.sha256), waiting, one)
        if target.exists():
            kept = target.with_name(f"{target.name}.{stamp}")
            target.rename(kept)
            yield kept
        waiting.replace(target)
        target.chmod(0o600 if target.name == SIGNING_KEY else 0o644)


def _target(home: Path, one: KeptFile) -> Path:
    first, _, rest = one.path.partition("/")
    return home / DATA_ASIDE / rest if first == DATA and rest else home / one.path


def _goes_on(target: Path, one: KeptFile) -> bool:
    """Whether the file begins with the backup's bytes: an archive that grew since holds all that it held."""
    size = target.stat().st_size
    if size == one.size:
        return hash_of(target) == one.sha256
    return one.path.startswith("archive/") and size > one.size and hash_of(target, size=one.size) == one.sha256


def _swap(register: Path, fresh: list[tuple[KeptFile, Path]], stamp: str) -> Iterator[Path]:
    """Puts the registers in their places, the copies for blind reviews first, and theirs aside."""
    for one, waiting in reversed(fresh):
        own = _own(register, one)
        with held(waiting):  # all of it is in its one file
            pass
        if not own.exists():
            waiting.rename(own)
            settle_one(own.parent)
            continue
        kept = own.with_name(f"{own.name}.{stamp}")
        with held(own):
            _keep(own, kept)
            waiting.replace(own)
            settle_one(own.parent)
        yield kept


def _keep(own: Path, kept: Path) -> None:
    """Gives the file a second name, so that there is a register at every moment; a copy where that cannot be."""
    try:
        kept.hardlink_to(own)
    except OSError:
        shutil.copy2(own, kept)
    for ending in ("-wal", "-shm"):  # only of one that cannot be read are they still there
        beside = own.with_name(own.name + ending)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + ending))
