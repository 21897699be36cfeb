"""The archive: WARC response records, one gzip member each, written by the crawl and read back by offset."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from register.errors import CrawlError

if TYPE_CHECKING:
    from warcio.warcwriter import WARCWriter

ARCHIVES_FILE = "archives.txt"  # in a crawl's folder: the archive files that it wrote
ROTATE_BYTES = 200_000_000
_GZIP_MEMBER = b"\x1f\x8b"
# The stored body is decoded already, so these would lie about it.
_WIRE_ONLY = {"content-encoding", "transfer-encoding", "content-length", "connection"}


class ArchiveWriter:
    """Appends response records to `archive/<locality>/<UTC time>-<n>.warc.gz`, a new file after ROTATE_BYTES.

    The files are listed in `out` before they are made, so that a torn end can be found.
    """

    def __init__(self, archive: Path, locality: str, started: datetime, *, software: str, out: Path) -> None:
        self._out = out
        self._root, self._folder, self._software = archive, archive / locality, software
        self._stamp = started.strftime("%Y%m%dT%H%M%SZ")
        self._number = 0
        self._file: BinaryIO | None = None
        self._writer: WARCWriter | None = None

    def write(
        self, *, url: str, status: str, headers: Sequence[tuple[str, str]], body: bytes, fetched_at: datetime, ip: str
    ) -> tuple[str, int]:
        """Write one record and flush it; its path below the archive folder and its byte offset.

        `status` is code and reason ("404 Not Found"), `body` the decoded bytes.
        """
        file, writer = self._open()
        offset = file.tell()
        kept = [(name, value) for name, value in headers if name.lower() not in _WIRE_ONLY]
        from warcio.statusandheaders import StatusAndHeaders  # with it comes fsspec, which a run of 304s can do without

        http = StatusAndHeaders(status, [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
        about = {"WARC-Date": fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        if ip:
            about["WARC-IP-Address"] = ip
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=about
        )
        writer.write_record(record)
        file.flush()
        return Path(file.name).relative_to(self._root).as_posix(), offset

    def write_resource(self, *, url: str, content_type: str, body: bytes, at: datetime) -> tuple[str, int]:
        """As `write`, for what no server answered: words that a person told us at that time."""
        file, writer = self._open()
        offset = file.tell()
        record = writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )
        writer.write_record(record)
        file.flush()
        return Path(file.name).relative_to(self._root).as_posix(), offset

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> tuple[BinaryIO, WARCWriter]:
        if self._file is not None and self._writer is not None and self._file.tell() < ROTATE_BYTES:
            return self._file, self._writer
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = self._folder / f"{self._stamp}-{self._number}.warc.gz"
            self._number += 1
            if path.exists():
                continue
            with (self._out / ARCHIVES_FILE).open("a", encoding="utf-8") as names:
                names.write(f"{path.relative_to(self._root).as_posix()}\n")
            try:
                self._file = path.open("xb")
            except FileExistsError:  # two crawls began in one second
                continue
            break
        from warcio.warcwriter import WARCWriter

        self._writer = WARCWriter(self._file, gzip=True)
        about = {"software": self._software, "format": "WARC File Format 1.0"}
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, about))
        self._file.flush()
        return self._file, self._writer


def holds_record(archive: Path, name: str, offset: int) -> bool:
    """Whether a record begins at `offset` of an archive file; it is not read."""
    try:
        with (archive / name).open("rb") as file:
            file.seek(offset)
            return file.read(2) == _GZIP_MEMBER
    except OSError:
        return False


def read_body(archive: Path, name: str, offset: int) -> tuple[bytes, str]:
    """The body and the content type (as the server sent it, with its charset) of the record at `offset`.

    Raises CrawlError where the file or the record is missing, broken, or not a response.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    path = archive / name
    try:
        with path.open("rb") as file:
            file.seek(offset)
            if file.read(2) != _GZIP_MEMBER:
                raise CrawlError(f"{path}: no readable record at {offset}, which is inside another")
            file.seek(offset)
            record = next(iter(ArchiveIterator(file)))
            if record.rec_type == "resource":
                return record.content_stream().read(), record.rec_headers.get_header("Content-Type") or ""
            if record.rec_type != "response" or record.http_headers is None:
                raise CrawlError(f"{path}: found a {record.rec_type} record at {offset}, expected a response")
            body: bytes = record.content_stream().read()
            return body, record.http_headers.get_header("Content-Type") or ""
    except (OSError, StopIteration, ArchiveLoadFailed, EOFError) as error:
        raise CrawlError(f"{path}: no readable record at {offset} ({error!r})") from error
