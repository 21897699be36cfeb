"""Backup: the register, its archive and what lies beside it, as they are at one moment, while the application runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from random import Random

from crawlers.archive import read_body
from flows.discovery.discover import CRAWLS
from flows.intake import SIGNING_KEY
from flows.publishing.one_at_a_time import only_one
from flows.reporting.run_report import REPORTS
from flows.settings import MODELS, Settings
from flows.upkeep.vault import KeptFile, Manifest, Vault, damaged, hash_of, known_files, read_manifest
from register.errors import CrawlError, TidiermapError
from register.store.upkeep.copying import ArchivedBody, Examined, archived_bodies, copy_register, examine, is_body
from review.quality.blind import desk_of

ARCHIVE = "archive"
# Beside the register. What a crawl underway leaves is copied before the register: then each is at least as new as what
# it rests on, and the crawl goes on from there. The archive comes last, for nothing in it ever changes.
BEFORE, AFTER = (CRAWLS,), (MODELS, REPORTS, "report", ARCHIVE)
DATASET, DATA = "dataset", "data"
FEW = 10  # faults that are told one by one
SAMPLE = 200  # records of the archive that are read again, of all that the register names

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished backup: its folder, its manifest, how many files it added and how many were there, how many archived
    bodies were read again, of how many, and how many earlier backups were deleted."""

    folder: Path
    manifest: Manifest
    added: int
    known: int
    bodies_read: int
    bodies: int
    pruned: int = 0


def back_up(
    settings: Settings,
    to: Path,
    *,
    whole: bool = False,
    keys: bool = False,
    keep: int = 0,
    incomplete: bool = False,
    tell: Tell = lambda _: None,
) -> Backup:
    """Makes a backup below `to`, and verifies it; nobody who works with the register waits for it.

    `whole` reads every file and every archived body again, not a sample; `keys` takes along the keys that sign
    providers' links; `keep` deletes all but so many backups once this one is there; `incomplete` goes on where the
    archive lacks pages that the register names. `tell` is told how far it is.
    Raises TidiermapError, and leaves no backup, where the register or the backup does not hold, and where another
    backup to the same folder is under way.
    """
    vault = Vault(to.resolve())
    _check_place(vault, settings.register.resolve().parent)
    if not settings.register.is_file():
        raise TidiermapError(f"{settings.register}: found no register to back up")
    with settings.open_store():  # brings it up to date
        pass
    vault.prepare()
    with only_one(vault.folder, "backup"):
        made = _back_up(settings, vault, whole=whole, keys=keys, incomplete=incomplete, tell=tell)
        return replace(made, pruned=vault.prune(keep) if keep else 0)


def _back_up(settings: Settings, vault: Vault, *, whole: bool, keys: bool, incomplete: bool, tell: Tell) -> Backup:
    earlier = known_files(read_manifest(vault.snapshots()[-1])) if vault.snapshots() else {}
    partial = vault.begin()
    try:
        copying = _Copying(settings, vault, {} if whole else dict(earlier), tell)
        files = list(copying.folders(BEFORE))
        registers = list(copying.registers(partial))
        files += copying.folders(AFTER)
        files += copying.published()
        files += copying.data()
        if keys:
            files += copying.file(settings.register.parent / SIGNING_KEY)
        found = examine(partial / registers[0].path)
        manifest = _manifest(settings, tuple(registers), tuple(files), found, keys=keys, incomplete=incomplete)
        read, bodies = _verify(vault, partial, manifest, whole=whole, tell=tell)
        folder = vault.finish(partial, manifest)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    known = sum(earlier.get(one.path) == one for one in files)
    return Backup(
        folder=folder,
        manifest=manifest,
        added=len(files) - known,
        known=known,
        bodies_read=read,
        bodies=bodies,
    )


def verify(vault: Vault, snapshot: Path, *, whole: bool, tell: Tell = lambda _: None) -> tuple[int, int]:
    """Raises TidiermapError with what is damaged of a backup; gives how many archived bodies were read, of how many."""
    return _verify(vault, snapshot, read_manifest(snapshot), whole=whole, tell=tell)


