"""Purge: a person's data leaves the register, its archive, what was published and what is searched; the log stays."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crawlers.rewriting import Rewritten, members, rewrite
from flows.publishing.public_face import put_public
from flows.publishing.publish import publish
from flows.settings import Settings
from flows.upkeep.vault import OBJECTS, Vault, read_manifest
from register.codes.codebook import read_codebook
from register.errors import TidiermapError
from register.formats import MANIFEST
from register.public.masking import SHORTEST, Mask, holds_anywhere, make_mask
from register.public.privacy import plain_form
from register.secret_file import read_or_make
from register.store import Store
from register.store.upkeep.purging import Purge
from review.quality.blind import desk_of

KEY = "purge.key"  # beside the register: with it a value's hash is made, so that nobody can try all numbers
CRAWLS = ("discover", "recheck")
GZIP = b"\x1f\x8b"
ASK_BACK = "whoever took their files has it still, so tell them"
DELETE_IT = "make a new one, then delete this one (backup --keep 1 does both), or purge again after restoring it"
SENTENCE = 12  # characters, from which words are told from others


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge did: its tombstones (one a register), how many records of the archive and which files changed, and
    where something is left that a person has to see to. `given_out` are the publications that had it, by id."""

    tombstone: Purge
    archived: int
    files: tuple[Path, ...]
    left: tuple[str, ...]
    given_out: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        one = self.tombstone
        rows = ", ".join(f"{name} {n:,}" for name, n in one.touched.items()) or "none"
        lines = [f"purge {one.id}: {one.kind} with the hash {one.hash[:12]}, asked for by {one.asked_by}"]
        lines += [f"  rows changed: {rows}", f"  records of the archive written anew: {self.archived:,}"]
        lines += [f"  file changed: {path}" for path in self.files]
        if self.given_out:
            lines.append(f"  publications that had it: {', '.join(self.given_out)}: {ASK_BACK}")
        return [*lines, *(f"  LEFT: {told}" for told in self.left)]


def purge(
    values: tuple[str, ...],
    *,
    settings: Settings,
    kind: str,
    asked_by: str,
    why: str,
    who: str,
    folders: tuple[Path, ...],
    backups: tuple[Path, ...] = (),
) -> Purged:
    """Takes the values out of the register, of the register of copies, of the archive and of the published `folders`.

    The register changes in one transaction; broken off at any point, doing it again finishes it. The folders of
    `backups` are looked through, and stay as they are: which hold it is told. Raises TidiermapError
    where `asked_by` or `why` hold the value themselves, where nothing of it is found, and where the audit log is not as
    it was written.
    """
    mask = make_mask(values)
    if mask.holds(asked_by) or mask.holds(why):
        raise TidiermapError("found the value in what is to be kept of the purge, expected words that name no one")
    key = read_or_make(settings.register.parent / KEY)
    told = "\n".join(sorted(plain_form(value) for value in values))
    name = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    left, began = list[str](), settings.clock()
    with settings.open_store() as store:
        _check_quiet(store)
        archived = tuple(_rewrite_archive(store, mask))
        with store.transaction():
            for one in archived:
                store.purges.move(one.name, one.now, one.offsets, one.digests)
            if not archived and not store.purges.remains(mask):
                raise TidiermapError(
                    "nothing of it is found in the register or its archive, so nothing is to be purged"
                )
            tombstone = store.purges.take_out(mask, kind=kind, hash=name, asked_by=asked_by, why=why, by=who)
            put_public(store, data=settings.data, codebook=read_codebook(settings.data))
        given_out = store.publications.rewritten_since(began)
        for one in archived:
            (store.archive / one.name).unlink()
        left += _press_out(store, mask)
    left += _purge_copies(settings, mask, tombstone)
    files = tuple(_publish_anew(settings, folders, left, who=who))
    left += [f"{path} holds it still: see to it yourself" for path in holding(settings.register.parent, mask, *folders)]
    left += [told for folder in backups for told in _in_backups(Vault(folder), mask)]
    return Purged(
        tombstone=tombstone,
        archived=sum(one.changed for one in archived),
        files=files,
        left=tuple(left),
        given_out=tuple(one.id for one in given_out),
    )


