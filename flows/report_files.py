"""Writes the files of a report, in two processes where there are many localities."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from register.errors import TidiermapError
from register.report.pages import Pages, Shares
from register.report.records import Area
from register.report.sections import SECTIONS
from register.report.survey import Survey

MANY: Final = 20  # localities, from which on a second process is worth its start


def write_files(survey: Survey, folder: Path) -> int:
    """Gives how many files were written. Raises TidiermapError where a part of them could not be."""
    pages = Pages(survey, SECTIONS)
    areas = survey.areas
    if len(areas) < MANY or (os.cpu_count() or 1) < 2:
        written = _write(pages.of_localities(areas), folder)
    else:
        written = _write_in_two(pages, areas, folder)
    return written + _write(pages.of_all(), folder)


def _write_in_two(pages: Pages, areas: tuple[Area, ...], folder: Path) -> int:
    """Every second locality in a process of its own, which shares what was read up to here without a copy of it."""
    ours, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
    helper = multiprocessing.get_context("fork").Process(target=_help, args=(pages, areas[1::2], folder, theirs))
    helper.start()
    theirs.close()
    written = _write(pages.of_localities(areas[::2]), folder)
    try:
        their_number, shares = ours.recv()
    except EOFError as error:
        helper.join()
        raise TidiermapError("report: the second process ended before its localities were written") from error
    helper.join()
    pages.take(shares)
    return written + int(their_number)


def _help(pages: Pages, areas: tuple[Area, ...], folder: Path, channel: Connection) -> None:
    written = _write(pages.of_localities(areas), folder)
    told: tuple[int, Shares] = (written, pages.shares)
    channel.send(told)
    channel.close()


def _write(files: Iterable[tuple[str, bytes]], folder: Path) -> int:
    written = 0
    for path, body in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        written += 1
    return written
