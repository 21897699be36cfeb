"""Reads and extracts many pages over several processes, in their order and with little memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from spacy.language import Language

from extract.nlp import load_nlp
from extract.reading import read_page
from extract.services import extract_page
from register.codes.checklist import Checklist, read_checklist
from register.codes.structure import Structure, read_structure
from register.models import PageReading, SavedPage, SiteProfile

CHUNK: Final = 16  # pages that are handed to a process at once
AHEAD: Final = 4  # chunks a process that wait for it


def extract_all(
    pages: Iterable[SavedPage], *, locality: str, data: Path, profile: SiteProfile | None = None, workers: int = 2
) -> Iterator[PageReading]:
    """The reading of each page, in the order of the pages; the same with any number of processes.

    `data` is the folder of data files, `profile` what repeats over the pages' site. With one worker nothing is started.
    Pages are taken as they are needed, so a stream of any length needs the same memory. What extraction raises for a
    page is raised here.
    """
    chunks = _chunks(pages)
    if workers < 2:
        for chunk in chunks:
            yield from _extract(chunk, locality, data, profile)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[tuple[PageReading, ...]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_extract, chunk, locality, data, profile))
            if len(waiting) >= workers * AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(pages: Iterable[SavedPage]) -> Iterator[tuple[SavedPage, ...]]:
    stream = iter(pages)
    while chunk := tuple(islice(stream, CHUNK)):
        yield chunk


@cache
def _tools(data: Path) -> tuple[Checklist, Language, Structure]:
    return read_checklist(data), load_nlp(), read_structure(data)


def _extract(
    pages: tuple[SavedPage, ...], locality: str, data: Path, profile: SiteProfile | None
) -> tuple[PageReading, ...]:
    checklist, nlp, structure = _tools(data)
    read = (
        read_page(p.body, url=p.url, content_type=p.content_type, locality=locality, fetched_at=p.fetched_at)
        for p in pages
    )
    return tuple(
        extract_page(page, profile=profile, checklist=checklist, nlp=nlp, structure=structure) for page in read
    )
