"""Shows how far long work has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Never, Protocol, TextIO

from tqdm import tqdm


class Step(Protocol):
    def advance(self, what: str) -> None:
        """One more is done; `what` names it."""


class Progress(Protocol):
    def step(self, title: str, total: int | None = None) -> AbstractContextManager[Step]:
        """A part of the work with `total` things to do, None where nobody knows."""


class _Bar:
    def __init__(self, bar: tqdm[Never] | None) -> None:
        self._bar = bar

    def advance(self, what: str) -> None:
        if self._bar is not None:
            self._bar.set_postfix_str(what[-50:], refresh=False)
            self._bar.update()


class QuietProgress:
    """Shows nothing; for flows and tests."""

    @contextmanager
    def step(self, title: str, total: int | None = None) -> Iterator[Step]:
        yield _Bar(None)


class BarProgress:
    """A bar on `out`; where that is no terminal, a line every five seconds."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out

    @contextmanager
    def step(self, title: str, total: int | None = None) -> Iterator[Step]:
        pause = 0.1 if self._out.isatty() else 5.0
        with tqdm(total=total, desc=title, unit=" pages", file=self._out, mininterval=pause, dynamic_ncols=True) as bar:
            yield _Bar(bar)
