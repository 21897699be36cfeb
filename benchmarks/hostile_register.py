"""A register whose candidates are drawn from hostile pages, archived as a crawl archives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.hostile_pages import HostilePage
from crawlers.archive import ArchiveWriter
from extract.reading import read_page
from register.codes.vocabulary import FIELD_NAMES, Status
from register.grounding import ground
from register.models import Candidate, DraftField, Evidence, Fetch, Page, ProposedCode
from register.serial import digest
from register.store import Store, utc_now
from register.store.crawling.pages import ReadResult

LOCALITY = "fenmarsh"
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LONGEST_QUOTE = 300


def candidate_id(number: int) -> str:
    return f"h{number}"


def register_in(folder: Path) -> Path:
    return folder / "register.db"


def asked_of(folder: Path) -> Path:
    """The log of what the workbench over these pages was asked."""
    return folder / "asked.log"


def fill(folder: Path, pages: Iterable[HostilePage]) -> None:
    """Archives and reads each page, and queues a candidate of it."""
    writer = ArchiveWriter(folder / "archive", LOCALITY, NOW, software="benchmark", out=folder)
    with Store(register_in(folder), clock=utc_now) as store, store.transaction():
        run = store.runs.start("discover", LOCALITY)
        for number, page in enumerate(pages):
            _queue(store, writer, run, number, page)
        store.runs.finish(run, verdict="healthy", finish_reason="finished", counts={"pages": 1}, message="<b>RUN</b>")
    writer.close()


def _queue(store: Store, writer: ArchiveWriter, run: str, number: int, hostile: HostilePage) -> None:
    url = f"https://heron.example/{number}/{hostile.words[:40] if hostile.kind.startswith('name') else ''}"
    read = read_page(hostile.body, url=url, content_type=hostile.content_type, locality=LOCALITY, fetched_at=NOW)
    archive, offset = writer.write(
        url=url,
        status="200 OK",
        headers=[("Content-Type", hostile.content_type)],
        body=hostile.body,
        fetched_at=NOW,
        ip="",
    )
    fetch = Fetch(
        url=url,
        final_url=url,
        status=200,
        fetched_at=NOW,
        content_type=hostile.content_type,
        archive=archive,
        offset=offset,
    )
    stored = store.pages.note_fetch(LOCALITY, fetch, body=hostile.body)
    told = ReadResult(text=read.text, text_hash=digest(read.text), title=read.title or hostile.words, kind="service")
    version = store.pages.note_reading(stored, told)
    store.queue.add(_candidate(number, hostile, read), page_id=stored.id, version_id=version, run_id=run)


def _candidate(number: int, hostile: HostilePage, page: Page) -> Candidate:
    """Every kind of field quotes the page's words; its name and reasons are the hostile ones."""
    words = hostile.words if hostile.words in page.text else page.text[:LONGEST_QUOTE].strip()
    quotes: tuple[Evidence, ...] = ()
    if words:
        start = page.text.index(words)
        quotes = (ground(page.text, start, start + len(words), rule="benchmark"),)
    told = {
        "tidier.brief_name": words,
        "tidier.why": words,
        "tidier.what_procedures": words,
        "fact.phones": (words,),
        "code.type": ("social_befriending",),
        "eligibility.wide": "include",
    }
    fields = tuple(
        DraftField(name=name, status=Status.REPORTED, value=told[name], evidence=quotes, score=0.9)
        if words and name in told
        else DraftField(name=name, status=Status.NOT_REPORTED, score=0.5)
        for name in FIELD_NAMES
    )
    code = ProposedCode(
        scheme="type", code="social_befriending", score=0.9, shown=True, evidence=quotes, reason=hostile.words
    )
    return Candidate(
        key=candidate_id(number),
        locality=LOCALITY,
        page_url=page.url,
        name=hostile.words[:200],
        text_hash=digest(page.text),
        fields=fields,
        codes=(code,),
        spans=((0, len(page.text)),),
        reasons=(("eligibility.wide", hostile.words),),
    )
