"""sqlite-utils, imported without numpy: it takes a tenth of a second, for types of numbers that no register holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without(library: str) -> Iterator[None]:
    """What is imported meanwhile finds the library not installed, unless it was loaded before."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # so Python marks what is not to be imported
    try:
        yield
    finally:
        del sys.modules[library]


with _without("numpy"):
    from sqlite_utils import Database, Migrations

__all__ = ["Database", "Migrations"]
