"""A record's life, and two publications compared: read from the register, told in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.edition import read_wording
from flows.settings import Settings
from register.codebook import read_codebook
from register.difference import Comparison, compare
from register.errors import NotFoundError
from register.formats import MANIFEST
from register.life import Chapter, Entry, tell_life
from register.models import ServiceRecord
from register.publication import Publication, read_line
from register.store import Store
from register.store.life import Subject
from register.telling import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A record's life, with that of the records that were merged into it."""

    subject: Subject
    entries: tuple[Entry, ...]
    merged: tuple[Life, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two states with what they are called, and the difference between them."""

    names: tuple[str, str]
    comparison: Comparison
    wording: Wording


def life_of(store: Store, name: str, wording: Wording, *, names: bool = False) -> Life:
    """The life of the record or candidate `name`; raises NotFoundError where there is none."""
    subject = store.life.subject(name)
    known = {one.number: one for one in store.publications.all()}
    lines = store.publications.life(subject.record) if subject.record else ()
    chapters = [
        Chapter(publication=known[kept.number], record=read_line(kept.line) if kept.line else None) for kept in lines
    ]
    merged = store.life.merged(subject.record) if subject.record else ()
    return Life(
        subject=subject,
        entries=tell_life(subject, store.life.facts(subject), chapters, wording, names=names),
        merged=tuple(life_of(store, one, wording, names=names) for one in merged),
    )


def compare_named(settings: Settings, before: str, after: str) -> Compared:
    """Two publications by id, number, "last", or the folder of their files, which may be another register's."""
    with settings.open_store() as store:
        states = [_state(store, name) for name in (before, after)]
        comparison = compare(states[0][1], states[1][1])
    return Compared(
        names=(states[0][0], states[1][0]),
        comparison=comparison,
        wording=read_wording(settings.data, read_codebook(settings.data)),
    )


def _state(store: Store, name: str) -> tuple[str, Iterable[ServiceRecord]]:
    folder = Path(name)
    if not (folder / MANIFEST).is_file():
        if folder.exists():
            raise NotFoundError(f"{folder}: found no {MANIFEST}, expected the folder of a publication's files")
        publication = store.publications.find(name)
        return called(publication), store.publications.records(publication)
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    held = next((one for one in store.publications.all() if one.id == told.get("id") and one.content), None)
    if held is None:
        raise NotFoundError(f"{folder}: found publication {told.get('id')}, expected one of this register")
    return called(held), store.publications.records(held)


def called(publication: Publication) -> str:
    return f"{publication.id} of {publication.published_at:%-d %B %Y}"