def _in_backups(vault: Vault, mask: Mask) -> Iterator[str]:
    """The backups that hold it, and what to do about each."""
    if not vault.snapshots():
        yield f"{vault.folder}: found no backups there, so none was looked through"
        return
    held = {path.name for path in (vault.folder / OBJECTS).glob("*/*") if _holds(path, mask, packed=True)}
    for snapshot in vault.snapshots():
        manifest = read_manifest(snapshot)
        registers = any(_holds(snapshot / one.path, mask, packed=False) for one in manifest.registers)
        if registers or any(one.sha256 in held for one in manifest.files):
            yield f"the backup {snapshot} holds it still: {DELETE_IT}"


def _holds(path: Path, mask: Mask, *, packed: bool) -> bool:
    if packed and path.read_bytes()[:2] == GZIP:
        return any(mask.holds_bytes(record) for _, _, record in members(path))
    return holds_anywhere(path.read_bytes(), mask)


def _check_quiet(store: Store) -> None:
    """Raises TidiermapError while a crawl may be writing to the archive."""
    since = store.clock() - timedelta(days=1)
    busy = [one for one in store.runs.latest(20, verdict="running") if one.started_at > since and one.kind in CRAWLS]
    if busy:
        raise TidiermapError(
            f"run {busy[0].id}: found it under way, expected no crawl while the archive is written anew"
        )


def _rewrite_archive(store: Store, mask: Mask) -> Iterator[Rewritten]:
    places, number = store.purges.places(mask), len(store.purges.all()) + 1
    for path in sorted(store.archive.rglob("*.warc.gz")):
        name = path.relative_to(store.archive).as_posix()
        gone = frozenset(places.get(name, ()))
        if found := rewrite(store.archive, name, mask.hide_bytes, suffix=f"p{number}", gone=gone):
            yield found


def _press_out(store: Store, mask: Mask) -> Iterator[str]:
    for table in store.purges.remains(mask):
        yield f"{store.path}: the table {table} holds it still"
    if not store.purges.press_out():
        yield f"{store.path}: another process reads it, so its log (-wal) could not be emptied; stop it and purge again"


def _purge_copies(settings: Settings, mask: Mask, tombstone: Purge) -> Iterator[str]:
    """The register of copies, on which records are decided on blind, holds the same words."""
    path = desk_of(settings.register)
    if not path.exists():
        return
    with Store(path, clock=settings.clock) as copies:
        with copies.transaction():
            copies.purges.take_out(
                mask,
                kind=tombstone.kind,
                hash=tombstone.hash,
                asked_by=tombstone.asked_by,
                why=tombstone.why,
                by=tombstone.made_by,
            )
        yield from _press_out(copies, mask)


def _publish_anew(settings: Settings, folders: tuple[Path, ...], left: list[str], *, who: str) -> Iterator[Path]:
    """Writes the files of each folder that was published to from what the register holds now."""
    for folder in folders:
        if not (folder / MANIFEST).exists():
            continue
        try:
            publish(settings=settings, folder=folder, who=who)
            yield folder
        except TidiermapError as error:
            left.append(f"{folder} could not be published anew: {error}")


def holding(folder: Path, mask: Mask, *published: Path) -> Iterator[Path]:
    """Files below the folders that hold one of the values, also within packed ones; registers' own files too."""
    found = {path for root in (folder, *published) if root.is_dir() for path in root.rglob("*") if path.is_file()}
    for path in sorted(found):
        if _holds(path, mask, packed=path.name.endswith(".warc.gz")):
            yield path


def values_of_statement(url: str, *, settings: Settings) -> tuple[str, ...]:
    """What is to go with a whole statement: each of its sentences, what was read out of it, and who said it.

    Words of a few letters stand in too many others, and stay. Raises NotFoundError for a statement that is not there.
    """
    with settings.open_store() as store:
        version = store.pages.version(store.statements.version_of(url))
        known = store.statements.find(url)
        about = re.escape(known.about) if known and known.about else r"\n"  # the service's name is nobody's
        told = [part for part in re.split(rf"{about}|[\n.!?]+", version.text) if len(part.strip()) >= SENTENCE]
        if who := store.statements.informant(url):
            told += [one for one in (who.name, who.reach) if len(one) >= SHORTEST]
        for field, _ in store.records.decided_fields(known.candidate_id) if known else ():
            for one in field.evidence:
                own = one.page == url or not one.page
                told += [one.quote] if own and len(one.quote) >= SENTENCE and one.quote in version.text else []
    return tuple(dict.fromkeys(told))
