"""The crawling process on standby: it imports Scrapy while its caller reads data files and makes the job.

This module imports nothing of the project, so that a command can start the process before all else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STDERR = 2


class Standby:
    """One process that waits for a job, and runs one at most. It ends when its standard input does: also where the
    process that started it is killed."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        paths = os.pathsep.join(path for path in (root, os.environ.get("PYTHONPATH", "")) if path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "crawlers"],
            stdin=subprocess.PIPE,
            stdout=STDERR,  # until it has a job, and with it a log
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # Ctrl-C reaches it through its standard input, once
        )
        self.waits = True

    @property
    def id(self) -> int:
        return self._process.pid

    def run(self, job: Path, *, timeout_seconds: float | None) -> None:
        """Have it run the job in this file, closing the crawl after `timeout_seconds`."""
        self.waits = False
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # it is dead: `ended` tells
                self._process.stdin.write(json.dumps([str(job), timeout_seconds]).encode() + b"\n")
                self._process.stdin.flush()

    def ended(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Have the crawl end in good order."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def end(self, *, grace_seconds: float) -> None:
        """Stop it and wait for its end, `grace_seconds` at most; at once where it has no job."""
        self.stop()
        try:
            self._process.wait(0 if self.waits else grace_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def standing_by() -> Iterator[Standby]:
    """A crawling process for the length of the block."""
    standby = Standby()
    try:
        yield standby
    finally:
        standby.end(grace_seconds=0)
