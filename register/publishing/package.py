"""Reads our own package back: the files of a publication, as they were written, give its records again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from register.errors import TidiermapError
from register.formats import MANIFEST
from register.formats.tables import LINES, PACKAGE
from register.models import ServiceRecord
from register.publishing.publication import Publication, read_line, to_line
from register.serial import from_text

NAME = "tidiermap"  # of the data package


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A folder with a publication's files; `publication` is what its `manifest` says of it."""

    folder: Path
    publication: Publication
    manifest: str

    def records(self) -> Iterator[ServiceRecord]:
        """All records, tombstones among them, in the order of the ids; one at a time.

        Raises TidiermapError with file and line where one is not as it was written.
        """
        with (self.folder / LINES).open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = read_line(line)
                except ValidationError as error:
                    raise TidiermapError(
                        f"{self.folder / LINES}:{number}: found {str(error)[:300]}, expected it as it was published"
                    ) from error
                if to_line(record) != line.rstrip("\n"):
                    raise TidiermapError(
                        f"{self.folder / LINES}:{number}: found keys that this version does not know, expected those "
                        "of a record; a later version of tidiermap reads them"
                    )
                yield record


def find_package(path: Path) -> Path | None:
    """The folder of a package that `path` (a folder, or a descriptor in it) is; None where it is none of ours."""
    folder = path if path.is_dir() else path.parent
    told = _load(folder / PACKAGE) if path.is_dir() or path.name in (PACKAGE, MANIFEST) else None
    return folder if told is not None and told.get("name") == NAME else None


def open_package(folder: Path) -> Package:
    """The package in `folder`; raises TidiermapError where a file of it is missing or not as it was published: the
    digest of the records is part of the publication's identity."""
    path = folder / MANIFEST
    manifest, lines = _load(path), folder / LINES
    if manifest is None or not lines.is_file():
        missing = MANIFEST if manifest is None else LINES
        raise TidiermapError(f"{folder}: found no {missing}, expected that of a publication beside its {PACKAGE}")
    try:
        publication = Publication(
            id=str(manifest["id"]),
            number=int(str(manifest["number"])),
            published_at=from_text(str(manifest["published_at"])),
            content=str(manifest["content"]),
            previous=str(manifest["previous"]),
        )
    except (KeyError, ValueError) as error:
        raise TidiermapError(f"{path}: found no {error}, expected what publishing writes") from error
    with lines.open("rb") as body:
        found = hashlib.file_digest(body, "sha256").hexdigest()
    if found != publication.content:
        raise TidiermapError(
            f"{lines}: found the digest {found[:12]}, expected {publication.content[:12]}, as the publication's "
            "identity has it: the file was changed, or something was taken out of it since"
        )
    return Package(folder=folder, publication=publication, manifest=path.read_text(encoding="utf-8"))


def _load(path: Path) -> Mapping[str, object] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None
