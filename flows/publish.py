"""Publish: approved decisions become canonical records and a folder of files, all of them or none."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.approved import Approved, put_approved
from flows.edition import Surroundings, edition_of, published_lines, read_surroundings
from flows.public_face import put_public
from flows.settings import Settings
from flows.summary import RunSummary
from flows.swap import begin, empty, put_in_place, settle
from register.codebook import Codebook, read_codebook
from register.errors import TidiermapError
from register.formats import MANIFEST, write
from register.invariants import below_floor, broken_records, duplicates, refuse
from register.publication import name_publication, read_line, tables_digest
from register.publishing_rules import read_publishing_rules
from register.serial import canonical
from register.store import Store

AUDIT_FILE = "audit.json"
SCHEDULE = "(schedule)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published: its id, whether it differs from the last one, and the files' folder."""

    id: str
    changed: bool
    folder: Path
    summary: RunSummary


def publish(*, settings: Settings, folder: Path, who: str = SCHEDULE, fewer: str = "") -> Published:
    """Writes every accepted candidate, and nothing else, to the canonical tables and to files in `folder`.

    The tables change in one transaction; the files are written to a folder of their own, which takes the place of
    `folder` at once when the tables have changed. Where it is broken off between the two, `folder` has the publication
    before, whole, and the next `publish` puts the files there. `who` asked for it, as the audit log names them; `fewer`
    is their reason why it may have far fewer records than the last publication. Beside the files stands audit.json, the
    end of that log: whoever keeps a copy of it can tell later whether anything before was changed.

    Raises PublishError, and changes nothing, where anything that must hold of a publication does not.
    """
    began = time.monotonic()
    codebook = read_codebook(settings.data)
    around = read_surroundings(settings.data, codebook)
    with settings.open_store() as store:
        partial = begin(folder)
        run_id = store.runs.start("publish", "")
        try:
            with store.transaction():
                approved = put_approved(store, settings=settings, codebook=codebook)
                _check(store, approved, settings=settings, codebook=codebook, fewer=fewer)
                name, changed = _write(store, approved, partial, settings=settings, around=around)
                if changed:
                    _note(store, name, who=who, fewer=fewer)
                put_public(store, data=settings.data, codebook=codebook)
                audit = f"{canonical(asdict(store.audit.head()))}\n"
                (partial / AUDIT_FILE).write_text(audit, encoding="utf-8")
                settle(partial)
        except BaseException as error:
            shutil.rmtree(partial, ignore_errors=True)
            if isinstance(error, TidiermapError):
                store.runs.finish(run_id, verdict="failed", finish_reason="refused", counts={}, message=str(error))
            raise
        _put_in_place(store, name, partial, folder)
        held = f"left as they were, their last run is quarantined: {', '.join(approved.held)}" if approved.held else ""
        store.runs.finish(
            run_id, verdict="healthy", finish_reason="finished", counts=dict(approved.counts), message=held
        )
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    summary = RunSummary(
        run_id=run_id,
        kind="publish",
        locality=name,
        healthy=True,
        finish_reason="finished",
        counts=dict(approved.counts),
        seconds=time.monotonic() - began,
        message=held,
        places=tuple(f"  {path}" for path in files),
    )
    return Published(id=name, changed=changed, folder=folder, summary=summary)


def _check(store: Store, approved: Approved, *, settings: Settings, codebook: Codebook, fewer: str) -> None:
    """Raises PublishError with all that does not hold of the canonical tables."""
    rules = read_publishing_rules(settings.data)
    last = store.publications.last()
    before = [read_line(line) for _, line in store.publications.lines(last.number)] if last else []
    refuse(
        (
            *approved.breaches,
            *broken_records(approved.records, codebook=codebook),
            *duplicates(approved.records, rules.duplicate),
            *below_floor(before, approved.records, rules.floor, accepted=bool(fewer)),
        )
    )


def _write(
    store: Store, approved: Approved, partial: Path, *, settings: Settings, around: Surroundings
) -> tuple[str, bool]:
    """Writes the files; gives the publication's id, and whether it is another one than the last.

    It is the last one where its records' lines are the same and the files come out the same: other words, codes or
    formats make other files of the same records, which are a publication of their own.
    """
    draft = store.publications.draft(published_lines(store, approved.records, data=settings.data))
    last = store.publications.last()
    if last and last.content == draft.content:
        write(edition_of(store, last, around), partial)
        if (partial / MANIFEST).read_text(encoding="utf-8") == store.publications.manifest(last):
            return last.id, False
        empty(partial)
    publication = name_publication(
        last.number + 1 if last else 1,
        published_at=store.clock(),
        content=draft.content,
        previous=last.id if last else "",
    )
    store.publications.note(
        publication, draft, records=approved.counts["records"], tables=tables_digest(approved.records)
    )
    write(edition_of(store, publication, around), partial)
    store.publications.seal(publication, (partial / MANIFEST).read_text(encoding="utf-8"))
    return publication.id, True


def _note(store: Store, name: str, *, who: str, fewer: str) -> None:
    manifest = json.loads(store.publications.manifest(store.publications.find(name)))
    hashes = {path: told["sha256"][:32] for path, told in manifest["files"].items()}
    store.audit.note(who, "published", f"publication {name}", after=canonical(hashes))
    if fewer:
        store.audit.note(who, "published far fewer", f"publication {name}", after=fewer)


def _put_in_place(store: Store, name: str, partial: Path, folder: Path) -> None:
    """Puts the files in their place, unless a later publication was faster: then it is its turn."""
    store.settle()
    with store.transaction():
        last = store.publications.last()
        if last and last.id == name:
            put_in_place(partial, folder)
