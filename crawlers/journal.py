"""Takes up a crawl that was cut off: what it had stays, torn ends are cut away, nothing is fetched a second time."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from io import SEEK_END
from pathlib import Path

from pydantic import ValidationError

from crawlers.archive import ARCHIVES_FILE, read_body
from crawlers.booking import Booking
from crawlers.following import follow, from_archive
from crawlers.job import FETCHES_FILE, CrawlJob, load_fetch
from crawlers.kept import ASKED_FILE, read_asked
from crawlers.state import CrawlState
from crawlers.visits import Visit
from register.codes.vocabulary import Cause
from register.errors import CrawlError
from register.models import Fetch

log = logging.getLogger(__name__)
_CHUNK = 1 << 16
_CHECKED = 200  # last lines whose bodies are looked at: what stands before them was written long before the end


def mend(job: CrawlJob) -> None:
    """Cut away what a killed crawl left half written: torn last lines, a torn last record, lines whose body is lost."""
    for name in _archives(job.out):
        cut_torn_record(job.archive / name)
    path = job.out / FETCHES_FILE
    if not path.exists():
        return
    with path.open("rb") as lines:
        last = max(0, sum(1 for _ in lines) - _CHECKED)
        lines.seek(0)
        kept = [line for n, line in enumerate(lines) if _is_whole(line, job.archive, check=n >= last)]
    part = path.with_suffix(".part")
    part.write_bytes(b"".join(kept))
    part.replace(path)
    asked = job.out / ASKED_FILE
    if asked.exists():
        whole, end, _ = asked.read_bytes().rpartition(b"\n")
        asked.write_bytes(whole + end)


def take_up(state: CrawlState, clock: Callable[[], datetime]) -> int:
    """Count every fetch of the crawl's folder as made and follow its links from the archive; how many there were."""
    book = Booking(state, clock)
    visits = {one.visit.url: one.visit for one in read_asked(state.job.out)}
    place = number = 0
    with (state.job.out / FETCHES_FILE).open("rb") as lines:
        for line in lines:
            fetch = load_fetch(line)
            number += 1
            visit = visits.get(fetch.url) or Visit(url=fetch.url, source=fetch.source)
            final = state.canonical(fetch.final_url)
            state.frontier.restore(visit, final)
            state.ledger.restore(fetch, final=final, place=place)
            _follow(state, book, visit, fetch)
            place += len(line)
    return number


def cut_torn_record(path: Path) -> int:
    """Cut an archive file behind its last whole gzip member; how many bytes were cut away."""
    if not path.exists():
        return 0
    whole = position = 0
    with path.open("r+b") as file:
        member, data = zlib.decompressobj(wbits=31), file.read(_CHUNK)
        while data:
            try:
                member.decompress(data)
            except zlib.error:  # a disk's fault: what follows cannot be told apart any more
                break
            position += len(data) - len(member.unused_data)
            data = member.unused_data
            if member.eof:
                whole, member = position, zlib.decompressobj(wbits=31)
            data = data or file.read(_CHUNK)
        size = file.seek(0, SEEK_END)
        file.truncate(whole)
    if size > whole:
        log.info("cut %d bytes of a torn record off %s", size - whole, path)
    return size - whole


def _follow(state: CrawlState, book: Booking, visit: Visit, fetch: Fetch) -> None:
    frontier = state.frontier
    if fetch.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) or fetch.error or fetch.cause:
        frontier.fail(visit)
    known = frontier.known.get(visit.url)
    archive, offset = fetch.archive, fetch.offset
    if fetch.status == HTTPStatus.NOT_MODIFIED and frontier.fresh and known is not None:
        archive, offset = known.archive, known.offset
    if not archive or fetch.cause not in ("", Cause.EMPTY) or fetch.status >= HTTPStatus.BAD_REQUEST:
        return
    try:
        body, content_type = read_body(state.job.archive, archive, offset)
    except CrawlError as error:  # its links are lost, and said to be
        state.ledger.note_error(visit.url, str(error))
        return
    follow(state, book, visit, from_archive(fetch.final_url, body, content_type))


def _is_whole(line: bytes, archive: Path, *, check: bool) -> bool:
    """Whether a line is whole and tells of something asked for; with `check`, whether its body can be read, too."""
    try:
        fetch = load_fetch(line) if line.endswith(b"\n") else None
        if fetch is None or not fetch.final_url:
            return False
        if check and fetch.archive:
            read_body(archive, fetch.archive, fetch.offset)
    except (ValidationError, CrawlError) as error:
        log.info("left out a line that cannot be taken up: %s", error)
        return False
    return True


def _archives(out: Path) -> list[str]:
    try:
        return (out / ARCHIVES_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
