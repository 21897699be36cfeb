"""Writes the files of a report, in two processes where there are many localities."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from register.errors import TidiermapError
from register.report.pages import Pages, Shares
from register.report.records import Area
from register.report.sections import SECTIONS
from register.report.survey import Survey

MANY: Final = 20  # localities, from which on a second process is worth its start
Files = Iterable[tuple[str, bytes]]


def write_files(survey: Survey, folder: Path) -> int:
    """Gives how many files were written. Raises TidiermapError where a part of them could not be."""
    pages, areas = Pages(survey, SECTIONS), survey.areas
    if len(areas) < MANY or (os.cpu_count() or 1) < 2:
        written = _write(pages.of_localities(areas), folder) + _write(pages.of_sections(SECTIONS), folder)
    else:
        ours, theirs = areas[::2], areas[1::2]
        written = _write_in_two(pages, pages.of_localities(ours), pages.of_localities(theirs), theirs, folder)
        halves = pages.of_sections(SECTIONS[::2]), pages.of_sections(SECTIONS[1::2])
        written += _write_in_two(pages, *halves, (survey.everywhere,), folder)
    return written + _write(pages.of_all(), folder)


def _write_in_two(pages: Pages, ours: Files, theirs: Files, areas: Sequence[Area], folder: Path) -> int:
    """`theirs`, which are files of these areas, in a process of its own, which shares what was read up to here without
    a copy of it."""
    gc.freeze()  # what was read stays: the collector need not walk it again, and would copy it for the second process
    receiving, sending = multiprocessing.get_context("fork").Pipe(duplex=False)
    second = multiprocessing.get_context("fork").Process(target=_send, args=(pages, theirs, areas, folder, sending))
    second.start()
    sending.close()
    try:
        with receiving:
            written = _write(ours, folder)
            their_number, shares = receiving.recv()
    except EOFError as error:
        raise TidiermapError("report: the second process ended before its files were written") from error
    finally:
        second.join()
        gc.unfreeze()
    pages.take(shares)
    return written + int(their_number)


def _send(pages: Pages, files: Files, areas: Sequence[Area], folder: Path, channel: Connection) -> None:
    written = _write(files, folder)
    told: tuple[int, Shares] = (written, pages.shares(areas))
    channel.send(told)
    channel.close()


def _write(files: Files, folder: Path) -> int:
    written = 0
    for path, body in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        written += 1
    return written
