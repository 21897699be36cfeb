"""The files of a publication: each format is a module `register/formats/NAME.py` with `write`.

`write(edition: Edition, folder: Path) -> None` puts the format's files into the folder, record after record, so that
memory does not grow with them. The same edition gives the same bytes: no clock, no order of sets, no library that
stamps the time. A format is one line in FORMATS; what it needs beside the records is in the edition, or becomes a field
of it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from register.errors import TidiermapError
from register.publishing.publication import Edition
from register.serial import to_text

FORMATS = ("tables", "changes", "workbook", "geojson", "oruk", "database", "skos")
MANIFEST = "manifest.json"
BLOCK = 1 << 20  # bytes read at once


def write(
    edition: Edition,
    folder: Path,
    *,
    formats: tuple[str, ...] = FORMATS,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[str, ...]:
    """Puts every file of a publication into `folder`, manifest.json with the SHA-256 and size of each other among them;
    gives their names (paths below the folder with `/`), in their order. `tell` is told which format is next.

    Raises TidiermapError where two formats write a file of the same name.
    """
    written: dict[str, tuple[str, int]] = {}
    for number, name in enumerate(formats, 1):
        tell(f"writing files: {name}, {number} of {len(formats)} formats")
        with tempfile.TemporaryDirectory(dir=folder, prefix=f".{name}-") as own:
            import_module(f"register.formats.{name}").write(edition, Path(own))
            for path in sorted(path for path in Path(own).rglob("*") if path.is_file()):
                told = path.relative_to(own).as_posix()
                if told in written or told == MANIFEST:
                    raise TidiermapError(
                        f"format {name}: found {told}, which another format writes; expected its own name"
                    )
                written[told] = _digest(path), path.stat().st_size
                (folder / told).parent.mkdir(parents=True, exist_ok=True)
                path.replace(folder / told)
    (folder / MANIFEST).write_bytes(_manifest(edition, written))
    return tuple(sorted({*written, MANIFEST}))


def render(edition: Edition, *, formats: tuple[str, ...] = FORMATS) -> dict[str, bytes]:
    """As `write`, with the files in memory by their names: for small editions."""
    with tempfile.TemporaryDirectory() as folder:
        names = write(edition, Path(folder), formats=formats)
        return {name: (Path(folder) / name).read_bytes() for name in names}


def _digest(path: Path) -> str:
    seen = hashlib.sha256()
    with path.open("rb") as body:
        while block := body.read(BLOCK):
            seen.update(block)
    return seen.hexdigest()


def _manifest(edition: Edition, written: Mapping[str, tuple[str, int]]) -> bytes:
    publication, counts = edition.publication, Counter(record.withdrawn_at is None for record in edition.records)
    told = {
        "id": publication.id,
        "number": publication.number,
        "published_at": to_text(publication.published_at),
        "previous": publication.previous,
        "content": publication.content,
        "records": counts[True],
        "tombstones": counts[False],
        "files": {name: {"sha256": digest, "bytes": size} for name, (digest, size) in written.items()},
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
