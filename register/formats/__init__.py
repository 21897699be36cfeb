"""The files of a publication: each format is a module `register/formats/NAME.py` with a pure `render`.

`render(edition: Edition) -> Mapping[str, bytes]` gives the format's files by name (paths below the publication's folder
with `/`). The same edition gives the same bytes: no clock, no order of sets, no library that stamps the time. A format
is one line in FORMATS; what it needs beside the records is in the edition, or becomes a field of it.
"""

from __future__ import annotations

import hashlib
import json
from importlib import import_module

from register.errors import TidiermapError
from register.publication import Edition
from register.serial import to_text

FORMATS = ("tables",)
MANIFEST = "manifest.json"


def render(edition: Edition, *, formats: tuple[str, ...] = FORMATS) -> dict[str, bytes]:
    """Every file of a publication by its name, manifest.json with the SHA-256 and size of each other among them.

    Raises TidiermapError where two formats write a file of the same name.
    """
    files: dict[str, bytes] = {}
    for name in formats:
        made = import_module(f"register.formats.{name}").render(edition)
        if twice := sorted({*files, MANIFEST} & set(made)):
            raise TidiermapError(f"format {name}: found {twice[0]}, which another format writes; expected its own name")
        files |= made
    files[MANIFEST] = _manifest(edition, files)
    return files


def _manifest(edition: Edition, files: dict[str, bytes]) -> bytes:
    publication = edition.publication
    told = {
        "id": publication.id,
        "number": publication.number,
        "published_at": to_text(publication.published_at),
        "previous": publication.previous,
        "content": publication.content,
        "records": len(edition.living),
        "tombstones": len(edition.tombstones),
        "files": {
            name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)} for name, body in files.items()
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
