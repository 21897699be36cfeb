"""The report as PDF: its own pages, printed by Chromium where that is installed; nothing is asked of any host."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from register.errors import TidiermapError
from register.report.printed import printable

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE: Final = 120  # seconds for one file
OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def find_browser() -> str | None:
    """The path of a Chromium; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def print_page(page: Path, target: Path, *, browser: str) -> None:
    """Prints a page of the report; raises TidiermapError where no PDF came of it."""
    beside = page.with_name(f".{page.stem}-printed.html")  # beside the page, so that what it shows is found
    beside.write_text(printable(page.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(prefix="tidiermap-print-") as profile:
            # Root has no sandbox to offer; the page is ours and runs nothing.
            sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
            own = (f"--user-data-dir={profile}", f"--print-to-pdf={target}", beside.as_uri())
            command = [browser, *OPTIONS, *sandbox, *own]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise TidiermapError(f"{target.name}: {browser} took longer than {PATIENCE} seconds") from error
    finally:
        beside.unlink()
    if not target.exists() or not target.read_bytes().startswith(b"%PDF"):
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise TidiermapError(f"{target.name}: {browser} wrote no PDF: {lines[-1][:200]}")
