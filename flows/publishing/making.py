"""Makes a publication from the register as it was at one moment: its records, its files, what the public pages show.

Others go on working meanwhile: nothing is written to the register but to take out, once and for all, what earlier
publications have of providers that asked not to be listed. Nothing counts before `flows/publishing/publish.py` has
sealed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from flows.publishing.approved import Approved, Tell, find_approved
from flows.publishing.edition import Spooled, Surroundings, edition_of, read_surroundings
from flows.publishing.opting_out import OptOuts, forget_published, read_opt_outs, still_published
from flows.publishing.public_face import Face, face_of, open_viewer
from flows.publishing.swap import empty
from flows.settings import Settings
from register.codes.codebook import Codebook, read_codebook
from register.formats import MANIFEST, write
from register.models import ServiceRecord
from register.public.service import PublicEntry
from register.public.view import Viewer
from register.publishing.invariants import below_floor, broken_records, duplicates, refuse
from register.publishing.publication import Publication, name_publication, read_line, to_line
from register.publishing.rules import PublishingRules, read_publishing_rules
from register.store import Store
from register.store.publishing.publications import Draft

LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The data files that a publication is made by."""

    codebook: Codebook
    around: Surroundings
    viewer: Viewer
    opted: OptOuts
    publishing: PublishingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A publication whose files are written: `changed` where it is another one than the last. `entries` are what the
    public pages show, `left_out` counts what is private by record and kind. It was made on the publication `last`
    (None: the first), when the register had been purged so many times."""

    publication: Publication
    changed: bool
    draft: Draft
    approved: Approved
    entries: tuple[PublicEntry, ...]
    left_out: Counter[tuple[str, str]]
    last: Publication | None
    purges: int


def read_rules(data: Path) -> Rules:
    """Raises ConfigError where one of the data files is wrong."""
    codebook = read_codebook(data)
    return Rules(
        codebook=codebook,
        around=read_surroundings(data, codebook),
        viewer=open_viewer(data, codebook),
        opted=read_opt_outs(data),
        publishing=read_publishing_rules(data),
    )


def make(store: Store, partial: Path, rules: Rules, *, settings: Settings, fewer: str, tell: Tell) -> Made:
    """Writes a publication's files into `partial`. Raises PublishError with all that does not hold of its records."""
    with store.snapshot():
        approved = find_approved(store, settings=settings, codebook=rules.codebook, tell=tell)
        _check(store, approved, rules, fewer=fewer)
        asked = still_published(store, approved.records, rules.opted)
        if not asked:
            return _write(store, approved, partial, rules, tell)
    with store.transaction():
        forget_published(store, asked)
    return make(store, partial, rules, settings=settings, fewer=fewer, tell=tell)


def _check(store: Store, approved: Approved, rules: Rules, *, fewer: str) -> None:
    last = store.publications.last()
    before = [read_line(line) for _, line in store.publications.lines(last.number)] if last else []
    refuse(
        (
            *approved.breaches,
            *broken_records(approved.records, codebook=rules.codebook),
            *duplicates(approved.records, rules.publishing.duplicate),
            *below_floor(before, approved.records, rules.publishing.floor, accepted=bool(fewer)),
        )
    )


def _write(store: Store, approved: Approved, partial: Path, rules: Rules, tell: Tell) -> Made:
    """It is the last publication where its records' lines are the same and the files come out the same: other words,
    codes or formats make other files of the same records, which are a publication of their own."""
    due = store.freshness.due_days_of(
        (one for one in approved.records if one.withdrawn_at is None), approved.ids, rules.viewer.freshness
    )
    due |= store.restored.due_days()
    telling = _Telling(face=face_of(store, rules.viewer, rules.opted, due), tell=tell)
    last = store.publications.last()
    with TemporaryDirectory(dir=partial, prefix=".") as own:
        spool = Path(own) / LINES
        with spool.open("w", encoding="utf-8", newline="\n") as lines:
            draft = store.publications.draft(telling.lines(approved.records, lines))
        publication, changed = last, False
        if (
            publication is None
            or last is None
            or last.content != draft.content
            or not _same_files(store, last, partial, spool, rules, tell)
        ):
            publication, changed = _name(approved, draft, last), True
            write(edition_of(store, publication, rules.around, Spooled(spool)), partial, tell=tell)
    return Made(
        publication=publication,
        changed=changed,
        draft=draft,
        approved=approved,
        entries=tuple(telling.entries),
        left_out=telling.left_out,
        last=last,
        purges=len(store.purges.all()),
    )


def _same_files(store: Store, last: Publication, partial: Path, spool: Path, rules: Rules, tell: Tell) -> bool:
    """Whether the files of the last publication come out as they were; if not, they are taken away again."""
    write(edition_of(store, last, rules.around, Spooled(spool)), partial, tell=tell)
    same = (partial / MANIFEST).read_text(encoding="utf-8") == store.publications.manifest(last)
    if not same:
        empty(partial, but=spool.parent.name)
    return same


def _name(approved: Approved, draft: Draft, last: Publication | None) -> Publication:
    return name_publication(
        last.number + 1 if last else 1,
        published_at=approved.at,
        content=draft.content,
        previous=last.id if last else "",
    )


@dataclass(slots=True, kw_only=True)
class _Telling:
    """Takes out of records what is private, and keeps what the public pages show and how much was left out."""

    face: Face
    tell: Tell
    entries: list[PublicEntry] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def lines(self, records: tuple[ServiceRecord, ...], spool: TextIO) -> Iterator[tuple[str, str]]:
        """(id, line) of each record as it may be published, in the order of the ids: nothing else leaves the register.
        Each line is written to `spool` as well."""
        for number, record in enumerate(records, 1):
            self.tell(f"taking out what is private: {number:,} of {len(records):,} records")
            shown, entry = self.face.of(record)
            self.entries.append(entry)
            self.left_out.update((record.id, one.kind.value) for one in shown.left_out)
            line = to_line(shown.record)
            spool.write(f"{line}\n")
            yield record.id, line
