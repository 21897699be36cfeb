"""What several tests need."""

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real saved sites and labels, which is no part of the repository."""
    folder = Path(os.environ.get("TIDIERMAP_SHARED") or Path(__file__).parent.parent.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no real sites at {folder}: set TIDIERMAP_SHARED to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    return found
