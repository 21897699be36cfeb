"""Takes something out of the archive: the records that hold it are written anew, all others as they are."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from register.errors import CrawlError
from register.serial import digest

READ = 1 << 20  # bytes at a time
HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"(?im)^(Content-Length:[ \t]*)\d+")
DIGESTS = re.compile(rb"(?im)^WARC-(?:Block|Payload)-Digest:[^\r\n]*\r\n")  # of what was there before
GONE = b"<!doctype html><title>Purged</title><p>What stood here was taken out on request.</p>"

Change = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """An archive file that was written anew under another name, and where its records begin now, by where they did."""

    name: str
    now: str
    offsets: dict[int, int]
    digests: dict[int, str]  # of the bodies that changed, by where they begin now

    @property
    def changed(self) -> int:
        return len(self.digests)


def rewrite(
    archive: Path, name: str, change: Change, *, suffix: str, gone: frozenset[int] = frozenset()
) -> Rewritten | None:
    """Writes the archive file `name` anew beside the old one with `change` made to the bytes of each record's head and
    body; None where it changes none. The old file stays, and is the caller's to delete once the register names the new
    one. `gone` are offsets of records whose body holds it in a way that no change of bytes reaches (a PDF): where the
    body comes out as it was, it is left out altogether.

    Raises CrawlError for a file that is broken before its last record.
    """
    path = archive / name
    now = path.with_name(f"{path.name.removesuffix('.warc.gz')}-{suffix}.warc.gz")
    offsets: dict[int, int] = {}
    digests: dict[int, str] = {}
    with now.open("wb") as out:
        for offset, packed, record in members(path):
            offsets[offset] = out.tell()
            told, body = _changed(record, change, whole=offset in gone)
            if told != record:
                digests[out.tell()] = digest(body)
            out.write(packed if told == record else gzip.compress(told, mtime=0))
    if not digests:
        now.unlink()
        return None
    return Rewritten(name=name, now=now.relative_to(archive).as_posix(), offsets=offsets, digests=digests)


def members(path: Path) -> Iterator[tuple[int, bytes, bytes]]:
    """(offset, packed bytes, unpacked bytes) of each record of a file; a torn last one is left out."""
    with path.open("rb") as file:
        offset, held = 0, b""
        while True:
            unpacker, record, packed = zlib.decompressobj(31), b"", b""
            while not unpacker.eof:
                held = held or file.read(READ)
                if not held:
                    return
                try:
                    record += unpacker.decompress(held)
                except zlib.error as error:
                    raise CrawlError(f"{path}: no readable record at {offset} ({error})") from error
                packed += held[: len(held) - len(unpacker.unused_data)]
                held = unpacker.unused_data
            yield offset, packed, record
            offset += len(packed)


def _changed(record: bytes, change: Change, *, whole: bool) -> tuple[bytes, bytes]:
    """The record with the change made, and its body."""
    head, _, block = record.partition(HEAD_ENDS)
    block = block.removesuffix(HEAD_ENDS)
    is_response = b"type: response" in head.lower()
    http, _, body = block.partition(HEAD_ENDS) if is_response else (b"", b"", block)
    told_head, told_http, told_body = change(head), change(http), change(body)
    if whole and told_body == body:
        told_body = GONE
    if (told_head, told_http, told_body) == (head, http, body):
        return record, body
    if is_response:
        told_http = LENGTH.sub(rb"\g<1>%d" % len(told_body), told_http)
        told_block = told_http + HEAD_ENDS + told_body
    else:
        told_block = told_body
    told_head = LENGTH.sub(rb"\g<1>%d" % len(told_block), DIGESTS.sub(b"", told_head + b"\r\n").removesuffix(b"\r\n"))
    return told_head + HEAD_ENDS + told_block + HEAD_ENDS, told_body
