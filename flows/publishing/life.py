"""A record's life, and two publications compared: read from the register, told in words."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from flows.publishing.edition import read_wording
from flows.settings import Settings
from register.codes.codebook import read_codebook
from register.models import ServiceRecord
from register.publishing.difference import Comparison, compare
from register.publishing.life import Chapter, Entry, tell_life
from register.publishing.package import open_package
from register.publishing.publication import Publication, read_line
from register.publishing.telling import Wording
from register.store import Store
from register.store.staleness.life import Subject


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
    """Two publications by id, number, "last", or the folder of their files, which may be another register's; the
    register is opened only for those that are no folder. Raises TidiermapError for a name that is neither, and for a
    folder that is not as it was published."""
    with ExitStack() as open_ones:
        store = None
        if not all(_is_folder(name) for name in (before, after)):
            store = open_ones.enter_context(settings.open_store())
        (one, olds), (other, news) = (_state(store, name) for name in (before, after))
        comparison = compare(olds, news)
    return Compared(
        names=(one, other),
        comparison=comparison,
        wording=read_wording(settings.data, read_codebook(settings.data)),
    )


def _is_folder(name: str) -> bool:
    return Path(name).is_dir()


def _state(store: Store | None, name: str) -> tuple[str, Iterable[ServiceRecord]]:
    """What a state is called, and its records."""
    if store is None or _is_folder(name):
        package = open_package(Path(name))
        return called(package.publication), package.records()
    publication = store.publications.find(name)
    return called(publication), store.publications.records(publication)


def called(publication: Publication) -> str:
    return f"{publication.id} of {publication.published_at:%-d %B %Y}"
