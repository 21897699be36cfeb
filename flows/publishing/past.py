"""The files of an earlier publication, written again from its records as they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from flows.publishing.edition import make_edition
from flows.publishing.swap import begin, put_in_place, settle
from register.codes.codebook import read_codebook
from register.formats import MANIFEST, write
from register.publishing.publication import Publication
from register.store import Store


def write_again(store: Store, publication: Publication, folder: Path, *, data: Path) -> tuple[str, ...]:
    """Writes the publication's files into `folder`, in the place of what publications wrote there; gives the names of
    those that are not byte for byte as they were, because words or formats have changed since.

    Raises TidiermapError where its records are not kept, or not as they were published.
    """
    store.publications.records(publication)  # each line is as it was, or it says so
    partial = begin(folder)
    try:
        write(make_edition(store, publication, data=data, codebook=read_codebook(data)), partial)
        settle(partial)
        differing = _differing(store.publications.manifest(publication), partial)
        put_in_place(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return differing


def _differing(then: str, folder: Path) -> tuple[str, ...]:
    told, now = (json.loads(text)["files"] for text in (then, (folder / MANIFEST).read_text(encoding="utf-8")))
    return tuple(sorted(name for name in {*told, *now} if told.get(name) != now.get(name)))
