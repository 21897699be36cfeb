"""Publish: approved decisions become canonical records and a folder of files, all of them or none."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.publishing.approved import Tell, put_approved
from flows.publishing.making import Made, Rules, make, read_rules
from flows.publishing.one_at_a_time import only_one
from flows.publishing.public_face import public_rules_digest
from flows.publishing.swap import begin, put_in_place, settle, settle_all
from flows.settings import Settings
from flows.summary import RunSummary
from register.errors import PublishError, TidiermapError
from register.formats import MANIFEST
from register.publishing.publication import tables_digest
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


def publish(
    *, settings: Settings, folder: Path, who: str = SCHEDULE, fewer: str = "", tell: Tell = lambda _: None
) -> Published:
    """Writes every accepted candidate, and nothing else, to the canonical tables and to files in `folder`.

    What is published is what was decided when it began: all is worked out and written from the register as it was at
    that moment, while others go on deciding. Then the tables change in one short transaction, and the files, written to
    a folder of their own, take the place of `folder` at once. Broken off before, nothing has changed; between the two,
    `folder` has the publication before, whole, and the next `publish` puts the files there.

    `who` asked for it, as the audit log names them; `fewer` is their reason why it may have far fewer records than the
    last publication; `tell` is told how far it is. Beside the files stands audit.json, the end of that log: whoever
    keeps a copy of it can tell later whether anything before was changed.

    Raises PublishError, and publishes nothing, where anything that must hold of a publication does not, and where
    another one is under way.
    """
    began, rules = time.monotonic(), read_rules(settings.data)
    with only_one(settings.register, "publication"), settings.open_store() as store:
        partial = begin(folder)
        run_id = store.runs.start("publish", "")
        try:
            made = make(store, partial, rules, settings=settings, fewer=fewer, tell=tell)
            settle_all(partial)
            with store.transaction():
                _seal(store, made, partial, rules, public_rules_digest(settings.data), who=who, fewer=fewer)
        except BaseException as error:
            shutil.rmtree(partial, ignore_errors=True)
            if isinstance(error, TidiermapError):
                store.runs.finish(run_id, verdict="failed", finish_reason="refused", counts={}, message=str(error))
            raise
        _put_in_place(store, made.publication.id, partial, folder)
        with store.transaction():
            store.freshness.bring_up_to_date(rules.viewer.freshness)
        held, counts = _held(made), dict(made.approved.counts)
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts=counts, message=held)
    summary = _summary(made, folder, run_id=run_id, message=held, seconds=time.monotonic() - began)
    return Published(id=made.publication.id, changed=made.changed, folder=folder, summary=summary)


def _seal(store: Store, made: Made, partial: Path, rules: Rules, digest: str, *, who: str, fewer: str) -> None:
    """Makes it count: its records in the canonical tables, its lines, its manifest, what the public reads, the log.

    Raises PublishError where the register is not any more what it was made on.
    """
    last, publication = store.publications.last(), made.publication
    if last != made.last or len(store.purges.all()) != made.purges:
        found = f"publication {last.id} of meanwhile" if last and last != made.last else "a purge of meanwhile"
        raise PublishError(f"nothing was published: found {found}, which this one does not know of: publish again")
    put_approved(store, made.approved)
    store.allowances.note_left_out((record_id, kind, n) for (record_id, kind), n in sorted(made.left_out.items()))
    if made.changed:
        tables = tables_digest(made.approved.records)
        store.publications.note(publication, made.draft, records=made.approved.counts["records"], tables=tables)
        manifest = (partial / MANIFEST).read_text(encoding="utf-8")
        store.publications.seal(publication, manifest)
        _note(store, publication.id, manifest, who=who, fewer=fewer)
    store.public.replace(made.entries, rules=digest)
    audit = f"{canonical(asdict(store.audit.head()))}\n"
    (partial / AUDIT_FILE).write_text(audit, encoding="utf-8")
    settle(partial)


def _note(store: Store, name: str, manifest: str, *, who: str, fewer: str) -> None:
    hashes = {path: told["sha256"][:32] for path, told in json.loads(manifest)["files"].items()}
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


def _held(made: Made) -> str:
    held = ", ".join(made.approved.held)
    return f"left as they were, their last run is quarantined: {held}" if held else ""


def _summary(made: Made, folder: Path, *, run_id: str, message: str, seconds: float) -> RunSummary:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return RunSummary(
        run_id=run_id,
        kind="publish",
        locality=made.publication.id,
        healthy=True,
        finish_reason="finished",
        counts=dict(made.approved.counts),
        seconds=seconds,
        message=message,
        places=tuple(f"  {path}" for path in files),
    )