@dataclass(frozen=True, slots=True)
class _Copying:
    """`known` are the files of the backup before, by path: one that was not written to since is there already."""

    settings: Settings
    vault: Vault
    known: dict[str, KeptFile]
    tell: Tell

    def registers(self, partial: Path) -> Iterator[KeptFile]:
        """The register, then that of the copies for blind reviews."""
        for path in (self.settings.register, desk_of(self.settings.register)):
            if path.is_file():
                name = "register.db" if path == self.settings.register else "register.blind.db"
                copy_register(path, partial / name, tell=lambda done, of: self.tell(f"register: {done:,} of {of:,}"))
                (partial / name).chmod(0o600)
                state = (partial / name).stat()
                yield KeptFile(path=name, sha256=hash_of(partial / name), size=state.st_size, written=state.st_mtime_ns)

    def published(self) -> tuple[KeptFile, ...]:
        """The files of the last publication; begun again where another one takes its place meanwhile."""
        while True:
            before = self._manifest()
            files = tuple(self.folders((DATASET,)))
            if self._manifest() == before:
                return files

    def _manifest(self) -> bytes:
        path = self.settings.register.parent / DATASET / "manifest.json"
        return path.read_bytes() if path.is_file() else b""

    def folders(self, names: tuple[str, ...]) -> Iterator[KeptFile]:
        for name in names:
            paths = sorted(path for path in (self.settings.register.parent / name).rglob("*") if path.is_file())
            for number, path in enumerate(paths, 1):
                self.tell(f"{name}: {number:,} of {len(paths):,} files")
                yield from self.file(path)

    def data(self) -> Iterator[KeptFile]:
        """The folder of localities, codebook and rules, wherever it is: the register means nothing without it."""
        for path in sorted(path for path in self.settings.data.rglob("*") if path.is_file()):
            yield from self.file(path, f"{DATA}/{path.relative_to(self.settings.data).as_posix()}")

    def file(self, path: Path, told: str = "") -> Iterator[KeptFile]:
        told = told or path.relative_to(self.settings.register.parent).as_posix()
        if any(part.endswith(".partial") for part in path.parts):
            return
        try:
            state = path.stat()
            before = self.known.get(told)
            same = before is not None and (before.size, before.written) == (state.st_size, state.st_mtime_ns)
            if before is not None and same and self.vault.object(before.sha256).is_file():
                yield before
            else:
                yield self.vault.keep(path, told)
        except FileNotFoundError:  # a publication took its place, or a crawl cleared it up
            return


def _check_place(vault: Vault, home: Path) -> None:
    inside = [home / name for name in (*BEFORE, *AFTER, DATASET)]
    if vault.folder == home or any(vault.folder.is_relative_to(path) for path in inside):
        raise TidiermapError(f"{vault.folder}: found a folder of the register itself, expected one elsewhere")


def _manifest(
    settings: Settings,
    registers: tuple[KeptFile, ...],
    files: tuple[KeptFile, ...],
    examined: Examined,
    *,
    keys: bool,
    incomplete: bool,
) -> Manifest:
    if examined.faults:
        raise TidiermapError(f"{settings.register}: {'; '.join(examined.faults)}: it is damaged, so there is no backup")
    return Manifest(
        made_at=settings.clock(),
        version=version("tidiermap"),
        registers=registers,
        files=files,
        audit=str(examined.audit),
        log=examined.log,
        records=examined.records,
        publication=examined.publication,
        keys=keys,
        incomplete=incomplete,
    )


def _verify(vault: Vault, snapshot: Path, manifest: Manifest, *, whole: bool, tell: Tell) -> tuple[int, int]:
    tell("verifying the files")
    if faults := tuple(damaged(vault, snapshot, manifest, read=whole)):
        raise _refusal(snapshot, faults)
    bodies = tuple(archived_bodies(snapshot / manifest.registers[0].path))
    chosen = bodies if whole or len(bodies) <= SAMPLE else Random(manifest.log).sample(bodies, SAMPLE)  # noqa: S311 (no secret)
    places = {one.path: vault.object(one.sha256) for one in manifest.files}
    faults = tuple(_faulty(chosen, places, tell))
    if faults and not manifest.incomplete:
        raise _refusal(snapshot, faults, why="pages that the register names are not in its archive as they were")
    return len(chosen) - len(faults), len(bodies)


def _faulty(bodies: Sequence[ArchivedBody], places: Mapping[str, Path], tell: Tell) -> Iterator[str]:
    for number, one in enumerate(sorted(bodies, key=lambda body: (body.archive, body.offset)), 1):
        tell(f"reading archived pages: {number:,} of {len(bodies):,}")
        path = places.get(f"{ARCHIVE}/{one.archive}")
        if path is None:
            yield f"{one.url}: the archive has no {one.archive}"
            continue
        try:
            body, _ = read_body(path.parent, path.name, one.offset)
        except CrawlError as error:
            yield f"{one.url}: {error}"
            continue
        if not is_body(body, one):
            yield f"{one.url}: {one.archive} has another page at {one.offset:,} than the register names"


def _refusal(snapshot: Path, faults: tuple[str, ...], *, why: str = "this backup is damaged") -> TidiermapError:
    more = f"\n  and {len(faults) - FEW} more" if len(faults) > FEW else ""
    return TidiermapError(f"{snapshot}: {why}:\n  " + "\n  ".join(faults[:FEW]) + more)
